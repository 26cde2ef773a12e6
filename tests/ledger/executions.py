"""Executions of the real engine, with what it takes to verify them."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from avm.base.consensus import Rules
from avm.ledger.execution_check import verify_execution
from avm.ledger.network import Execution, Proven
from avm.ledger.transition import Transition
from avm.storage.network_keys import ChainKeys, credits_program
from avm.varuna.srs.reference_string import SrsVerifier
from avm.varuna.verifying_key import VerifyingKey
from avm.vm.environment import load

FOLDER = Path(__file__).parents[1] / "vectors"
CALL_V2, CALL_V3, ASYNC = range(3)


@cache
def lines() -> list[Any]:
    return [json.loads(line) for line in (FOLDER / "executions.jsonl").read_text().splitlines()]


@cache
def verifier() -> SrsVerifier:
    return SrsVerifier.from_bytes(bytes.fromhex((FOLDER / "verifier.hex").read_text()))


class Case:
    """An execution, its programs, keys and rules; parts of it can be exchanged."""

    def __init__(self, index: int) -> None:
        line = lines()[index]
        self.line = line
        self.rules = Rules.at(line["height"])
        self.execution: Proven = Execution.from_json(line["execution"])
        credits = credits_program()
        env = load(line["program"], line["imports"])
        self.programs = {credits.id: credits, **env.programs}
        self.keys = {(env.program.id, line["function"]): VerifyingKey.parse(line["verifying_key"])}
        for program, pairs in line["import_keys"].items():
            for name, key in pairs:
                self.keys[program, name] = VerifyingKey.parse(key)

    def change(self, index: int, **fields: object) -> None:
        """Alter a transition."""
        transitions = list(self.execution.transitions)
        transitions[index] = replace(transitions[index], **fields)  # type: ignore[arg-type]
        self.order(transitions)

    def order(self, transitions: list[Transition]) -> None:
        """Take other transitions."""
        self.execution = replace(self.execution, transitions=tuple(transitions))

    def verify(self) -> None:
        keys = ChainKeys(self.rules, self.keys)
        verify_execution(self.execution, self.programs, keys, verifier(), self.rules)
