"""The way of each record that a run spends: up to the state root, or to a transition before in the run.

Source: snarkVM ``synthesizer/process/src/trace/inclusion/prepare.rs`` and
``console/program/src/state_path/mod.rs`` (``new_local``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from avm.base.consensus import Rules
from avm.base.errors import CheckFailure
from avm.data.request import RecordInputId
from avm.data.state_path import (
    BLOCKS_DEPTH,
    EXECUTION_LEAF,
    HEADER_DEPTH,
    TRANSACTIONS_DEPTH,
    Leaf,
    StatePath,
    header_leaf,
    transaction_leaf,
)
from avm.ledger import state
from avm.ledger.authorize import AuthorizedRun
from avm.ledger.parts import RECORDS
from avm.ledger.statements import spending_heights
from avm.ledger.transition import Transition
from avm.primitives.merkle import MerklePath, bhp_leaf
from avm.vm.inclusion_circuit import Inclusion


class StatePaths(Protocol):
    """A chain that knows where its records were made."""

    def state_path(self, commitment: int) -> StatePath:
        """Return the way from a record up to the state root; AvmError when the chain does not have it."""
        ...


@dataclass(frozen=True, slots=True)
class _Made:
    """An output of a transition of the run: index of the transition, and of the output among its parts."""

    index: int
    transition: Transition
    place: int


def inclusions(
    run: AuthorizedRun, state_root: int, rules: Rules, paths: StatePaths | None
) -> Iterator[Inclusion]:
    """Yield the inclusion of each record that is spent, as ``inclusion_publics`` counts them.

    Raises:
        CheckFailure: a record is not made in the run and there is no chain, or it has another state root.
    """
    made: dict[int, _Made] = {}
    tree = state.transaction_tree(EXECUTION_LEAF, ())
    for index, at in enumerate(run.order):
        request, transition = run.requests[at], run.transitions[at]
        reached, height = spending_heights(transition)
        for item in request.input_ids:
            if not isinstance(item, RecordInputId):
                continue
            local = made.get(item.commitment)
            if local is not None:
                way = _local(local, state_root, tree.root, tree.path(local.index))
            else:
                way = _global(item.commitment, state_root, paths)
            yield Inclusion(
                path=way,
                commitment=item.commitment,
                gamma=item.gamma,
                serial_number=item.serial_number,
                local_state_root=tree.root,
                is_global=local is None,
                is_upgraded=reached,
                upgrade_height=height,
            )
        for place, part in enumerate(transition.outputs, len(transition.inputs)):
            if part.kind in RECORDS:
                made[part.id] = _Made(index, transition, place)
        tree.append(bhp_leaf(state.transaction_leaf(EXECUTION_LEAF, index, transition.id)))


def _global(commitment: int, state_root: int, paths: StatePaths | None) -> StatePath:
    if paths is None:
        raise CheckFailure("the run spends a record, so its proof needs the chain that holds it")
    path = paths.state_path(commitment)
    if path.global_state_root != state_root or path.transition_leaf.id != commitment:
        raise CheckFailure("the state path of a record leads to another root, or is of another record")
    return path


def _local(made: _Made, state_root: int, local_root: int, transaction_path: MerklePath) -> StatePath:
    """Return the path of a record that was made in the run; what lies above the transaction is empty."""
    transition = made.transition
    part = (*transition.inputs, *transition.outputs)[made.place]
    tree = transition.tree()

    def empty(depth: int) -> MerklePath:
        return MerklePath(0, (0,) * depth)

    return StatePath(
        global_state_root=state_root,
        block_path=empty(BLOCKS_DEPTH),
        block_hash=0,
        previous_block_hash=0,
        header_root=0,
        header_path=empty(HEADER_DEPTH),
        header_leaf=header_leaf(0, 0),
        transactions_path=empty(TRANSACTIONS_DEPTH),
        transaction_id=local_root,
        transaction_path=transaction_path,
        transaction_leaf=transaction_leaf(EXECUTION_LEAF, made.index, transition.id),
        transition_root=tree.root,
        tcm=transition.tcm,
        transition_path=tree.path(made.place),
        transition_leaf=Leaf(part.leaf_tag(made.place, output=True), part.id),
    )
