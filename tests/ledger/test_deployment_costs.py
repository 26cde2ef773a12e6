"""What deployments cost; the first amounts are the real engine's for the same program."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from avm.base.consensus import Rules
from avm.ledger.deployment_costs import deployment_cost
from avm.program.model import Program
from avm.program.parser import parse
from avm.vm.environment import load

PROGRAM = """program hello.aleo;

function main:
    input r0 as u32.public;
    input r1 as u32.private;
    add r0 r1 into r2;
    output r2 as u32.private;

constructor:
    assert.eq edition 0u16;
"""


@dataclass
class Sized:
    """A deployment of a program by its sizes alone."""

    program: Program
    size: int
    num_variables: int = 16_787
    num_constraints: int = 12_927

    @property
    def keys(self) -> list[Any]:
        info = SimpleNamespace(num_non_zero_a=1_000, num_non_zero_b=200, num_non_zero_c=30)
        return [("main", SimpleNamespace(info=info), None)]

    def to_bytes(self) -> bytes:
        return bytes(self.size)


def parts(size: int, version: int) -> tuple[int, int, int, int]:
    deployment: Any = Sized(parse(PROGRAM), size)
    cost = deployment_cost(deployment, load(PROGRAM), Rules(version))
    assert cost.total == cost.storage + cost.synthesis + cost.constructor + cost.namespace
    return cost.storage, cost.synthesis, cost.constructor, cost.namespace


def test_bytes_circuits_constructor_and_name_are_paid() -> None:
    assert parts(874, 22) == (874_000, 29_714, 2_000, 100_000_000_000)


def test_work_cost_more_once_and_entries_counted_for_a_while() -> None:
    assert parts(874, 9)[1:3] == (29_714 * 25, 50_000)
    assert [parts(874, version)[1] for version in (17, 18, 21, 22)] == [29_714, 1_230, 1_230, 29_714]


@pytest.mark.parametrize(("version", "storage"), [(15, 1_024_000_000), (16, 2_048_000_000)])
def test_large_programs_pay_by_the_square(version: int, storage: int) -> None:
    assert parts(1_024_000, version)[0] == storage
