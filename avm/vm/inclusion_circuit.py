"""The inclusion circuit: a record that is spent was made before, on the chain or in the same transaction.

It ties the serial number that a transition shows to a commitment that nobody sees, and this to a leaf below
the state root (`synthesizer/process/src/trace/inclusion/{assignment,assignment_v0}.rs`).
"""

from __future__ import annotations

from dataclasses import dataclass

from avm.base.progress import Cancel
from avm.data import circuit_record_ids as records
from avm.data.state_path import (
    BLOCKS_DEPTH,
    HEADER_DEPTH,
    TRANSACTION_DEPTH,
    TRANSACTIONS_DEPTH,
    TRANSITION_DEPTH,
    StatePath,
    StatePathVar,
    given_path,
    header_leaf,
    transaction_leaf,
    transition_leaf,
)
from avm.primitives.merkle import MerklePath
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.boolean import BooleanVar
from avm.types.field import FieldVar
from avm.types.group import GroupVar, Point
from avm.types.integers import IntegerVar
from avm.types.literal_type import LiteralType

U32 = LiteralType.U32


@dataclass(frozen=True, slots=True)
class Inclusion:
    """A record that is spent, and where it was made.

    ``is_global`` says that its path leads to the state root; else the transaction ``local_state_root`` made
    it. ``is_upgraded`` says whether the block's height reaches ``upgrade_height``.
    """

    path: StatePath
    commitment: int
    gamma: Point
    serial_number: int
    local_state_root: int
    is_global: bool
    is_upgraded: bool
    upgrade_height: int


def synthesize_inclusion(
    given: Inclusion, version: int = 1, cancel: Cancel | None = None
) -> ConstraintSystem:
    """Return the circuit of version 0 or 1; version 0 does not look at heights.

    165619 variables, constants among them, and 134838 constraints for version 1.
    """
    cs = ConstraintSystem(cancel=cancel)
    path = StatePathVar(cs, given.path)
    commitment = FieldVar.new(cs, Mode.PRIVATE, given.commitment)
    gamma = GroupVar.new(cs, Mode.PRIVATE, given.gamma)
    local_root = FieldVar(cs, cs.new_public(given.local_state_root, "local state root"))
    is_global = BooleanVar.new(cs, Mode.PRIVATE, given.is_global)
    serial_number = cs.new_public(given.serial_number, "serial number")
    if version:
        with cs.named("is upgraded"):
            is_upgraded = BooleanVar.new(cs, Mode.PUBLIC, given.is_upgraded)
        height = FieldVar(cs, cs.new_public(given.upgrade_height, "upgrade height"))
        upgrade_height = IntegerVar.from_field(height, U32)
    cs.assert_eq(records.serial_number(gamma, commitment).lc, serial_number)
    cs.assert_eq(path.transition_leaf.id.lc, commitment.lc)
    cs.assert_true(path.verify(is_global, local_root).lc)
    if version:
        with cs.gadget("height"):
            block_height = IntegerVar.from_bits_le(cs, U32, path.block_path.index.bits)
            is_right = is_upgraded.is_eq(block_height.gte(upgrade_height))
            cs.assert_true(is_global.not_().or_(is_right).lc)
    return cs


def given_inclusion(given: Inclusion, version: int = 1) -> list[int]:
    """Return the numbers that ``synthesize_inclusion`` hands to the circuit, in their order."""
    spent = [
        given.commitment,
        *given.gamma,
        given.local_state_root,
        int(given.is_global),
        given.serial_number,
    ]
    heights = [int(given.is_upgraded), given.upgrade_height] if version else []
    return [*given_path(given.path), *spent, *heights]


def blank_inclusion() -> Inclusion:
    """Return an inclusion of made-up values, whose circuit is that of all."""

    def path(depth: int) -> MerklePath:
        return MerklePath(0, (0,) * depth)

    way = StatePath(
        *(0, path(BLOCKS_DEPTH), 0, 0, 0, path(HEADER_DEPTH), header_leaf(0, 0), path(TRANSACTIONS_DEPTH)),
        *(0, path(TRANSACTION_DEPTH), transaction_leaf(0, 0, 0), 0, 0),
        *(path(TRANSITION_DEPTH), transition_leaf(0, 0, 0, 0)),
    )
    return Inclusion(way, 0, (0, 1), 0, 0, False, False, 0)
