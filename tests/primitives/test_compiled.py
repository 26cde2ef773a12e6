"""Hashes by the kernels give what the plain code gives; which of the two runs is chosen in one place."""

from __future__ import annotations

import random
import subprocess
import sys
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avm.algebra.fields import FQ_MODULUS, FR_MODULUS, FS_MODULUS
from avm.primitives import bhp as bhp_module
from avm.primitives import bhp_compiled, keccak, keccak_compiled, merkle, poseidon, poseidon_compiled, tier
from avm.primitives.bhp import bhp
from avm.primitives.grain_lfsr import PoseidonParameters
from avm.primitives.poseidon import Sponge

INSTANCES = [poseidon.parameters_fr(rate) for rate in (2, 3, 4, 8)] + [poseidon.parameters_fq(2)]


def modules(compiled: bool) -> Any:
    """Return what stands for the choice when one of both is forced."""
    found = {"poseidon": poseidon_compiled, "bhp": bhp_compiled, "keccak": keccak_compiled}
    return lambda name, work=1: found[name] if compiled else None


@pytest.fixture(params=["plain", "compiled"])
def forced(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    choice = modules(request.param == "compiled")
    monkeypatch.setattr(poseidon, "kernels", choice)
    monkeypatch.setattr(bhp_module, "kernels", choice)
    return str(request.param)


def both(monkeypatch: pytest.MonkeyPatch, work: Any) -> Any:
    """Return what ``work`` gives, after comparing both ways."""
    results = []
    for compiled in (False, True):
        monkeypatch.setattr(poseidon, "kernels", modules(compiled))
        monkeypatch.setattr(bhp_module, "kernels", modules(compiled))
        results.append(work())
    assert results[0] == results[1]
    return results[0]


@pytest.mark.parametrize("instance", INSTANCES, ids=lambda p: f"{p.modulus.bit_length()}/{p.rate}")
def test_permutations_are_the_definitions(instance: PoseidonParameters) -> None:
    p, t, rng = instance.modulus, instance.rate + 1, random.Random(instance.rate)
    states = [[0] * t, [1] * t, [p - 1] * t, [p // 2 + i for i in range(t)]]
    states += [[rng.randrange(p) for _ in range(t)] for _ in range(6)]
    found, filled = poseidon_compiled.sponge(instance, states, [[]] * len(states), instance.rate, True)
    assert found == [poseidon.permute_plain(instance, state) for state in states] and filled == 0


def test_instances_with_another_s_box_stay_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = poseidon.parameters_fq(3)
    assert not poseidon_compiled.supports(instance)
    monkeypatch.setattr(poseidon, "kernels", modules(True))
    assert poseidon.permute(instance, [1, 2, 3, 4]) == poseidon.permute_plain(instance, [1, 2, 3, 4])


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from([poseidon.parameters_fr(2), poseidon.parameters_fr(4), poseidon.parameters_fq(2)]),
    st.lists(st.integers(0, 11) | st.lists(st.integers(0, FQ_MODULUS + 5), max_size=11), max_size=5),
)
def test_sponges_give_the_same_for_any_order_of_use(instance: PoseidonParameters, steps: list[Any]) -> None:
    def use() -> list[int]:
        sponge, out = Sponge(instance), []
        for step in steps:
            if isinstance(step, int):
                out += sponge.squeeze(step)
            else:
                sponge.absorb(step)
        return out + sponge.copy().squeeze(1)

    with pytest.MonkeyPatch.context() as patch:
        both(patch, use)


def test_console_hashes_have_the_published_values(forced: str) -> None:
    assert poseidon.hash(2, [1, 2]) == (
        331654914538502470743870876231218532880590298544129720907024905288306182975
    )
    assert poseidon.hash(4, []) == (
        7196703107433800454858787951765682358737857309038035338614525537102918225225
    )
    assert poseidon.hash(8, list(range(1, 10))) == (
        7853231438363713270986752697081375491819898228551374873072865584940581241570
    )
    assert bhp(256).hash([True, False] * 100) == (
        6815140633983859448333279006164236302941796709509566561443721436434449572652
    )
    assert bhp(1024).hash([True] * 300) == (
        3139163292101755942010361295438532533226529509045711259650133181893796909952
    )
    two_blocks = [True] * 600
    assert bhp(512).hash(two_blocks) == (
        786310379795314473782233829963869893510664630389016108442189986744201106273
    )
    assert bhp(512).commit(two_blocks, 5) == (
        7826509733607706627198106483687253006496289243164821389510276502212873132252
    )
    assert merkle.bhp_node(0, 0) == (
        1968744456708140273592514502445919160293513504480815438011602914490959402372
    )


@pytest.mark.parametrize("size", [256, 512, 768, 1024])
def test_bhp_is_the_same_at_the_edges_of_iterations(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    h, rng = bhp(size), random.Random(size)
    for count in (1, 2, 3, 4, 64, h.max_bits - 1, h.max_bits, h.max_bits + 1, 2 * h.max_bits + 65):
        inputs = [0, (1 << count) - 1, rng.getrandbits(count)]
        points = both(monkeypatch, partial(h.points, inputs, count))
        assert points == [h.points([value], count)[0] for value in inputs]
        both(monkeypatch, partial(h.points, inputs, count, [0, FS_MODULUS - 1, rng.randrange(FS_MODULUS)]))
    assert both(monkeypatch, lambda: h.points([0], 0)) == [(0, 1)]
    assert both(monkeypatch, lambda: h.points([], 5)) == []
    assert both(monkeypatch, lambda: h.commit_to_group([], 0)) == (0, 1)


def test_many_heads_of_one_hash_do_not_pile_up() -> None:
    h = bhp_module.Bhp(3, 57, "many lengths")
    tables = bhp_compiled.Tables(h._tables, h.max_bits)
    for count in range(1, 300):
        tables.points(h._domain | count << 188, 252, [1], count)
    assert len(tables._heads) <= 256
    assert tables.points(h._domain | 1 << 188, 252, [1], 1) == h.points([1], 1)


@pytest.mark.parametrize("make", [merkle.bhp_tree, merkle.poseidon_tree])
def test_trees_are_the_same_however_they_grow(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    leaves = [pow(3, i + 200, FR_MODULUS) for i in range(11)]

    def grow() -> Any:
        tree = make(6)
        tree.extend(leaves[:6])
        tree.append(leaves[6])
        tree.extend(leaves[7:])
        path = tree.path(10)
        path.verify(tree.node_hash, leaves[10], tree.root)
        return tree.root, path

    root, path = both(monkeypatch, grow)
    node = merkle.bhp_node if make is merkle.bhp_tree else merkle.poseidon_node
    current = leaves[10]
    for level, sibling in enumerate(path.siblings):
        current = node(sibling, current) if 10 >> level & 1 else node(current, sibling)
    assert current == root


def test_rows_are_hashed_like_lists(forced: str) -> None:
    for rate in (2, 4, 8):
        for length in (0, 1, rate, rate + 1):
            rows = [[i * rate + j for j in range(length)] for i in range(3)]
            assert poseidon.hash_each(rate, rows) == [poseidon.hash(rate, row) for row in rows]
    assert poseidon.hash_each(2, []) == []


def test_elements_beyond_the_modulus_are_reduced(forced: str) -> None:
    p = FR_MODULUS
    assert poseidon.hash(2, [p + 1, 2 * p, 5 * p + 3]) == poseidon.hash(2, [1, 0, 3])
    assert poseidon.hash_each(2, [[p + 1, 4]]) == [poseidon.hash(2, [1, 4])]


CHOICE = """
import sys
from avm.primitives import merkle, poseidon, tier
from avm.primitives.bhp import bhp
poseidon.hash(2, [1]), bhp(512).hash([True]), merkle.bhp_node(0, 1)
assert not {"numpy", "numba"} & set(sys.modules), "hashing loads the kernels"
tier.MANY = 3
plain = [merkle.bhp_node(i, i) for i in range(3)]
assert merkle.bhp_nodes([(i, i) for i in range(3)]) == plain
assert "avm.primitives.bhp_compiled" in sys.modules, "much work does not load the kernels"
assert "avm.primitives.poseidon_compiled" not in sys.modules
assert merkle.bhp_node(2, 2) == plain[2]
import avm.algebra.elements
poseidon.hash(2, [1])
assert "avm.primitives.poseidon_compiled" in sys.modules, "loaded kernels are not used"
"""


@pytest.mark.parametrize("variant", [224, 256, 384, 512])
def test_keccak_over_any_number_of_blocks_is_the_definition(variant: int) -> None:
    rate, rng = 200 - variant // 4, random.Random(variant)
    for blocks in (1, 2, 7):
        for message in (bytes(rate * blocks), b"\xff" * rate * blocks, rng.randbytes(rate * blocks)):
            plain = keccak.absorbed_plain(rate, bytearray(message))
            assert keccak_compiled.absorbed(rate, bytearray(message)) == plain and len(plain) == 200


@pytest.mark.parametrize("compiled", [False, True])
def test_keccak_chooses_by_the_tier(compiled: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keccak, "kernels", modules(compiled))
    digest = "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert keccak.keccak(256, b"").hex() == digest


ONE_BY_ONE = """
import sys
from avm.primitives import keccak, poseidon, tier
tier.MANY = 5
digests = {keccak.keccak(256, b"a") for _ in range(4)}
assert not {"numpy", "numba"} & set(sys.modules), "few hashes load the kernels"
digests |= {keccak.keccak(256, b"a") for _ in range(4)}
assert "avm.primitives.keccak_compiled" in sys.modules, "many hashes do not load the kernels"
assert "avm.primitives.poseidon_compiled" not in sys.modules and len(digests) == 1
"""


def test_many_hashes_one_after_another_load_their_kernels() -> None:
    done = subprocess.run([sys.executable, "-c", ONE_BY_ONE], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


def test_the_kernels_are_loaded_for_much_work_or_beside_others_only() -> None:
    done = subprocess.run([sys.executable, "-c", CHOICE], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


def test_a_module_that_is_still_being_imported_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "avm.algebra.elements", type(sys)("half"))
    monkeypatch.setitem(sys.modules, "avm.primitives.bhp_compiled", type(sys)("half"))
    assert tier.kernels("bhp") is None
