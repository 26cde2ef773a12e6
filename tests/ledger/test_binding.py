"""What a transaction says is bound: altered in any place, in any encoding, or used twice, it is refused."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from avm.account.keys import PrivateKey
from avm.account.signature import sign
from avm.api.artifacts import Proved
from avm.api.ledger import LedgerSession
from avm.base.errors import AvmError, VerifyError
from avm.data.identifier import function_id
from avm.data.request import shown_id, transition_commitment
from avm.data.value import parse_value
from avm.ledger.binding import proof_identity, sign_transition
from avm.ledger.block import Block
from avm.ledger.chain import Ledger
from avm.ledger.ids import Kind, id_text
from avm.ledger.rejection import Reason
from avm.ledger.transaction import Deployment, Execution, Transaction
from avm.ledger.transition import Transition, make_transition
from avm.primitives.hash_to_curve import generator, mul_generator
from avm.storage.parameters import Parameters
from avm.varuna.proof import Proof
from avm.vm.trace import TransitionKeys
from tests.ledger.mutations import mutations
from tests.ledger.real import CALLS, in_memory, prove
from tests.ledger.support import Trusting, call, deploy

pytestmark = [pytest.mark.prove, pytest.mark.timeout(600)]
SEED = int(os.environ.get("AVM_MUTATION_SEED", "1"))
PER_TEXT = int(os.environ.get("AVM_MUTATIONS", "2"))


@pytest.fixture(scope="module")
def proofs(tmp_path_factory: pytest.TempPathFactory, parameters: Parameters) -> dict[str, Proved]:
    """A proof of each call."""
    folder = tmp_path_factory.mktemp("project")
    return {each[0]: prove(folder, parameters, *each) for each in CALLS}


@pytest.fixture
def session(parameters: Parameters) -> Iterator[LedgerSession]:
    found = in_memory(parameters)
    yield found
    found.close()


def executed(session: LedgerSession, proved: Proved) -> Execution:
    """Return what a commit would say of a run."""
    execution = session.transactions(proved)[-1].payload
    assert isinstance(execution, Execution)
    return execution


def refused(session: LedgerSession, transaction: Transaction) -> str:
    """Return why the ledger refuses a transaction."""
    with pytest.raises(VerifyError) as caught:
        session._ledger.check(transaction)
    return caught.value.message


def accepted(session: LedgerSession, document: Any) -> bool:
    """Whether the ledger would take a transaction of this text."""
    try:
        session._ledger.check(Transaction.from_json(document))
    except AvmError:
        return False
    return True


def repaired(document: Any) -> Any:
    """Return an execution with every id that follows from its other fields; as it is where that fails."""
    document = copy.deepcopy(document)
    try:
        for item in document["execution"]["transitions"]:
            function, tcm = function_id(item["program"], item["function"]), int(item["tcm"][:-5])
            for index, part in enumerate([*item["inputs"], *item["outputs"]]):
                if part["type"] in ("public", "future"):
                    part["id"] = f"{shown_id(function, parse_value(part['value']), tcm, index)}field"
            del item["id"]
            item["id"] = Transition.from_json(item).id_text
        execution = Execution.from_json(document["execution"], trusted=True)
        document["id"] = id_text(Kind.TRANSACTION, Transaction(execution).id)
    except (AvmError, KeyError, TypeError, ValueError, AttributeError, IndexError):
        pass
    return document


@pytest.mark.parametrize("function", [each[0] for each in CALLS])
def test_no_altered_transaction_is_taken(
    function: str, session: LedgerSession, proofs: dict[str, Proved]
) -> None:
    deployment, execution = session.transactions(proofs[function])
    tried = 0
    for what, document in mutations(deployment.to_json(), SEED, PER_TEXT):
        tried += 1
        assert not accepted(session, document), what
    session._ledger.advance([deployment])
    honest = execution.to_json()
    assert accepted(session, honest)
    assert repaired(honest) == honest
    for what, document in mutations(honest, SEED, PER_TEXT):
        tried += 1
        assert not accepted(session, document), what
        again = repaired(document)
        if again not in (document, honest):
            tried += 1
            assert not accepted(session, again), f"{what}, with ids that fit"
    print(f"{function}: {tried} altered transactions")
    assert tried > 500


def test_no_altered_block_is_taken(session: LedgerSession, proofs: dict[str, Proved]) -> None:
    session._ledger.advance(session.transactions(proofs["keep"]))
    honest = json.loads(json.dumps(session._ledger.block(1).to_json()))
    target = Ledger(None, Trusting())
    for what, document in mutations(honest, SEED, 1):
        try:
            target.add(Block.from_json(document))
        except AvmError:
            continue
        raise AssertionError(what)
    target.add(Block.from_json(honest))
    target.close()


def fresh(session: LedgerSession, execution: Execution, proved: Proved, secret: int) -> Transaction:
    """The same proof in another transition, made and signed by somebody who knows all of the run."""
    values = proved.constrained.ran.trace
    shown = execution.transitions[0]
    transition = make_transition(
        shown.program,
        shown.function,
        [(part.kind, value) for part, value in zip(shown.inputs, values.inputs, strict=True)],  # type: ignore[misc]
        [(part.kind, out.value) for part, out in zip(shown.outputs, values.outputs, strict=True)],  # type: ignore[misc]
        signer=PrivateKey(5).address,
        tpk=mul_generator(secret),
        tvk=secret,
    )
    return Transaction(replace(execution, transitions=(transition,)).signed(secret))


def test_one_proof_is_used_once(tmp_path: Path, parameters: Parameters, proofs: dict[str, Proved]) -> None:
    path = tmp_path / "chain.db"
    session, proved = LedgerSession.open(path, parameters), proofs["main"]
    first = session.commit(proved)
    assert first.accepted, first.reason
    second = session.commit(proved)
    assert not second.accepted and "used before" in second.reason
    execution = executed(session, proved)
    assert "the proof" in refused(session, fresh(session, execution, proved, 11))
    session.close()
    session = LedgerSession.open(path, parameters)
    assert "the proof" in refused(session, fresh(session, execution, proved, 12))
    assert all(check.passed for check in session.verify(proofs=True))
    session.close()


def test_one_proof_is_used_once_within_a_block(session: LedgerSession, proofs: dict[str, Proved]) -> None:
    proved = proofs["main"]
    deployment, execution = session.transactions(proved)
    assert isinstance(execution.payload, Execution)
    twins = [fresh(session, execution.payload, proved, secret) for secret in (21, 22)]
    with pytest.raises(VerifyError, match="the proof") as caught:
        session._ledger.advance([deployment, *twins])
    assert caught.value.code == Reason.DOUBLE_USE.value
    assert session._ledger.advance([deployment, twins[0]]).height == 1


def test_another_encoding_of_a_proof_is_the_same_proof(
    session: LedgerSession, proofs: dict[str, Proved]
) -> None:
    """Zero as the blinding of an opening, and bytes after the end: refused before and after the honest."""
    proved = proofs["main"]
    deployment, execution = session.transactions(proved)
    payload = execution.payload
    assert isinstance(payload, Execution)
    data = payload.proof.data
    proof = Proof.from_bytes(data)
    assert proof.to_bytes() == data
    encodings = [data + b"\0"]
    for index in (0, 2):
        openings = list(proof.openings)
        openings[index] = replace(openings[index], random_v=0)
        encodings.append(replace(proof, openings=tuple(openings)).to_bytes())
    session._ledger.advance([deployment])
    others = []
    for secret, encoding in enumerate(encodings, 31):
        claim = replace(payload, proof=replace(payload.proof, data=encoding))
        others.append(fresh(session, claim, proved, secret))
        assert proof_identity(encoding) == proof_identity(data)
        refused(session, others[-1])
    session._ledger.advance([execution])
    for other in others:
        assert "the proof" in refused(session, other)


def test_the_identity_of_a_proof_is_the_provers_first_message(proofs: dict[str, Proved]) -> None:
    data = proofs["main"].proof.to_bytes()
    end = 1 + 8 + 8 + 48 + 1 + 48
    assert proof_identity(data) == proof_identity(data[:end] + bytes(len(data) - end))
    assert len({proof_identity(data[:i] + bytes([data[i] ^ 1]) + data[i + 1 :]) for i in range(end)}) == end
    assert proof_identity(data) != proof_identity(proofs["mine"].proof.to_bytes())
    assert proof_identity(b"proof") != proof_identity(b"other")
    assert proof_identity(b"") != proof_identity(b"\1")


def test_what_is_not_signed_by_the_transition_key_is_refused() -> None:
    ledger = Ledger(None, Trusting())
    ledger.advance([deploy()])
    honest = call(ledger, "put", ["1u32", "5u64"], secret=4).payload
    assert isinstance(honest, Execution)
    message = honest.message()
    for signature in (
        None,
        sign_transition(5, message),
        sign_transition(4, message + b"."),
        replace(honest.signature, response=0) if honest.signature else None,
    ):
        with pytest.raises(VerifyError, match="not what its transition key signed"):
            ledger.check(Transaction(replace(honest, signature=signature)))
    nobody = replace(honest.transitions[0], tpk=(0, 1))
    for secret in (0, 4):
        with pytest.raises(VerifyError, match="not what its transition key signed"):
            ledger.check(Transaction(replace(honest, transitions=(nobody,)).signed(secret)))
    ledger.check(Transaction(honest.signed(4)))
    ledger.close()


def test_an_owner_stands_only_where_the_owner_signed() -> None:
    ledger, owner = Ledger(None, Trusting()), PrivateKey(8)
    plain = deploy(owner=owner.address).payload
    assert isinstance(plain, Deployment)
    for signature in (None, sign(PrivateKey(9), plain.message()), sign(owner, [1])):
        with pytest.raises(VerifyError, match="did not sign"):
            ledger.check(Transaction(replace(plain, signature=signature)))
    with pytest.raises(VerifyError, match="did not sign"):
        ledger.check(Transaction(replace(plain, owner=None, signature=sign(owner, plain.message()))))
    signed = Transaction(replace(plain, signature=sign(owner, plain.message())))
    assert Transaction.from_json(signed.to_json()) == signed
    for what, document in mutations(signed.to_json(), SEED, PER_TEXT):
        try:
            ledger.check(Transaction.from_json(document))
        except AvmError:
            continue
        raise AssertionError(what)
    ledger.advance([signed])
    stored = ledger.store.program("bank.aleo")
    assert stored is not None and stored.owner == owner.address
    assert all(check.passed for check in ledger.verify_chain(proofs=True))
    ledger.close()


def test_a_new_program_has_edition_zero_and_keys_in_order() -> None:
    ledger = Ledger(None, Trusting())
    for transaction, match in (
        (deploy(edition=1), "edition 0"),
        (deploy(functions=("drop", "put")), "order"),
    ):
        with pytest.raises(VerifyError, match=match):
            ledger.check(transaction)
    ledger.close()


def test_what_the_proof_does_not_bind_is_marked_as_a_note(
    session: LedgerSession, proofs: dict[str, Proved]
) -> None:
    assert session.commit(proofs["main"]).accepted
    (row,) = session.blocks(1)
    (shown,) = row.transactions[-1].transitions
    assert shown.notes == ("input 2", "output 1", "tpk", "tcm", "scm")
    assert shown.hidden == ("input 2", "output 1")
    stored = json.loads(next(iter(session._ledger.store.rows("transactions", 1)))[-1])
    stored = [json.loads(each[-1]) for each in session._ledger.store.rows("transactions", 1)][-1]
    assert stored["transaction"]["execution"]["notes"] == list(shown.notes)
    assert session.commit(proofs["keep"]).accepted
    (shown,) = session.blocks(2)[0].transactions[-1].transitions
    assert shown.notes == ("input 2", "tpk", "tcm", "scm")


def test_a_run_has_one_transition_key(session: LedgerSession, proofs: dict[str, Proved]) -> None:
    proved = proofs["main"]
    frame = proved.constrained.ran.trace.frames[0]
    (transition,) = executed(session, proved).transitions
    assert frame.transition_secret is not None
    assert transition.tpk == mul_generator(frame.transition_secret)
    assert frame.transition_view_key is not None
    assert transition.tcm == transition_commitment(frame.transition_view_key)
    assert executed(session, proved).transitions == (transition,)
    secret = str(frame.transition_secret)
    assert secret not in repr(frame) and secret not in repr(executed(session, proved))


def test_a_transition_has_the_view_key_of_the_run(session: LedgerSession, proofs: dict[str, Proved]) -> None:
    proved = proofs["main"]
    ran = proved.constrained.ran
    first, *others = ran.trace.frames
    assert first.transition_secret is not None
    keys = TransitionKeys(first.transition_secret, generator())
    trace = replace(ran.trace, frames=(replace(first, keys=keys), *others))
    other = replace(proved, constrained=replace(proved.constrained, ran=replace(ran, trace=trace)))
    (transition,) = executed(session, other).transitions
    assert transition.tcm == transition_commitment(keys.view_key)
