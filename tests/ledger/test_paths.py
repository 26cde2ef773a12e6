"""Paths lead from every part of a transaction to the state root, and break where they are tampered with."""

import pytest

from avm.base.errors import StoreError
from avm.ledger.chain import Ledger
from avm.ledger.paths import hash_text, transaction_path
from tests.ledger.support import Trusting, call, deploy


@pytest.fixture(scope="module")
def ledger():
    chain = Ledger(None, Trusting())
    chain.advance([deploy()])
    chain.advance([call(chain, "put", ["1u32", "5u64"], secret=k) for k in (1, 2)])
    chain.advance([])
    return chain


@pytest.fixture(scope="module")
def transaction(ledger):
    return ledger.block(2).transactions[1].transaction


@pytest.mark.parametrize(("transition", "part"), [(None, None), (0, None), (0, 0), (0, 2)])
def test_a_path_leads_to_the_state_root(ledger, transaction, transition, part):
    path = transaction_path(ledger, transaction.id_text, transition, part)
    assert path.valid
    assert hash_text(path.hops[-1]) == f"{path.root}field"
    assert all(a.result == b.current for a, b in zip(path.hops, path.hops[1:]))
    assert path.recompute() == path


def test_the_path_of_an_output_passes_every_tree(ledger, transaction):
    path = transaction_path(ledger, transaction.id_text, 0, 2)
    trees = list(dict.fromkeys(hop.tree for hop in path.hops))
    assert trees == ["transition", "transaction", "transactions", "header", "block", "chain"]
    assert path.name == "output 0 of put"
    texts = [hash_text(hop) for hop in path.hops]
    assert transaction.payload.transitions[0].id_text in texts
    assert ledger.block(2).hash_text in texts


def test_tampering_breaks_the_path_from_there_on(ledger, transaction):
    path = transaction_path(ledger, transaction.id_text, 0, 0)
    other = path.recompute(leaf=path.leaf + 1)
    assert not other.valid
    assert all(a.result != b.result for a, b in zip(path.hops, other.hops))
    changed = path.recompute(others=[(10, 5)])
    assert not changed.valid
    same = [a.result == b.result for a, b in zip(path.hops, changed.hops)]
    assert same == [True] * 10 + [False] * (len(same) - 10)


def test_left_and_right_are_the_inputs_of_the_hash(ledger, transaction):
    for hop in transaction_path(ledger, transaction.id_text).hops:
        assert (hop.left if hop.side == "left" else hop.right) == hop.current


def test_a_deployment_has_a_path(ledger):
    assert transaction_path(ledger, ledger.block(1).transactions[0].transaction.id_text).valid


def test_what_is_not_there_has_no_path(ledger, transaction):
    deployed = ledger.block(1).transactions[0].transaction.id_text
    for arguments in (("at1x",), (transaction.id_text, 1), (transaction.id_text, 0, 3), (deployed, 0)):
        with pytest.raises(StoreError):
            transaction_path(ledger, *arguments)
