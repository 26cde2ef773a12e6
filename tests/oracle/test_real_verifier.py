"""Fifty generated systems: the real verifier accepts our key and proof and refuses every altered one."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator

import pytest

from avm.algebra.fields import FR_MODULUS
from avm.base import bech32
from avm.base.errors import AvmError
from avm.base.pool import Pool
from avm.varuna.indexer import index
from avm.varuna.proof import HRP, Proof
from avm.varuna.prover import prove
from avm.varuna.srs.reference_string import Srs
from avm.varuna.verifier import verify
from avm.varuna.verifying_key import VerifyingKey
from avm.varuna.version import VarunaVersion
from tests.oracle.conftest import Ask
from tests.varuna.generate_systems import Shape, shapes, system

pytestmark = [pytest.mark.oracle, pytest.mark.prove]

V2 = VarunaVersion.V2
"""The latest version that this oracle knows."""
COUNT = 50
SHAPES = shapes(COUNT, seed=2026)
EVERY_PART = 10
"""Every tenth system has each part of its proof altered; the others some of them."""
SOME = 4


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(1) as made:
        yield made


@pytest.mark.parametrize("k", range(COUNT), ids=[str(shape) for shape in SHAPES])
def test_the_real_verifier_accepts_ours_and_refuses_altered_ones(
    ask: Ask, official: Srs, pool: Pool, k: int
) -> None:
    shape = SHAPES[k]
    matrices, assignment = system(shape, seed=2026)
    key, verifying = index(matrices, official, pool=pool)
    proof, _ = prove(key, official, assignment, version=V2, pool=pool)
    inputs, text = list(assignment.public), str(proof)

    def real(inputs: list[int], key: VerifyingKey, text: str) -> bool:
        named = [f"{value}field" for value in inputs]
        answer = ask(op="snark_verify", verifying_key=str(key), inputs=named, proof=text)
        assert not answer.get("trap"), answer
        return answer.get("valid") is True

    def ours(inputs: list[int], key: VerifyingKey, text: str) -> bool:
        try:
            return verify(key, official.verifier(), inputs, Proof.parse(text), version=V2).valid
        except AvmError:
            return False

    assert real(inputs, verifying, text), "the real verifier refuses our proof"
    assert ours(inputs, verifying, text)
    rng = random.Random(f"alter/{shape}")
    for name, altered in alterations(rng, shape, inputs, verifying, proof, every=k % EVERY_PART == 0):
        assert not real(*altered), f"the real verifier accepts another {name}"
        assert not ours(*altered), f"our verifier accepts another {name}"


def alterations(
    rng: random.Random, shape: Shape, inputs: list[int], key: VerifyingKey, proof: Proof, every: bool
) -> Iterator[tuple[str, tuple[list[int], VerifyingKey, str]]]:
    """Yield named false statements and proofs: other inputs, keys, parts of the proof, flipped bits."""
    text = str(proof)
    for place in rng.sample(range(len(inputs)), min(2, len(inputs))):
        other = list(inputs)
        other[place] = (other[place] + 1) % FR_MODULUS
        yield f"public input {place}", (other, key, text)
    yield "number of inputs", (inputs + [1] * (key.info.num_public_inputs - len(inputs) + 1), key, text)
    first, second, *rest = rng.sample(range(12), 12)
    points = list(key.commitments)
    while points[first] == points[second]:
        second = rest.pop()
    points[first], points[second] = points[second], points[first]
    yield (
        f"key (commitments {first} and {second})",
        (inputs, dataclasses.replace(key, commitments=tuple(points)), text),
    )
    parts = [part for part in proof.parts() if part.kind in ("point", "scalar")]
    for part in parts if every else rng.sample(parts, SOME):
        yield part.name, (inputs, key, _altered(proof, part.offset, part.size, part.kind))
    data = bytearray(proof.to_bytes())
    place = rng.randrange(17, len(data))
    data[place] ^= 1 << rng.randrange(8)
    yield f"byte {place} of the proof", (inputs, key, bech32.encode(HRP, bytes(data)))


def _altered(proof: Proof, offset: int, size: int, kind: str) -> str:
    """Return the proof with one point negated or one scalar raised by one: both decode."""
    data = bytearray(proof.to_bytes())
    if kind == "point":
        data[offset + size - 1] ^= 0x80
    else:
        value = (int.from_bytes(data[offset : offset + size], "little") + 1) % FR_MODULUS
        data[offset : offset + size] = value.to_bytes(size, "little")
    return bech32.encode(HRP, bytes(data))
