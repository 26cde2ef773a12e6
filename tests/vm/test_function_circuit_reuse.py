"""The network's circuit of a function is synthesized once; a later call computes its witness alone."""

from __future__ import annotations

import pytest

from avm.data.request import sign_request
from avm.data.value import Value, parse_value
from avm.program.scope import Scope
from avm.r1cs import ConstraintSystem
from avm.vm.circuit import Circuit
from avm.vm.environment import Environment, load
from avm.vm.function_circuit import FunctionCall
from avm.vm.function_circuit_blank import blank_call, blank_circuit
from avm.vm.function_circuit_call import CallMade
from tests.vm.test_function_circuit import HELLO, KEY, LIB, USER, call, circuit


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
