"""The proof codec: canonical, complete, and in agreement with its list of parts."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avm.algebra import g1
from avm.algebra.fields import FR_MODULUS
from avm.base.errors import DecodeError
from avm.varuna.proof import MAX_CIRCUITS, Opening, Proof, proof_size


@cache
def multiples() -> tuple[g1.Point, ...]:
    points: list[g1.Point] = [None]
    for _ in range(6):
        points.append(g1.add(points[-1], g1.GENERATOR))
    return tuple(points)


scalars = st.integers(0, FR_MODULUS - 1)
triples = st.tuples(scalars, scalars, scalars)


@st.composite
def proofs(draw: st.DrawFn) -> Proof:
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    n = len(sizes)
    point = st.sampled_from(multiples())

    def many(strategy: st.SearchStrategy, count: int) -> tuple:
        return tuple(draw(st.lists(strategy, min_size=count, max_size=count)))

    return Proof(
        batch_sizes=tuple(sizes),
        witness=many(point, sum(sizes)),
        mask=draw(point),
        h_0=draw(point),
        g_1=draw(point),
        h_1=draw(point),
        g_a=many(point, n),
        g_b=many(point, n),
        g_c=many(point, n),
        h_2=draw(point),
        g_1_at_beta=draw(scalars),
        g_a_at_gamma=many(scalars, n),
        g_b_at_gamma=many(scalars, n),
        g_c_at_gamma=many(scalars, n),
        third_sums=tuple(many(triples, size) for size in sizes),
        fourth_sums=many(triples, n),
        openings=(
            Opening(draw(point), None),
            Opening(draw(point), draw(st.integers(1, FR_MODULUS - 1))),
            Opening(draw(point), None),
        ),
    )


@settings(max_examples=6, deadline=None)
@given(proofs())
def test_bytes_and_text_read_back_the_same(proof: Proof) -> None:
    data = proof.to_bytes()
    assert len(data) == proof_size(proof.batch_sizes)
    assert Proof.from_bytes(data) == proof
    assert Proof.parse(str(proof)) == proof


@settings(max_examples=4, deadline=None)
@given(proofs())
def test_the_parts_cover_every_byte_in_order(proof: Proof) -> None:
    data, end = proof.to_bytes(), 0
    for part in proof.parts():
        assert part.offset == end
        end += part.size
        piece = data[part.offset : end]
        if part.kind == "point":
            assert part.value == piece.hex()
        else:
            value = int.from_bytes(piece, "little")
            assert part.value in (str(value), ["no", "yes"][value] if part.kind == "flag" else "")
    assert end == len(data)


@settings(max_examples=4, deadline=None)
@given(proofs(), st.data())
def test_a_shorter_or_longer_encoding_is_refused(proof: Proof, data: st.DataObject) -> None:
    encoded = proof.to_bytes()
    cut = data.draw(st.integers(0, len(encoded) - 1))
    with pytest.raises(DecodeError):
        Proof.from_bytes(encoded[:cut])
    with pytest.raises(DecodeError):
        Proof.from_bytes(encoded + b"\0")


@settings(max_examples=4, deadline=None)
@given(proofs(), st.data())
def test_every_scalar_must_be_below_the_modulus(proof: Proof, data: st.DataObject) -> None:
    part = data.draw(st.sampled_from([part for part in proof.parts() if part.kind == "scalar"]))
    encoded = bytearray(proof.to_bytes())
    encoded[part.offset : part.offset + 32] = (int(part.value) + FR_MODULUS).to_bytes(32, "little")
    with pytest.raises(DecodeError):
        Proof.from_bytes(bytes(encoded))


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes_are_refused_without_any_other_error(data: bytes) -> None:
    with pytest.raises(DecodeError):
        Proof.from_bytes(b"\x01" + data)


@settings(max_examples=4, deadline=None)
@given(proofs())
def test_a_proof_without_blinding_is_refused(proof: Proof) -> None:
    encoded = proof.to_bytes()
    parts = {part.name: part for part in proof.parts()}
    flag = parts["blinded at beta"]
    bare = encoded[: flag.offset] + b"\0" + encoded[flag.offset + 33 :]
    with pytest.raises(DecodeError, match="hide"):
        Proof.from_bytes(bare)
    mask = parts["has mask"]
    with pytest.raises(DecodeError, match="mask"):
        Proof.from_bytes(encoded[: mask.offset] + b"\0" + encoded[mask.offset + 49 :])


def test_impossible_counts_are_refused_at_once() -> None:
    for count in (0, MAX_CIRCUITS + 1, 2**64 - 1):
        with pytest.raises(DecodeError):
            Proof.from_bytes(b"\x01" + count.to_bytes(8, "little") + bytes(900))
    with pytest.raises(DecodeError):
        Proof.from_bytes(b"\x01" + (1).to_bytes(8, "little") + (2**63).to_bytes(8, "little") + bytes(900))


def test_another_version_byte_is_refused() -> None:
    with pytest.raises(DecodeError, match="version"):
        Proof.from_bytes(b"\x02" + bytes(956))


def test_one_circuit_and_instance_take_957_bytes() -> None:
    assert proof_size([1]) == 957
