"""A run that would not fit into this machine is refused by a named limit; every step can be cancelled."""

from __future__ import annotations

import pytest

from avm.base.errors import Cancelled, CheckFailure
from avm.base.progress import Cancel
from avm.data.types import StructType
from avm.isa.sizes import literal_count, plaintext_bits, priced_bytes
from avm.program import check, parse
from avm.program.check import register_types
from avm.program.scope import Scope
from avm.types.literal_type import LiteralType
from avm.vm import RunConfig, execute, limits, load
from tests.vm.machine_programs import SIGNER

HEAD = "program t.aleo;\n\n"
MAIN = HEAD + "function main:\n    input r0 as u8.public;\n"


def doubling(depth: int) -> str:
    lines = [
        f"    cast r{i} r{i} into r{i + 1} as {'[' * (i + 1)}u8{'; 2u32]' * (i + 1)};\n" for i in range(depth)
    ]
    return MAIN + "".join(lines)


def test_a_value_that_doubles_is_refused_before_it_is_made() -> None:
    with pytest.raises(CheckFailure, match=r"r19 .* 524,288 literals; 262,144 are the most") as failure:
        execute(load(doubling(30)), "main", ["1u8"], RunConfig(signer=SIGNER))
    assert failure.value.place is not None and "not of the network" in failure.value.hint
    assert execute(load(doubling(18)), "main", ["1u8"], RunConfig(signer=SIGNER)).ok


def test_a_value_that_is_too_large_to_hash_in_one_step_is_refused() -> None:
    text = doubling(18) + "    hash.bhp256.raw r18 into r19 as field;\n"
    assert limits.MAX_HASHED_BITS == 1 << 18 << 3
    assert load(text)
    wide = text.replace("u8", "u16").replace("u16; 2u32", "u16; 2u32")
    with pytest.raises(CheckFailure, match=r"4,194,304 bits; 2,097,152 are the most"):
        execute(load(wide), "main", ["1u16"], RunConfig(signer=SIGNER))


def test_a_run_of_too_many_steps_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("avm.vm.limits.MAX_STEPS", 50)
    body = "".join(f"    add.w r{i} 1u8 into r{i + 1};\n" for i in range(51))
    with pytest.raises(CheckFailure, match="steps, more than can be recorded"):
        execute(load(MAIN + body), "main", ["1u8"], RunConfig(signer=SIGNER))
    assert execute(
        load(MAIN + "".join(body.splitlines(True)[:50])), "main", ["1u8"], RunConfig(signer=SIGNER)
    ).ok


def test_the_longest_function_that_is_known_of_the_network_has_steps_enough() -> None:
    """``shuffle_deck`` of ``zk_deck_shuffle_v0_0_1.aleo`` with its closures; 897,760 constraints."""
    budget = limits.StepBudget()
    for _ in range(531_042):
        budget.step()
    assert budget.used == 531_042


def test_long_arrays_count_as_more_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("avm.vm.limits.MAX_STEPS", 50)
    text = MAIN + "".join(
        f"    hash.keccak512.native r0 into r{i + 1} as [boolean; 512u32];\n" for i in range(10)
    )
    with pytest.raises(CheckFailure, match="more than can be recorded"):
        execute(load(text), "main", ["1u8"], RunConfig(signer=SIGNER))


class CancelAfter(Cancel):
    """Cancels itself when it was asked a number of times."""

    def __init__(self, asked: int) -> None:
        super().__init__()
        self.left = asked

    def check(self) -> None:
        self.left -= 1
        if self.left <= 0:
            self.cancel()
        super().check()


FINALIZE = (
    HEAD + "closure c:\n    input r0 as u8;\n    add.w r0 1u8 into r1;\n    add.w r1 1u8 into r2;\n"
    "    output r2 as u8;\n\nfunction main:\n    input r0 as u8.public;\n    call c r0 into r1;\n"
    "    async main r1 into r2;\n    output r2 as t.aleo/main.future;\n\n"
    "finalize main:\n    input r0 as u8.public;\n    hash.bhp256 r0 into r1 as field;\n    assert.eq r1 r1;\n"
)


def test_a_run_can_be_cancelled_at_every_look() -> None:
    cancel = CancelAfter(1000)
    trace = execute(load(FINALIZE), "main", ["1u8"], RunConfig(signer=SIGNER, cancel=cancel))
    looks = 1000 - cancel.left
    assert looks >= 2 * len(trace.steps) == 12, "each instruction is prepared, then run"
    for look in range(1, looks + 1):
        with pytest.raises(Cancelled):
            execute(load(FINALIZE), "main", ["1u8"], RunConfig(signer=SIGNER, cancel=CancelAfter(look)))


STRUCTS = (
    HEAD
    + "struct s0:\n    a as u8;\n\n"
    + "".join(
        f"struct s{i}:\n    a as {'[' * 31}s{i - 1}{'; 1u32]' * 31};\n    b as s{i - 1};\n\n"
        for i in range(1, 300)
    )
)


def test_sizes_of_deeply_nested_types_are_found_without_recursion() -> None:
    text = STRUCTS + (
        "function main:\n    input r0 as s299.private;\n    is.eq r0 r0 into r1;\n"
        "    hash.bhp256 r0 into r2 as field;\n    hash.keccak256.raw r0 into r3 as field;\n"
    )
    program = parse(text)
    check(program, {})
    scope = Scope(program, program.functions["main"], {program.id: program})
    assert register_types(program, program.functions["main"], {})[1] is LiteralType.BOOLEAN
    top = StructType("s299")
    assert literal_count(top, scope) == 1 << 299
    assert plaintext_bits(top, scope, raw=True) == 8 << 299
    assert priced_bytes(top, scope) > 1 << 299
    other = parse("import t.aleo;\nprogram u.aleo;\n" + STRUCTS.removeprefix(HEAD) + "function f:\n")
    both = Scope(other, other.functions["f"], {program.id: program, other.id: other})
    assert both.same_type(top, StructType("s299", "t.aleo"))
    assert not both.same_type(top, StructType("s298", "t.aleo"))


def test_branches_to_one_position_are_checked_in_linear_time() -> None:
    lines = "    branch.eq 0u8 1u8 to end;\n" * 20_000
    program = parse(
        HEAD
        + "function main:\n    async main into r0;\n    output r0 as t.aleo/main.future;\n\nfinalize main:\n"
        + lines
        + "    position end;\n"
    )
    seen: list[str] = []

    class Names(str):
        def __eq__(self, other: object) -> bool:
            seen.append("")
            return str.__eq__(self, other)

        __hash__ = str.__hash__

    check(program, {})
    scope = Scope(program, program.functions["main"].finalize, {program.id: program})  # type: ignore[arg-type]
    for _ in range(1000):
        assert scope.has_position(Names("end"))
    assert len(seen) <= 1000
