"""Transactions in the network's form read back, and broken ones are refused."""

import pytest

from avm.base.codec import ByteReader
from avm.base.errors import AvmError, DecodeError, Unsupported
from avm.ledger.network import NetworkTransaction, Proven
from avm.varuna.proof import proof_size
from tests.ledger.test_transition import transition

ONE = transition()


def proof_bytes(batch_sizes):
    """Return bytes with the counts of a proof and nothing sensible behind them."""
    head = b"\1" + len(batch_sizes).to_bytes(8, "little")
    head += b"".join(size.to_bytes(8, "little") for size in batch_sizes)
    return head.ljust(proof_size(batch_sizes), b"\0")


PROVEN = Proven((ONE, ONE), 5, proof_bytes([1, 1]))
FEE = Proven((ONE,), 6, proof_bytes([2]))


@pytest.mark.parametrize(
    "made",
    [
        NetworkTransaction(PROVEN, FEE),
        NetworkTransaction(PROVEN, None),
        NetworkTransaction(None, FEE),
        NetworkTransaction(Proven((ONE,), 5, None), None),
    ],
)
def test_a_transaction_reads_back_from_bytes_and_json(made):
    reader = ByteReader(made.to_bytes())
    again = NetworkTransaction.read(reader)
    reader.finish()
    assert again.to_bytes() == made.to_bytes()
    assert NetworkTransaction.from_json(made.to_json()).id == made.id == again.id
    assert NetworkTransaction.from_json(made.to_json()).to_bytes() == made.to_bytes()


def test_the_fee_is_the_last_leaf():
    with_fee, without = NetworkTransaction(PROVEN, FEE), NetworkTransaction(PROVEN, None)
    assert with_fee.id != without.id
    assert with_fee.transitions() == (ONE, ONE, ONE)


def test_bytes_cut_short_or_with_another_id_are_refused():
    data = NetworkTransaction(PROVEN, FEE).to_bytes()
    for end in (0, 1, 2, 40, len(data) // 2, len(data) - 1):
        with pytest.raises(DecodeError):
            NetworkTransaction.read(ByteReader(data[:end]))
    changed = bytearray(data)
    changed[5] ^= 1
    with pytest.raises(AvmError):
        NetworkTransaction.read(ByteReader(bytes(changed)))


@pytest.mark.parametrize("data", [b"\2\1", b"\1\7"])
def test_unknown_versions_and_variants_are_refused(data):
    with pytest.raises(DecodeError):
        NetworkTransaction.read(ByteReader(data + bytes(40)))


def test_json_that_is_no_transaction_or_has_another_id_is_refused():
    with pytest.raises(DecodeError, match="not a transaction"):
        NetworkTransaction.from_json({"type": "execute"})
    data = NetworkTransaction(None, FEE).to_json()
    data["id"] = NetworkTransaction(PROVEN, None).to_json()["id"]
    with pytest.raises(DecodeError, match="its own"):
        NetworkTransaction.from_json(data)


def test_deployments_are_said_to_be_missing():
    with pytest.raises(Unsupported):
        NetworkTransaction.from_json({"type": "deploy"})
    with pytest.raises(Unsupported):
        NetworkTransaction.read(ByteReader(b"\1\0"))
