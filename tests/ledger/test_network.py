"""Transactions in the network's form read back, and broken ones are refused."""

from dataclasses import replace
from functools import cache

import pytest

from avm.account.address import address_text
from avm.account.signature import sign
from avm.base.codec import ByteReader
from avm.base.errors import AvmError, DecodeError
from avm.data.future import Future
from avm.data.plaintext import parse_plaintext
from avm.ledger.deployment import Deployment
from avm.ledger.network import Execution, Fee, ProgramOwner, Transaction
from avm.ledger.transition import make_transition
from avm.primitives.hash_to_curve import mul_generator
from avm.program.parser import parse
from avm.varuna.certificate import Certificate
from avm.varuna.proof import proof_size
from avm.varuna.verifying_key import CircuitInfo, VerifyingKey
from tests.ledger.support import SIGNER
from tests.ledger.test_transition import transition

ONE = transition()


def proof_bytes(batch_sizes):
    """Return bytes with the counts of a proof and nothing sensible behind them."""
    head = b"\1" + len(batch_sizes).to_bytes(8, "little")
    head += b"".join(size.to_bytes(8, "little") for size in batch_sizes)
    return head.ljust(proof_size(batch_sizes), b"\0")


def fee_transition(base=5, priority=2, identifier=9):
    """Return a transition that pays a public fee."""
    payer = parse_plaintext(address_text(SIGNER.address))
    inputs = [parse_plaintext(t) for t in (f"{base}u64", f"{priority}u64", f"{identifier}field")]
    paid = Future("credits.aleo", "fee_public", (payer, parse_plaintext(f"{base + priority}u64")))
    return make_transition(
        "credits.aleo",
        "fee_public",
        [("public", value) for value in inputs],
        [("future", paid)],
        signer=SIGNER.address,
        tpk=mul_generator(5),
        tvk=8,
    )


def printed(made):
    """Return an execution or a fee with its values as the network prints them."""
    return type(made).from_json(made.to_json())


PROVEN = printed(Execution((replace(ONE, tcm=ONE.tcm + 1), ONE), 5, proof_bytes([1, 1])))
FEE = printed(Fee((fee_transition(),), 6, proof_bytes([2])))


@cache
def deployments():
    """Return a deployment of every version, the second with the keys of its records."""
    text = "program a.aleo;\n\nrecord r:\n    owner as address.private;\n\nfunction f:\n\nfunction g:\n"
    program = parse(text)
    key = VerifyingKey(CircuitInfo(1, 2, 3, 4, 5, 6), (None,) * 12, bytes(32), 7)
    keys = tuple((name, key, Certificate(None)) for name in ("f", "g", "r"))
    checksum = program.checksum()
    return (
        Deployment(0, program, keys[:2]),
        Deployment(1, program, keys, checksum, SIGNER.address),
        Deployment(2, program, keys, checksum),
    )


def deployed(version):
    """Return the transaction of a deployment."""
    deployment = deployments()[version - 1]
    return Transaction(deployment, FEE, ProgramOwner(SIGNER.address, sign(SIGNER, [deployment.id], nonce=3)))


@pytest.mark.parametrize(
    "made",
    [
        Transaction(PROVEN, FEE),
        Transaction(PROVEN),
        Transaction(None, FEE),
        Transaction(Execution((ONE,), 5)),
        *(deployed(version) for version in (1, 2, 3)),
    ],
)
def test_a_transaction_reads_back_from_bytes_and_json(made):
    reader = ByteReader(made.to_bytes())
    again = Transaction.read(reader)
    reader.finish()
    assert again.to_bytes() == made.to_bytes()
    assert Transaction.from_json(made.to_json()) == again
    assert Transaction.from_json(made.to_json()).id == made.id == again.id


def test_the_fee_is_the_last_leaf():
    with_fee, without = Transaction(PROVEN, FEE), Transaction(PROVEN)
    assert with_fee.id != without.id == PROVEN.id
    assert with_fee.transitions() == (*PROVEN.transitions, FEE.transition)


def test_a_fee_tells_what_it_pays():
    assert (FEE.base_amount, FEE.priority_amount, FEE.amount, FEE.paid_for) == (5, 2, 7, 9)
    assert FEE.is_public
    assert FEE.payer == SIGNER.address


def test_only_a_fee_pays_a_fee():
    data = FEE.to_json()
    with pytest.raises(DecodeError, match="pays no fee"):
        Fee.from_json({**data, "transition": ONE.to_json()})
    with pytest.raises(DecodeError, match="pays something"):
        Transaction.from_json(Transaction(None, Fee((fee_transition(0, 0),), 6)).to_json())


def test_an_execution_keeps_a_transition_once():
    data = Execution((ONE, ONE), 5).to_json()
    assert Execution.from_json(data).transitions == PROVEN.transitions[1:]
    assert Execution.from_json(data).id != Execution((ONE, ONE), 5).id
    with pytest.raises(DecodeError, match="1 to 31"):
        Execution.from_json({**data, "transitions": []})


def test_a_value_has_one_text_whatever_was_read():
    assert PROVEN.transitions[1].inputs[1].value == "{\n  a: 2u8\n}"
    assert ONE.inputs[1].value == "{ a: 2u8 }"


def test_the_version_of_a_deployment_follows_from_what_is_there():
    assert [deployment.version for deployment in deployments()] == [1, 2, 3]
    assert len({deployment.id for deployment in deployments()}) == 3


def test_a_deployment_that_is_not_its_programs_is_refused():
    first, second, _ = deployments()
    for wrong in (
        replace(first, keys=first.keys[:1]),
        replace(first, keys=first.keys[::-1]),
        replace(second, checksum=bytes(32)),
        replace(second, checksum=None),
    ):
        with pytest.raises(DecodeError):
            wrong.check()


def test_a_deployment_is_signed_by_its_owner():
    made = deployed(2)
    other = ProgramOwner(mul_generator(3), made.owner.signature)
    for wrong in (replace(made, owner=other), replace(deployed(1), owner=made.owner)):
        with pytest.raises(DecodeError, match="owner"):
            wrong.check()


def test_bytes_cut_short_or_with_another_id_are_refused():
    data = Transaction(PROVEN, FEE).to_bytes()
    for end in (0, 1, 2, 40, len(data) // 2, len(data) - 1):
        with pytest.raises(DecodeError):
            Transaction.read(ByteReader(data[:end]))
    changed = bytearray(data)
    changed[5] ^= 1
    with pytest.raises(AvmError):
        Transaction.read(ByteReader(bytes(changed)))


@pytest.mark.parametrize("data", [b"\2\1", b"\1\7"])
def test_unknown_versions_and_variants_are_refused(data):
    with pytest.raises(DecodeError):
        Transaction.read(ByteReader(data + bytes(40)))


def test_json_that_is_no_transaction_or_has_another_id_is_refused():
    for kind in ("execute", "deploy", "fee", "pay"):
        with pytest.raises(DecodeError):
            Transaction.from_json({"type": kind})
    data = {**Transaction(None, FEE).to_json(), "id": Transaction(PROVEN).id_text}
    with pytest.raises(DecodeError, match="its own"):
        Transaction.from_json(data)
