"""Verifies the network's documents: executions, fees, deployments and transactions, from the programs' text.

A document is believed in nothing: keys are derived from the texts of the programs, the public inputs of each
circuit from the transitions. What only a chain knows (state roots, balances, what was spent before, whether a
program is deployed as it is given) is not looked at. Source: snarkVM ``synthesizer/src/vm/verify.rs``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from avm.algebra import load_kernels
from avm.api.executions import rules_of
from avm.base import files
from avm.base.consensus import Rules
from avm.base.errors import Cancelled, CheckFailure, DecodeError, ParseFailure, VerifyError
from avm.base.json_value import JsonObject, JsonValue
from avm.base.progress import NULL_PROGRESS, Cancel, Progress, looks
from avm.ledger.rejection import Reason

if TYPE_CHECKING:
    from avm.ledger.deployment import Deployment
    from avm.ledger.network import Execution, Fee, Proven, Transaction
    from avm.program.model import Program
    from avm.storage.derived_keys import DerivedKeys
    from avm.storage.parameters import Parameters
    from avm.varuna.srs.reference_string import Srs
    from avm.vm.environment import Environment

LIMIT = 32 << 20
"""Bytes of the largest document."""
_MARKS = {
    "transaction": "type",
    "execution": "transitions",
    "fee": "transition",
    "deployment": "verifying_keys",
}
"""A field by which each kind of document is known; a transaction holds the others."""

_HINTS = {
    "official": "a document of a development string of this machine needs --srs development; "
    "one of Varuna V2 --varuna 2",
    "development": "keys of a development string are those of one machine; a document of the official string "
    "needs --srs official, one of Varuna V2 --varuna 2",
}
_UNDER_A_STRING = (Reason.PROOF.value, Reason.DEPLOYMENT.value)
"""Codes of refusals that another reference string, or another version of Varuna, may be the cause of."""


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """What a document is and whether it is proved; ``reason`` says why not."""

    kind: str
    id: str
    valid: bool
    shows: tuple[str, ...]
    srs: str
    seconds: float
    reason: str = ""
    hint: str = ""

    def to_dict(self) -> JsonObject:
        """Return the report as plain data."""
        data: dict[str, JsonValue] = {
            "kind": self.kind,
            "id": self.id,
            "valid": self.valid,
            "shows": list(self.shows),
            "srs": self.srs,
            "seconds": round(self.seconds, 4),
        }
        return data if self.valid else {**data, "reason": self.reason, "hint": self.hint}


def kind_of(path: Path) -> str:
    """Return the kind of a document of the network, or an empty text for any other file.

    ``StoreError`` when it cannot be read, ``DecodeError`` when it is not JSON.
    """
    return _kind(_read(path))


def _kind(document: JsonObject) -> str:
    if "format" in document:
        return ""
    return next((kind for kind, mark in _MARKS.items() if mark in document), "")


def _read(path: Path) -> JsonObject:
    document = files.parse_json(files.read_text(path, LIMIT), path.name, unique=True)
    if not isinstance(document, Mapping):
        raise DecodeError(f"{path.name} is not a document of the network", hint="it is a JSON object")
    return document


def programs_from(texts: Mapping[str, str]) -> dict[str, Program]:
    """Return programs by their ids, from texts by the names of their files; ``AvmError`` names the file."""
    from avm.program.parser import parse
    from avm.storage.network_keys import credits_program

    credits = credits_program()
    found = {credits.id: credits}
    for name, text in texts.items():
        program = parse(text, name)
        if program.id in found and found[program.id] != program:
            raise CheckFailure(
                f"{name} holds {program.id}, which another file holds too",
                hint="credits.aleo is built in" if program.id == credits.id else "give each program once",
            )
        found[program.id] = program
    return found


def verify(
    path: Path,
    programs: Mapping[str, Program],
    parameters: Parameters,
    *,
    varuna: int = 3,
    srs: str = "auto",
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> DocumentReport:
    """Verify a document against programs.

    A refusal is data. ``AvmError`` for a file that is no such document, for a program that is not given, and
    when no reference string here reaches its circuits.
    """
    load_kernels(progress, cancel)
    started = time.perf_counter()
    document = _read(path)
    kind = _kind(document)
    if not kind:
        raise DecodeError(
            f"{path.name} is not a document of the network",
            hint="it would be an execution, a fee, a deployment or a transaction, as JSON",
        )
    check = _Check(dict(programs), parameters, rules_of(varuna), srs, progress, cancel)
    try:
        id_, shows = _CHECKS[kind](check, document)
    except (Cancelled, _Missing):
        raise
    except (VerifyError, DecodeError, ParseFailure, CheckFailure) as error:
        took = time.perf_counter() - started
        hint = error.hint or (_HINTS.get(check.used, "") if error.code in _UNDER_A_STRING else "")
        return DocumentReport(kind, "", False, (), check.used, took, error.message, hint)
    took = time.perf_counter() - started
    return DocumentReport(kind, id_, True, tuple(shows), check.used, took)


class _Missing(CheckFailure):
    """A program that is needed and was not given."""


class _Check:
    """One verification: the programs, the rules, and the reference string once it is chosen."""

    def __init__(
        self,
        programs: dict[str, Program],
        parameters: Parameters,
        rules: Rules,
        srs: str,
        progress: Progress,
        cancel: Cancel | None,
    ) -> None:
        self.programs, self.parameters, self.rules, self._kind = programs, parameters, rules, srs
        self._progress, self._cancel = progress, cancel
        self.used = ""

    def execution(self, document: JsonObject) -> tuple[str, list[str]]:
        """Verify an execution."""
        from avm.ledger.network import Execution

        made = Execution.from_json(document)
        return f"{made.id}field", self._execution(made)

    def _execution(self, made: Execution) -> list[str]:
        from avm.ledger.execution_check import verify_execution

        env = self._environment(each.program for each in made.transitions)
        keys, string = self._keys(made, env)
        self._progress.stage("Verify", "pairings")
        shown = verify_execution(made, env.programs, keys, string.verifier(), self.rules)
        return [f"{each.name}: {_times(len(each.instances))}" for each in shown]

    def fee(self, document: JsonObject) -> tuple[str, list[str]]:
        """Verify a fee by itself: it pays for what it says it pays for."""
        from avm.ledger.network import Fee

        fee = Fee.from_json(document)
        return f"{fee.id}field", self._fee(fee, fee.paid_for)

    def _fee(self, fee: Fee, paid_for: int) -> list[str]:
        from avm.ledger.fee_check import verify_fee
        from avm.ledger.statements import CREDITS

        env = self._environment([CREDITS])
        keys, string = self._keys(fee, env)
        verify_fee(fee, paid_for, self.programs[CREDITS], keys, string.verifier(), self.rules)
        return [f"a fee of {fee.amount:,} microcredits for {paid_for}field"]

    def deployment(self, document: JsonObject) -> tuple[str, list[str]]:
        """Verify a deployment: each key is that of its circuit."""
        from avm.ledger.deployment import Deployment

        made = Deployment.from_json(document)
        return f"{made.id}field", self._deployment(made)

    def _deployment(self, made: Deployment) -> list[str]:
        from avm.ledger.deployment_check import verify_deployment

        self.programs[made.program.id] = made.program
        env = self._environment([made.program.id])
        power = max(key.info.highest_power for _, key, _ in made.keys)
        string = self._string(power, own=power, verifier_only=True)
        self._progress.stage("Verify", "every key against its circuit")
        verify_deployment(made, env, string.verifier(), self.rules, self._cancel)
        return [f"{made.program.id}, edition {made.edition}", *(f"key of {name}" for name, _, _ in made.keys)]

    def transaction(self, document: JsonObject) -> tuple[str, list[str]]:
        """Verify a transaction: what it does, and the fee that pays for it."""
        from avm.ledger.network import Transaction

        made = Transaction.from_json(document)
        shows: list[str] = []
        paid_for = None if made.fee is None else made.fee.paid_for
        if made.execution is not None:
            shows, paid_for = self._executing(made, made.execution), made.execution.id
        elif made.deployment is not None:
            shows, paid_for = self._deployment(made.deployment), made.deployment.id
            self._enough(made)
        if made.fee is not None and paid_for is not None:
            shows += self._fee(made.fee, paid_for)
        return made.id_text, shows

    def _executing(self, made: Transaction, execution: Execution) -> list[str]:
        from avm.ledger.transaction_check import check_cost, check_programs, check_repeats

        env = self._environment(each.program for each in execution.transitions)
        check_repeats(made.transitions())
        check_programs(execution, env, self.rules)
        shows = self._execution(execution)
        check_cost(execution, made.fee, env, self.rules)
        return shows

    def _enough(self, made: Transaction) -> None:
        """VerifyError when a fee does not cover a deployment."""
        from avm.ledger.deployment_costs import deployment_cost
        from avm.ledger.rejection import rejected

        assert made.deployment is not None
        assert made.fee is not None
        env = self._environment([made.deployment.program.id])
        cost = deployment_cost(made.deployment, env, self.rules).total
        if made.fee.base_amount < cost:
            raise rejected(
                Reason.FORM, f"the fee is {made.fee.base_amount:,} microcredits, the cost {cost:,}"
            )

    def _environment(self, wanted: Iterable[str]) -> Environment:
        """Load the programs that are wanted, with what they import; ``AvmError`` for one not given."""
        from avm.vm.environment import load, reachable

        def find(name: str) -> Program:
            if name not in self.programs:
                raise _Missing(
                    f"the document needs the program {name[:80]}, which was not given",
                    code="EAVM1408",
                    hint="give its instructions with --program FILE, or its project's folder",
                )
            return self.programs[name]

        names = list(dict.fromkeys(wanted))
        needed = {name: find(name) for name in names}
        for name in names:
            needed |= reachable(needed[name], find)
        main = needed.pop(names[-1])
        return load(main, needed, step=looks(self._cancel))

    def _keys(self, proven: Proven, env: Environment) -> tuple[DerivedKeys, Srs]:
        """Choose the reference string that reaches the circuits, and return keys under it."""
        from avm.api.network_circuits import describe
        from avm.ledger.circuits_needed import INCLUSION, circuits_of
        from avm.ledger.statements import CREDITS
        from avm.storage.derived_keys import DerivedKeys
        from avm.storage.network_proving import CachedKeys

        names = circuits_of(proven.transitions, env.programs)
        power = own = 0
        for name in names:
            found = describe(env, name, self.parameters, self.rules.inclusion, cancel=self._cancel)
            power = max(power, found.highest_power)
            published = name[0] == INCLUSION or name[1] == CREDITS
            own = own if published else max(own, found.highest_power)
        string = self._string(power, own=own)
        proving = CachedKeys(self.parameters, string, self._progress, self._cancel)
        return DerivedKeys(env, self.rules, proving, self._progress, self._cancel), string

    def _string(self, power: int, *, own: int = 0, verifier_only: bool = False) -> Srs:
        """Return a string of this machine: the official one where it reaches ``own``, else a development one.

        Keys that are published need no powers of the official string, and keys that are only looked at need
        its verifier's half alone. None is made to verify: no proof under it could be there. All parts of a
        transaction are under strings of one kind.
        """
        parameters, official = self.parameters, self._kind in ("auto", "official")
        reach = max((s.highest_power for s in parameters.describe() if s.kind == "official"), default=-1)
        kept = self._kind != "official" and parameters.development_file(power).is_file()
        reaches = own <= reach or (verifier_only and not kept)
        if official and parameters.has_official and reaches:
            self.used = self._kind = "official"
            return parameters.srs_for(0, self._progress, self._cancel, "official")
        if not kept:
            raise _Missing(
                f"no reference string here reaches power {max(power, own):,}, which the keys need",
                code="EAVM1405",
                hint="`avm srs download` brings official files; a development string is that of the machine "
                "where the document was made",
            )
        self.used = self._kind = "development"
        return parameters.srs_for(power, self._progress, self._cancel, "development")


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


_CHECKS: dict[str, Callable[[_Check, JsonObject], tuple[str, list[str]]]] = {
    "execution": _Check.execution,
    "fee": _Check.fee,
    "deployment": _Check.deployment,
    "transaction": _Check.transaction,
}
