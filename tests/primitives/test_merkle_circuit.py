"""Merkle paths in a circuit: the network's counts; what leads elsewhere is false."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from avm.algebra.fields import FR_MODULUS
from avm.primitives import merkle
from avm.primitives.merkle import MerklePath, MerklePathVar
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.field import FieldVar
from tests.primitives.circuits import Cost, bits, fields, spent

C, P, S = Mode.CONSTANT, Mode.PUBLIC, Mode.PRIVATE
RANDOM = random.Random(5)
BITS = [RANDOM.random() < 0.5 for _ in range(1024)]
FIELDS = [FR_MODULUS - 1, 0, 1, 2]


def path_of(depth: int, index: int) -> MerklePath:
    random_ = random.Random(index)
    return MerklePath(index, tuple(random_.randrange(FR_MODULUS) for _ in range(depth)))


def root_of(path: MerklePath, leaf: list[bool] | list[int]) -> int:
    if leaf and isinstance(leaf[0], bool):
        return path.steps(merkle.bhp_node, merkle.bhp_leaf(leaf))[-1].parent
    return path.steps(merkle.poseidon_node, merkle.poseidon_leaf(leaf))[-1].parent


def verified(path: MerklePath, leaf: list[bool] | list[int], root: int, mode: Mode = S) -> tuple[bool, Cost]:
    cs = ConstraintSystem()
    var, root_var = MerklePathVar.new(cs, mode, path), FieldVar.new(cs, mode, root)
    if leaf and isinstance(leaf[0], bool):
        out, cost = spent(cs, var.verify, merkle.BHP_HASHES, root_var, bits(cs, leaf, mode))
    else:
        out, cost = spent(cs, var.verify, merkle.POSEIDON_HASHES, root_var, fields(cs, leaf, mode))
    assert cs.is_satisfied
    return out.value, cost


@pytest.mark.parametrize(
    ("leaf", "private", "constant"),
    [(BITS, (13501, 61938, 62066), 52960), (FIELDS, (33, 18046, 18046), 34)],
    ids=["bhp", "poseidon"],
)
def test_a_path_of_depth_32_costs_what_the_network_counts(
    leaf: list[bool] | list[int], private: Cost, constant: int
) -> None:
    path = path_of(32, 0xCAFE_F00D)
    root = root_of(path, leaf)
    mode = S if leaf is BITS else P
    assert verified(path, leaf, root, mode) == (True, private)
    if leaf is FIELDS:
        assert verified(path, leaf, root, C) == (True, (constant, 0, 0))


@pytest.mark.parametrize("mode", [S, C])
def test_leaves_and_nodes_cost_what_the_network_counts(mode: Mode) -> None:
    cs = ConstraintSystem()
    left, right, *rest = fields(cs, FIELDS, mode)
    leaf, cost = spent(cs, merkle.bhp_leaf_circuit, cs, bits(cs, BITS, mode))
    assert leaf.value == merkle.bhp_leaf(BITS) and cost == ((413, 1744, 1744) if mode is S else (1791, 0, 0))
    node, cost = spent(cs, merkle.poseidon_node_circuit, left, right)
    assert node.value == merkle.poseidon_node(*FIELDS[:2]) and cost == (1, *(540 * (mode is S),) * 2)
    leaf, cost = spent(cs, merkle.poseidon_leaf_circuit, cs, (left, right, *rest))
    assert leaf.value == merkle.poseidon_leaf(FIELDS) and cost == (1, *(700 * (mode is S),) * 2)
    node, cost = spent(cs, merkle.bhp_node_circuit, left, right)
    assert node.value == merkle.bhp_node(*FIELDS[:2])
    assert cost == ((409, 1879, 1883) if mode is S else (1599, 0, 0)) and cs.is_satisfied


def test_a_path_of_constants_costs_constants_alone() -> None:
    path = path_of(3, 5)
    valid, cost = verified(path, BITS, root_of(path, BITS), C)
    assert valid and cost[1:] == (0, 0)


@pytest.mark.parametrize("leaf", [BITS[:300], FIELDS], ids=["bhp", "poseidon"])
def test_what_leads_elsewhere_is_false(leaf: list[bool] | list[int]) -> None:
    path = path_of(3, 6)
    root = root_of(path, leaf)
    assert verified(path, leaf, root)[0]
    assert not verified(path, leaf, (root + 1) % FR_MODULUS)[0]
    assert not verified(replace(path, index=7), leaf, root)[0]
    assert not verified(replace(path, siblings=(*path.siblings[:2], 0)), leaf, root)[0]
    changed = [not leaf[0], *leaf[1:]] if isinstance(leaf[0], bool) else [leaf[0] - 1, *leaf[1:]]
    assert not verified(path, changed, root)[0]
