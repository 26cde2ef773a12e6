"""Executions of the real engine are accepted, and every alteration of one is refused."""

from dataclasses import replace

import pytest

from avm.base.consensus import Rules
from avm.base.errors import VerifyError
from avm.ledger.network import Execution
from avm.ledger.parts import fits
from avm.ledger.transition import Part
from avm.program.parser import parse
from tests.ledger.executions import ASYNC, CALL_V2, CALL_V3, Case, lines

ALL = range(3)


@pytest.mark.parametrize("index", ALL)
def test_an_execution_is_accepted(index):
    Case(index).verify()


def altered(part, **fields):
    return replace(part, **fields)


def change_input(case, **fields):
    first = case.execution.transitions[0]
    case.change(0, inputs=(altered(first.inputs[0], **fields), *first.inputs[1:]))


def change_output(case, **fields):
    first = case.execution.transitions[0]
    case.change(0, outputs=(altered(first.outputs[0], **fields), *first.outputs[1:]))


def flip_proof(case):
    data = bytearray(case.execution.proof)
    data[300] ^= 4
    case.execution = replace(case.execution, proof=bytes(data))


ALTERATIONS = {
    "scm of all": lambda c: [c.change(i, scm=5) for i in range(len(c.execution.transitions))],
    "tcm": lambda c: c.change(-1, tcm=5),
    "tpk": lambda c: c.change(-1, tpk=c.execution.transitions[0].tpk[::-1]),
    "input id": lambda c: change_input(c, id=5),
    "input value": lambda c: change_input(c, value="6u32"),
    "input without value": lambda c: change_input(c, value=""),
    "input of another kind": lambda c: change_input(c, kind="constant"),
    "input with a tag": lambda c: change_input(c, tag=1),
    "output id": lambda c: change_output(c, id=5),
    "output with a dynamic id": lambda c: change_output(c, dynamic_id=1),
    "no inputs": lambda c: c.change(0, inputs=()),
    "no outputs": lambda c: c.change(0, outputs=()),
    "no transitions": lambda c: c.order([]),
    "reversed": lambda c: c.order([*reversed(c.execution.transitions), c.execution.transitions[-1]]),
    "one transition more": lambda c: c.order([c.execution.transitions[0], *c.execution.transitions]),
    "another function": lambda c: c.change(0, function="nothing"),
    "no state root": lambda c: setattr(c, "execution", replace(c.execution, state_root=0)),
    "no proof": lambda c: setattr(c, "execution", replace(c.execution, proof=None)),
    "the proof": flip_proof,
    "the version of Varuna": lambda c: setattr(c, "rules", Rules(20 if c.rules.varuna == 3 else 21)),
}


@pytest.mark.parametrize("index", [CALL_V3, ASYNC])
@pytest.mark.parametrize("name", ALTERATIONS)
def test_an_altered_execution_is_refused(name, index):
    case = Case(index)
    ALTERATIONS[name](case)
    with pytest.raises(VerifyError):
        case.verify()


@pytest.mark.parametrize("change", [{"scm": 5}, {"program": "outer.aleo"}])
def test_a_call_inside_must_have_the_signer_and_the_program_of_its_caller(change):
    case = Case(CALL_V3)
    case.change(0, **change)
    with pytest.raises(VerifyError):
        case.verify()


def test_a_call_that_is_left_out_is_refused():
    case = Case(CALL_V3)
    case.order(list(case.execution.transitions[1:]))
    with pytest.raises(VerifyError, match="fewer transitions"):
        case.verify()


def test_the_proof_of_another_execution_is_refused():
    case, other = Case(CALL_V2), Case(CALL_V3)
    for rules in (case.rules, other.rules):
        case.rules = rules
        case.execution = replace(case.execution, proof=other.execution.proof)
        with pytest.raises(VerifyError):
            case.verify()


def test_another_text_of_a_program_with_a_constructor_is_refused():
    case = Case(CALL_V3)
    text = case.line["program"].replace("edition 0u16", "edition 1u16")
    case.programs["outer.aleo"] = parse(text)
    with pytest.raises(VerifyError, match="not valid"):
        case.verify()


def test_a_key_for_another_number_of_public_inputs_is_refused():
    case = Case(CALL_V3)
    name = ("inner.aleo", "twice")
    case.keys[name] = replace(case.keys[name], info=replace(case.keys[name].info, num_public_inputs=32))
    with pytest.raises(VerifyError, match="public inputs"):
        case.verify()


def test_a_transition_that_is_read_twice_is_kept_once():
    data = dict(lines()[ASYNC]["execution"])
    data["transitions"] = [*data["transitions"], *data["transitions"]]
    assert len(Execution.from_json(data).transitions) == 1


def test_a_fee_is_no_part_of_an_execution():
    case = Case(ASYNC)
    case.change(0, program="credits.aleo", function="fee_public")
    with pytest.raises(VerifyError, match="fee is no part"):
        case.verify()


def test_records_fit_by_the_kind_of_the_call():
    program = parse(
        "program t.aleo;\nrecord r:\n    owner as address.private;\n"
        "function f:\n    input r0 as r.record;\n    input r1 as dynamic.record;\n"
    )
    spent, dynamic = (item.type for item in program.functions["f"].inputs)
    kinds = ("record", "record_with_dynamic_id", "record_dynamic")
    table = {call: [fits(Part(kind, 1), spent, call) for kind in kinds] for call in (None, False, True)}
    assert table == {None: [True, True, False], False: [True, False, False], True: [False, True, False]}
    assert [fits(Part(kind, 1), dynamic, True) for kind in kinds] == [False, False, True]
