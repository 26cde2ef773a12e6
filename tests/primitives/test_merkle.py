"""Merkle trees: padding, appending and paths."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avm.base.errors import VerifyError
from avm.primitives.merkle import MerklePath, MerkleTree, bhp_node, bhp_tree, poseidon_node, poseidon_tree

EMPTY_BHP = 1968744456708140273592514502445919160293513504480815438011602914490959402372


def mixed(left, right):
    """A cheap stand-in for a node hash."""
    return hash((left, right, "node")) & 0xFFFFFFFF


def plain_root(depth, leaves, empty):
    width = 1
    while width < len(leaves):
        width *= 2
    level = [*leaves, *[empty] * (width - len(leaves))]
    height = 0
    while len(level) > 1:
        level = [mixed(a, b) for a, b in zip(level[::2], level[1::2])]
        height += 1
    root = level[0]
    for _ in range(depth - height):
        root = mixed(root, empty)
    return root


@given(st.lists(st.integers(0, 99), max_size=40), st.integers(0, 40))
def test_appending_in_pieces_gives_the_root_of_a_rebuild(leaves, cut):
    tree = MerkleTree(6, mixed, 7)
    tree.extend(leaves[:cut])
    assert tree.root == plain_root(6, leaves[:cut], 7)
    for leaf in leaves[cut:]:
        tree.append(leaf)
    assert tree.root == plain_root(6, leaves, 7)
    for i, leaf in enumerate(leaves):
        tree.path(i).verify(mixed, leaf, tree.root)


@given(st.lists(st.integers(0, 99), min_size=1, max_size=20), st.data())
def test_a_path_of_another_leaf_or_a_changed_sibling_is_refused(leaves, data):
    tree = MerkleTree(5, mixed, 7)
    tree.extend(leaves)
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = tree.path(index)
    with pytest.raises(VerifyError):
        path.verify(mixed, leaves[index] + 1000, tree.root)
    level = data.draw(st.integers(0, 4))
    siblings = list(path.siblings)
    siblings[level] += 1000
    with pytest.raises(VerifyError):
        MerklePath(index, tuple(siblings)).verify(mixed, leaves[index], tree.root)
    with pytest.raises(VerifyError, match="outside"):
        MerklePath(index + 32, path.siblings).verify(mixed, leaves[index], tree.root)


def test_the_steps_of_a_path_show_every_hash_on_the_way():
    tree = MerkleTree(3, mixed, 7)
    tree.extend([1, 2, 3])
    steps = tree.path(2).steps(mixed, 3)
    assert [step.is_left for step in steps] == [True, False, True]
    assert [step.sibling for step in steps] == [7, mixed(1, 2), 7]
    assert steps[-1].parent == tree.root
    assert [a.parent for a in steps[:-1]] == [b.current for b in steps[1:]]


def test_a_full_tree_takes_no_more():
    tree = MerkleTree(1, mixed, 7)
    tree.extend([1, 2])
    with pytest.raises(ValueError, match="at most 2"):
        tree.append(3)
    assert len(tree) == 2
    with pytest.raises(IndexError):
        tree.path(2)


@settings(max_examples=3, deadline=None)
@given(st.lists(st.integers(0, 2**64), min_size=1, max_size=5))
def test_bhp_and_poseidon_trees_verify_their_paths(values):
    bits = bhp_tree(4, [[bool(v >> i & 1) for i in range(65)] for v in values])
    fields = poseidon_tree(4, [[v] for v in values])
    for tree, node in ((bits, bhp_node), (fields, poseidon_node)):
        path = tree.path(len(values) - 1)
        path.verify(node, tree.leaves[-1], tree.root)


def test_the_padding_constant_is_the_references():
    assert bhp_tree(4).empty == EMPTY_BHP
