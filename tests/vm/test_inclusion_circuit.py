"""The inclusion circuit is the network's, and holds for records that were made, only."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from avm.algebra.edwards import Point
from avm.base.consensus import HIDING_RECORDS_FROM, Rules
from avm.data.record_ciphertext import serial_number
from avm.data.state_path import StatePath, StatePathVar, header_leaf, transaction_leaf, transition_leaf
from avm.ledger import state
from avm.primitives.hash_to_curve import generator_powers
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem, Counts
from avm.storage.network_keys import published_key
from avm.types.boolean import BooleanVar
from avm.types.field import FieldVar
from avm.varuna.indexer import arrange, circuit_id_of
from avm.vm.inclusion_circuit import Inclusion, blank_inclusion, synthesize_inclusion

COMMITMENT, TCM, PREVIOUS = 2**251 + 12345, 777, 888
GAMMA: Point = generator_powers()[7]
HEIGHT = 3


@cache
def state_path() -> StatePath:
    """The way of one record output in a block of height 3."""
    transition = state.transition_tree([((1, 8), (0, 8), (2, 8)), ((1, 8), (1, 8), (3, 8))], [5, COMMITMENT])
    transition_id = state.transition_id(transition.root, TCM)
    transaction = state.transaction_tree(1, [9, transition_id])
    transactions = state.transactions_tree([1, transaction.root, 3])
    header = state.Header(PREVIOUS, transactions.root, 1, 2, 3, 4, state.Metadata(0, 1, HEIGHT, 1)).tree()
    block = state.block_hash(PREVIOUS, header.root)
    chain = state.block_tree([11, 12, 13, block, 14])
    return StatePath(
        *(chain.root, chain.path(HEIGHT), block, PREVIOUS, header.root, header.path(1)),
        *(header_leaf(1, transactions.root), transactions.path(1), transaction.root, transaction.path(1)),
        *(transaction_leaf(1, 1, transition_id), transition.root, TCM, transition.path(1)),
        transition_leaf(1, 1, 3, COMMITMENT),
    )


def included(**changes: Any) -> bool:
    """Whether the circuit holds for the record, with some of what is said changed."""
    path = state_path()
    serial = serial_number(GAMMA, COMMITMENT)
    given = Inclusion(path, COMMITMENT, GAMMA, serial, path.transaction_id, True, True, HEIGHT)
    return synthesize_inclusion(replace(given, **changes)).is_satisfied


@pytest.mark.prove
@pytest.mark.parametrize("version", [0, 1])
def test_the_circuit_is_that_of_the_published_key(version: int) -> None:
    key = published_key("inclusion", Rules(HIDING_RECORDS_FROM if version else 1))
    cs = synthesize_inclusion(blank_inclusion(), version)
    info, indexed = arrange(cs.matrices())
    assert info == key.info and circuit_id_of(info, indexed) == key.circuit_id
    assert not version or cs.num_variables == key.num_variables


@pytest.mark.prove
def test_a_state_path_costs_what_the_network_counts() -> None:
    cs = ConstraintSystem()
    path = StatePathVar(cs, state_path())
    assert cs.counts() == Counts(0, 1, 450, 376)
    is_global, root = BooleanVar.new(cs, Mode.PRIVATE, True), FieldVar.new(cs, Mode.PRIVATE, 5)
    assert path.verify(is_global, root).value and cs.is_satisfied
    assert cs.counts() == Counts(29450, 1, 131_319, 131_522)


@pytest.mark.prove
def test_a_record_on_the_chain_or_in_the_transaction_is_included() -> None:
    assert included()
    assert included(is_global=False, local_state_root=state_path().transaction_id)
    assert included(is_upgraded=False, upgrade_height=HEIGHT + 1)
    local = replace(state_path(), global_state_root=1, block_hash=0)
    assert included(path=local, is_global=False, is_upgraded=False, upgrade_height=0)


@pytest.mark.prove
@pytest.mark.parametrize(
    "change",
    [
        {"serial_number": 1},
        {"gamma": generator_powers()[8]},
        {"commitment": COMMITMENT + 1},
        {"is_upgraded": False},
        {"upgrade_height": HEIGHT + 1},
        {"upgrade_height": 2**32},
        {"is_global": False, "local_state_root": 5},
        {"path": replace(state_path(), global_state_root=5)},
        {"path": replace(state_path(), block_hash=5)},
        {"path": replace(state_path(), transition_leaf=transition_leaf(1, 1, 2, COMMITMENT))},
        {"path": replace(state_path(), header_leaf=header_leaf(2, state_path().header_leaf.id))},
    ],
    ids=lambda change: "-".join(change),
)
def test_what_was_not_made_is_not_included(change: dict[str, Any]) -> None:
    assert not included(**change)
