"""Circuits of runs: satisfied, independent of the witness, labelled, counted."""

from __future__ import annotations

import pytest

from avm.base.errors import CheckFailure, Unsupported
from avm.base.sources import Source
from avm.base.span import Span
from avm.program import parse
from avm.vm import RunConfig, execute, load
from avm.vm.circuit import Circuit
from avm.vm.constrain import constrain
from avm.vm.public_values import public_values
from tests.vm.machine_programs import BANK, LIB, SIGNER, SUMS, placed

SOURCE = "fn sum() {\n    a + b\n}\nfn main() {\n    sum()\n}\n"
COMPILED = placed(
    parse(SUMS),
    {
        ("sum", 0): Span(Source("main.leo"), 15, 20),
        ("sum", 1): Span(Source("main.leo"), 15, 20),
        ("main", 6): Span(Source("main.leo"), 40, 45),
    },
)


def circuit(*inputs: str) -> Circuit:
    env = load(COMPILED, {})
    return constrain(env, execute(env, "main", inputs, RunConfig(signer=SIGNER)))


def test_the_assignment_of_a_run_satisfies_its_constraints() -> None:
    found = circuit("2u32", "4u32")
    assert found.is_satisfied and found.system.check() == []


def test_the_matrices_do_not_depend_on_the_witness() -> None:
    first, second = circuit("2u32", "4u32"), circuit("77u32", "9u32")
    assert first.system.matrices() == second.system.matrices()
    assert first.system.assignment() != second.system.assignment()


def test_a_run_that_halts_breaks_the_constraint_of_its_instruction() -> None:
    found = circuit("1u32", "4294967295u32")
    assert not found.is_satisfied
    assert found.system.violations[0].label.instruction == "sum: add r0 r1 into r2;"
    assert found.system.matrices() == circuit("2u32", "4u32").system.matrices()


def test_public_values_are_public_variables_with_names() -> None:
    found = circuit("2u32", "4u32")
    names = dict(found.public_inputs)
    assert sum(v << i for i, v in enumerate(names[f"r0[{i}]"] for i in range(32))) == 2
    assert names["output 0"] == 30 and names["output 2[0]"] == 30 and names["output 2[1]"] == 5
    assert len(names) == 32 + 3, "private inputs and outputs are not public"


def test_instructions_account_for_every_constraint() -> None:
    found = circuit("2u32", "4u32")
    assert sum(i.counts.constraints for i in found.per_instruction) == found.system.counts().constraints
    assert sum(i.counts.constants for i in found.per_instruction) == found.system.counts().constants
    adds = [i for i in found.per_instruction if i.text.startswith("add ")]
    assert [i.counts.constraints for i in adds] == [33, 33]


def test_constraints_know_gadget_instruction_and_leo_line() -> None:
    found = circuit("2u32", "4u32")
    row = next(i for i in found.per_instruction if i.text.startswith("mul.w")).first_row
    label = found.system.label(row)
    assert label.gadget[0] == "mul.w" and label.index == 1 and label.span == Span(Source("main.leo"), 15, 20)
    counts = [(i.span, i.counts.constraints) for i in found.per_instruction if i.span is not None]
    assert sum(count for span, count in counts if span == Span(Source("main.leo"), 15, 20)) == 2 * (33 + 53)
    assert (Span(Source("main.leo"), 40, 45), 1) in counts


def test_a_future_is_bound_by_its_arguments() -> None:
    env = load(BANK, {"lib.aleo": LIB})
    trace = execute(env, "deposit", ["4u64"], RunConfig(signer=SIGNER), finalize=False)
    found = constrain(env, trace)
    names = [name for name, _ in found.public_inputs]
    assert found.is_satisfied
    assert "output 0[2]" in names and any(n.startswith("self.caller") for n in names)
    inner = constrain(env, trace, frame=1)
    assert inner.is_satisfied and inner.program == "lib.aleo"


def test_records_are_not_built_yet_and_say_so() -> None:
    env = load(BANK, {"lib.aleo": LIB})
    with pytest.raises(Unsupported):
        constrain(env, execute(env, "mint", ["4u64"], RunConfig(signer=SIGNER)))


