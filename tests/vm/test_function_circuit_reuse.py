"""The network's circuit of a function is synthesized once; a later call computes its witness alone."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from avm.algebra.edwards import GENERATOR
from avm.data.dynamic import DynamicRecord
from avm.data.literal import Literal
from avm.data.record import Entry, Record
from avm.data.record_ciphertext import serial_number
from avm.data.request import sign_request
from avm.data.types import Visibility
from avm.data.value import Value, parse_value
from avm.program.scope import Scope
from avm.r1cs import ConstraintSystem
from avm.types.literal_type import LiteralType
from avm.vm.circuit import Circuit
from avm.vm.environment import Environment, load
from avm.vm.function_circuit import FunctionCall
from avm.vm.function_circuit_blank import blank_call, blank_circuit
from avm.vm.function_circuit_call import CallMade
from avm.vm.inclusion_circuit import Inclusion, blank_inclusion, given_inclusion, synthesize_inclusion
from avm.vm.reuse import MOST, KeptCircuits
from avm.vm.translation_circuit import Translation, given_translation, synthesize_translation
from tests.vm.test_function_circuit import HELLO, KEY, LIB, USER, call, circuit
from tests.vm.test_inclusion_circuit import COMMITMENT, GAMMA, HEIGHT, state_path


def assert_made_again(env: Environment, given: FunctionCall, fresh: Circuit) -> None:
    """Hold the circuit of a call, for which nothing is synthesized, to one that was made for it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ConstraintSystem, "enforce", lambda *_: pytest.fail("synthesized again"))
        found = circuit(env, given)
    assert found.system.assignment() == fresh.system.assignment()
    assert found.public_inputs == fresh.public_inputs and found.per_instruction == fresh.per_instruction
    assert found.system.digest() == fresh.system.digest() and found.is_satisfied == fresh.is_satisfied


@pytest.mark.parametrize("first", ["a call", "nobody's call"])
def test_a_second_call_makes_no_constraints(first: str) -> None:
    env, other = load(HELLO), load(HELLO)
    if first == "a call":
        circuit(env, call(env, "main", parse_value("3u32"), parse_value("4u32")))
    else:
        blank_circuit(env, "main")
    given = call(env, "main", parse_value("77u32"), parse_value("9u32"))
    fresh = circuit(other, given)
    assert_made_again(env, given, fresh)
    assert fresh.is_satisfied


def test_records_are_made_and_spent_in_kept_circuits() -> None:
    env, other = load(LIB), load(LIB)
    circuit(env, call(env, "make", parse_value("5u64")))
    given = call(env, "make", parse_value("6u64"))
    assert_made_again(env, given, circuit(other, given))
    blank_circuit(env, "spend")
    scope = Scope(other.program, other.program.functions["spend"], other.programs)
    spent = blank_call(scope)
    assert_made_again(env, spent, circuit(other, spent))


def test_a_translation_is_made_again_for_another_record() -> None:
    def translation(amount: int, **changes: Any) -> Translation:
        entries = (("amount", Entry(Visibility.PRIVATE, Literal(LiteralType.U64, amount))),)
        record = Record(KEY.address, True, entries, GENERATOR, 1)
        known = Translation(
            record, DynamicRecord.of(record), "lib.aleo", "coin", 7, True, False, 3, 4, 5, 6, 8, 9, GENERATOR
        )
        return replace(known, **changes)

    kept = KeptCircuits()
    for given in (translation(5), translation(6, to_static=False, tvk=99, gamma=(0, 1))):
        fresh = synthesize_translation(given).system
        make = partial(synthesize_translation, given)
        found = kept.of(("", "", ""), given, given_translation, make).system
        assert found.assignment() == fresh.assignment() and found.digest() == fresh.digest()


def test_an_inclusion_is_made_again_for_another_record() -> None:
    blank, path = blank_inclusion(), state_path()
    real = Inclusion(path, COMMITMENT, GAMMA, serial_number(GAMMA, COMMITMENT), 5, True, True, HEIGHT)
    for version in (0, 1):
        made = synthesize_inclusion(blank, version)
        found = made.with_given(given_inclusion(real, version))
        assert list(made.given) == given_inclusion(blank, version) and found.is_satisfied
        assert dict(enumerate(found.assignment().public))[2] == 5


def test_threads_share_kept_circuits() -> None:
    """More circuits than are kept, so that some go while others are found."""
    kept = KeptCircuits()

    def make(value: int) -> Circuit:
        cs = ConstraintSystem()
        cs.new_private(value)
        return Circuit(cs, "", "", ())

    def use(seed: int) -> list[int]:
        asked = [(step * 7 + seed) % (MOST + 4) for step in range(1000)]
        found = [kept.of(("", str(v), ""), v, lambda number: [number], partial(make, v)) for v in asked]
        return [v for v, circuit in zip(asked, found, strict=True) if circuit.system.given != (v,)]

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(use, range(4))) == [[]] * 4
    finally:
        sys.setswitchinterval(interval)


def test_calls_are_those_of_the_run() -> None:
    def made(start: str, argument: str, result: str) -> FunctionCall:
        env = load(USER, {"lib.aleo": LIB})
        root = call(env, "main", parse_value(start))
        types = [item.type for item in env.programs["lib.aleo"].functions["twice"].inputs]
        values: list[Value] = [parse_value(argument)]
        inner = sign_request(
            KEY,
            "lib.aleo",
            "twice",
            values,
            types,  # type: ignore[arg-type]
            is_root=False,
            root_tvk=root.request.tvk,
            nonce=3,
        )
        return call(env, "main", parse_value(start), made=CallMade(inner, (parse_value(result),)))

    env, other = load(USER, {"lib.aleo": LIB}), load(USER, {"lib.aleo": LIB})
    assert circuit(env, made("3u32", "4u32", "8u32")).is_satisfied
    for given in (made("5u32", "6u32", "12u32"), made("5u32", "7u32", "14u32")):
        assert_made_again(env, given, circuit(other, given))
        other = load(USER, {"lib.aleo": LIB})
