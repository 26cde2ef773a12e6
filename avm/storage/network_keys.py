"""What the network has built in: the program ``credits.aleo`` and the published verifying keys.

The data lies in ``resources/network``. ``ChainKeys`` answers for one version of the rules, with the keys of
other programs beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from avm.base.consensus import HIDING_RECORDS_FROM, Rules
from avm.base.json_value import JsonObject, hex_bytes, members
from avm.base.resources import resources_folder
from avm.ledger.rejection import Reason, rejected
from avm.ledger.statements import CREDITS
from avm.program.model import Program
from avm.program.parser import parse
from avm.varuna.verifying_key import VerifyingKey

_SIZE = 673
_FOLDER = "network"


@cache
def credits_program() -> Program:
    """The program ``credits.aleo``."""
    return parse((resources_folder() / _FOLDER / "credits.aleo").read_text(encoding="utf-8"))


@cache
def _published() -> JsonObject:
    return members(
        json.loads((resources_folder() / _FOLDER / "credits_keys.json").read_text(encoding="utf-8"))
    )


@cache
def published_key(name: str, rules: Rules) -> VerifyingKey:
    """Return the key of a function of credits, or of ``inclusion``; VerifyError when there is none.

    The key of the old inclusion circuit was published without its number of variables.
    """
    chosen = members(_published()["credits" if rules.version >= HIDING_RECORDS_FROM else "credits_v0"])
    if name not in chosen:
        raise rejected(Reason.UNKNOWN_PROGRAM, f"the network has no key of {CREDITS}/{name}")
    data = hex_bytes(chosen[name])
    if len(data) < _SIZE:
        data += data[9:17]
    return VerifyingKey.from_bytes(data)


class ChainKeys:
    """The keys of the rules at one version: credits' own, and given ones by (program, function or record)."""

    def __init__(self, rules: Rules, given: Mapping[tuple[str, str], VerifyingKey]) -> None:
        self._rules, self._given = rules, given

    def of(self, program: str, name: str) -> VerifyingKey:
        """The key of a function, or of the translation circuit of a record; VerifyError when unknown."""
        if program == CREDITS:
            return published_key("translation_credits" if name == "credits" else name, self._rules)
        if (program, name) not in self._given:
            raise rejected(Reason.UNKNOWN_PROGRAM, f"there is no verifying key of {program}/{name}")
        return self._given[program, name]

    def inclusion(self, version: int) -> VerifyingKey:
        """The key of the inclusion circuit, version 0 or 1."""
        return published_key("inclusion", Rules(HIDING_RECORDS_FROM if version else 1))