def test_public_values_need_only_the_public_parts() -> None:
    env = load(SUMS)
    trace = execute(env, "main", ["2u32", "4u32"], RunConfig(signer=SIGNER))
    inputs = [("public", trace.inputs[0]), ("private", None)]
    outputs = [("public", trace.outputs[0].value), ("private", None), ("public", trace.outputs[2].value)]
    found = public_values(env, "main", inputs, outputs)
    assert found == tuple(value for _, value in constrain(env, trace).public_inputs)
    with pytest.raises(CheckFailure):
        public_values(env, "main", [("public", None), ("private", None)], outputs)


def test_public_values_hold_addresses_calls_and_future_arguments() -> None:
    env = load(BANK, {"lib.aleo": LIB})
    for function, given in (("deposit", "4u64"), ("ask", "4u8")):
        trace = execute(env, function, [given], RunConfig(signer=SIGNER), finalize=False)
        found = public_values(
            env,
            function,
            [("public", trace.inputs[0])],
            [("", o.value) for o in trace.outputs],
            signer=SIGNER,
            caller=SIGNER,
            calls=[(tuple(a.value for a in trace.steps[0].reads), trace.frames[1].outputs)],
        )
        assert found == tuple(value for _, value in constrain(env, trace).public_inputs)


def test_an_address_that_only_a_later_output_uses_has_its_columns_there() -> None:
    env = load(
        "program a.aleo;\nfunction main:\n    input r0 as u8.public;\n    output r0 as u8.public;\n"
        "    output self.signer as address.public;\n    output self.signer as address.private;\n"
    )
    trace = execute(env, "main", ["7u8"], RunConfig(signer=SIGNER))
    shown = constrain(env, trace).public_inputs
    names = [name.partition("[")[0] for name, _ in shown]
    assert names == ["r0"] * 8 + ["output 0"] + ["self.signer"] * 2 + ["output 1"] * 2
    outputs = [("", output.value) for output in trace.outputs]
    found = public_values(env, "main", [("public", trace.inputs[0])], outputs, signer=SIGNER)
    assert found == tuple(value for _, value in shown)


def test_every_input_knows_its_first_row() -> None:
    first, second = circuit("3u32", "9u32").per_instruction[:2]
    assert (first.text, first.first_row) == ("input r0", 0)
    assert (second.text, second.first_row) == ("input r1", first.counts.constraints) and second.first_row > 0


@pytest.mark.parametrize(
    ("body", "inputs"),
    [
        ("", []),
        ("    input r0 as boolean.private;\n", ["true"]),
        ("    input r0 as field.public;\n", ["7field"]),
        ("    assert.eq 1u8 1u8;\n", []),
        ("    input r0 as field.private;\n    output r0 as field.public;\n", ["7field"]),
    ],
)
def test_a_function_that_constrains_next_to_nothing_has_a_circuit_that_can_be_indexed(
    body: str, inputs: list[str]
) -> None:
    env = load(f"program t.aleo;\nfunction main:\n{body}")
    found = constrain(env, execute(env, "main", inputs, RunConfig(signer=SIGNER)))
    matrices = found.system.matrices()
    assert min(sum(len(row) for row in matrix) for matrix in (matrices.a, matrices.b, matrices.c)) >= 2
    assert found.is_satisfied and found.system.num_private > 0
    for text, _ in found.public_inputs:
        assert "padding" not in text


def test_padding_is_added_only_where_it_is_needed() -> None:
    found = circuit("2u32", "4u32")
    assert not any("padding" in str(found.system.label(row)) for row in range(found.system.num_constraints))


def test_powers_of_the_generator_are_no_constants_of_a_circuit() -> None:
    sizes = []
    for operand in ("aleo::GENERATOR", "aleo::GENERATOR_POWERS[7u32]", "group::GEN"):
        text = "program g.aleo;\nfunction f:\n    input r0 as group.private;\n"
        text += f"    is.eq {operand} r0 into r1;\n"
        trace = execute(load(text), "f", ["0group"], RunConfig())
        found = constrain(load(text), trace)
        sizes.append(next(i.counts for i in found.per_instruction if i.text.startswith("is.eq")))
    assert [(s.constants, s.private, s.constraints) for s in sizes] == [(0, 5, 5), (0, 5, 5), (10, 5, 5)]
