"""The transition of a run: kinds by declared types, ids and keys of the run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from avm.account.address import parse_address
from avm.base.errors import AvmError, Unsupported
from avm.data.request import signer_commitment, transition_commitment
from avm.data.types import kind_of, parse_value_type
from avm.ledger.building import transition_of
from avm.ledger.store import StoredProgram
from avm.ledger.transaction import Deployment
from avm.ledger.transition import Transition
from avm.ledger.verifier import LedgerVerifier
from avm.primitives.hash_to_curve import mul_generator
from avm.storage.parameters import Parameters
from avm.vm import RunConfig, execute, load
from avm.vm.constrain import constrain
from avm.vm.trace import Trace
from tests.vm.machine_programs import BANK, LIB, SIGNER, SUMS
from tests.vm.test_circuit_of import PAIR, PICKY, USER

WHO = parse_address(SIGNER)


def run(text: str, function: str, *inputs: str) -> tuple[Trace, Callable[[], Transition]]:
    env = load(text, {"lib.aleo": LIB} if text is BANK else {})
    trace = execute(env, function, list(inputs), RunConfig(signer=SIGNER))
    return trace, lambda: transition_of(env.program, trace, WHO)


def test_a_transition_shows_what_is_public_under_the_keys_of_the_run() -> None:
    trace, build = run(SUMS, "main", "3u32", "4u32")
    transition, frame = build(), trace.frames[0]
    assert [p.kind for p in transition.inputs] == ["public", "private"]
    assert [p.kind for p in transition.outputs] == ["public", "private", "public"]
    assert transition.inputs[0].value == "3u32" and transition.inputs[1].value.startswith("ciphertext1")
    assert frame.transition_secret is not None and frame.transition_view_key is not None
    assert transition.tpk == mul_generator(frame.transition_secret)
    assert transition.tcm == transition_commitment(frame.transition_view_key)
    assert transition.scm == signer_commitment(WHO, frame.transition_view_key)
    shown = transition.decrypted(frame.transition_view_key)
    assert shown.inputs[1].value == "4u32" and build() == transition


def test_a_future_is_a_part_of_its_own_kind() -> None:
    trace, build = run(LIB, "mark", "1u8")
    transition = build()
    assert [p.kind for p in transition.outputs] == ["future"] and transition.future() is not None
    assert trace.halt is None


def test_what_cannot_be_built_yet_is_refused_by_name() -> None:
    with pytest.raises(Unsupported, match="of the kind record"):
        run(BANK, "mint", "5u64")[1]()
    with pytest.raises(AvmError, match="call other programs") as failure:
        run(BANK, "ask", "5u8")[1]()
    assert failure.value.code == "EAVM1601"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("u8.constant", "constant"),
        ("[u8; 2u32].public", "public"),
        ("pair.private", "private"),
        ("coin.record", "record"),
        ("lib.aleo/coin.record", "external_record"),
        ("lib.aleo/mark.future", "future"),
        ("dynamic.record", "record_dynamic"),
        ("dynamic.future", "future_dynamic"),
    ],
)
def test_the_kind_of_a_part_follows_its_type(text: str, kind: str) -> None:
    assert kind_of(parse_value_type(text)) == kind


def test_the_circuit_of_a_key_needs_no_run_of_what_it_calls() -> None:
    known = {"picky.aleo": StoredProgram(PICKY, 0, None, "")}
    deployment = Deployment(USER, ())
    made = LedgerVerifier(Parameters())._circuit(deployment, "main", known.get)
    env = load(USER, {"picky.aleo": PICKY})
    inputs = ["77u8", PAIR]
    trace = execute(env, "main", inputs, RunConfig(signer=SIGNER), finalize=False)
    assert made.matrices() == constrain(env, trace).system.matrices()
