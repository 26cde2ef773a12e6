"""Number theoretic transforms of vectors over Fr, on a domain or on a coset; part of ``avm.algebra.vector``.

Tables of factors are made once per size and direction and kept.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from avm.algebra.domain import COSET_SHIFT, Domain
from avm.algebra.elements import from_ints, linear_combination, mul, pad, powers, scale, to_canonical, to_ints
from avm.algebra.fields import FR_MODULUS, Fr
from avm.algebra.kernels.radix52 import blocks_of, factor_blocks
from avm.algebra.rows import FrVector, Words, constant, contiguous, scratch
from avm.algebra.tiers import tier

if tier() == "ifma":
    from avm.algebra.kernels import ntt_ifma
else:
    from avm.algebra.kernels import ntt_portable  # noqa: F401 - compiled with the rest of this tier


def ntt(coefficients: FrVector, size: int) -> FrVector:
    """Return the values on the domain of the given size, in natural order; missing coefficients are zero."""
    return _transform(coefficients, size, inverse=False, shift=1)


def intt(values: FrVector) -> FrVector:
    """Return the coefficients of the polynomial with these values on the domain of that size."""
    return _transform(values, len(values), inverse=True, shift=1)


def coset_ntt(coefficients: FrVector, size: int, shift: int = COSET_SHIFT) -> FrVector:
    """Return the values on shift·domain."""
    return _transform(coefficients, size, inverse=False, shift=shift)


def coset_intt(values: FrVector, shift: int = COSET_SHIFT) -> FrVector:
    """Return the coefficients of the polynomial with these values on shift·domain."""
    return _transform(values, len(values), inverse=True, shift=shift)


def _transform(a: FrVector, size: int, inverse: bool, shift: int) -> FrVector:
    domain = Domain(size)
    if len(a) > size:
        raise ValueError(f"{len(a)} values do not fit a domain of size {size}")
    if tier() != "ifma":
        return transform_portably(a, domain.log_size, inverse, shift)
    if domain.log_size > ntt_ifma.LARGEST:
        return transform_portably(a, domain.log_size, inverse, shift)
    if size < ntt_ifma.SMALLEST:
        return transform_directly(a, domain.log_size, inverse, shift)
    return transform_in_lanes(a, domain.log_size, inverse, shift)


@lru_cache(maxsize=64)
def _factors(log_size: int, inverse: bool, shift: int) -> FrVector:
    """Return shift^i, or shift^−i/size for the inverse, for all i."""
    domain = Domain(1 << log_size)
    if inverse:
        return powers(Fr.inv(shift), domain.size, domain.size_inverse)
    return powers(shift, domain.size)


# ---- portable tier


@lru_cache(maxsize=64)
def _twiddles(log_size: int, inverse: bool) -> FrVector:
    """Return the powers for all stages of transforms of size 2^log_size (at least 2)."""
    from avm.algebra.kernels import ntt_portable as kernels

    domains = [Domain(2 << i) for i in range(log_size)]
    table = np.zeros((1 << log_size, 4), dtype=np.uint64)
    kernels.twiddles(from_ints([d.generator_inverse if inverse else d.generator for d in domains]), table)
    return table


def transform_portably(a: FrVector, log_size: int, inverse: bool, shift: int) -> FrVector:
    """Return the transform of size 2^log_size by bit reversal and butterflies on 64-bit words."""
    from avm.algebra.kernels import ntt_portable as kernels

    out = np.empty((1 << log_size, 4), dtype=np.uint64)
    if shift != 1 and not inverse:
        a = mul(a, _factors(log_size, inverse, shift)[: len(a)])
    kernels.bit_reversed(contiguous(a), out)
    if log_size > 0:
        kernels.butterflies(out, _twiddles(log_size, inverse))
    if inverse:
        if shift == 1:
            return scale(out, Domain(1 << log_size).size_inverse)
        return mul(out, _factors(log_size, inverse, shift))
    return out


# ---- IFMA tier


@lru_cache(maxsize=64)
def _columns(log_size: int, inverse: bool, shift: int) -> list[FrVector]:
    """Return the transforms of the unit vectors."""
    domain = Domain(1 << log_size)
    count = range(domain.size)
    if not inverse:
        return [powers(domain.element(j), domain.size, pow(shift, j, FR_MODULUS)) for j in count]
    back = Fr.inv(shift)
    return [powers(domain.element(-j) * back, domain.size, domain.size_inverse) for j in count]


def transform_directly(a: FrVector, log_size: int, inverse: bool, shift: int) -> FrVector:
    """Return a transform of a small size 2^log_size as one combination of the unit vectors' transforms."""
    columns = _columns(log_size, inverse, shift)
    return linear_combination([(columns[0], 0), *zip(columns, to_ints(a))])


def _reversed_bits(bits: int) -> npt.NDArray[np.int64]:
    """Return all integers below 2^bits with their bits reversed."""
    order = np.zeros(1, dtype=np.int64)
    for _ in range(bits):
        order = np.concatenate([2 * order, 2 * order + 1])
    return order


def _lane_blocks(factors: FrVector) -> Words:
    """Return factors, eight per block, in the Montgomery form of the lanes, 2^260 = 2^4·2^256."""
    return blocks_of(scale(factors, 16))


def _lane_pairs(factors: FrVector) -> Words:
    """Return pairs of blocks (w, w') for the factors w, eight per block; see ``ntt_ifma``."""
    plain = blocks_of(to_canonical(factors))
    pairs = np.empty((len(plain) // ntt_ifma.BLOCK, 2, ntt_ifma.BLOCK), dtype=np.uint64)
    pairs[:, 0] = plain.reshape(-1, ntt_ifma.BLOCK)
    flat = pairs.reshape(-1)
    ntt_ifma.fill_quotients(_lane_blocks(factors), flat)
    return flat


@lru_cache(maxsize=64)
def _lane_twiddles(log_size: int, inverse: bool, shift: int) -> tuple[Words, Words, Words]:
    """Return the factors of the first three stages, pairs for later stages, and the factors of the last.

    Stage s works on blocks of n/2^s coefficients; for the coset of ``shift`` its factors are those of the
    domain times shift^(n/2^(s + 1)).
    """
    size = 1 << log_size
    domain = Domain(size)
    table = powers(domain.generator_inverse if inverse else domain.generator, size // 2)
    table = table[_reversed_bits(log_size - 1)]
    stages = []
    for stage in range(log_size):
        factor = pow(shift, size >> (stage + 1), FR_MODULUS)
        stages.append(table[: 1 << stage] if factor == 1 else scale(table[: 1 << stage], factor))
    first = [limb for factors in stages[:3] for w in to_ints(factors) for limb in factor_blocks(w)]
    # Stage 3 + s has 8·2^s blocks, block k of lane l being number l·2^s + k.
    lanes = [
        np.ascontiguousarray(factors.reshape(8, -1, 4).transpose(1, 0, 2)).reshape(-1, 4)
        for factors in stages[3:]
    ]
    last = -1 if log_size % 2 == 0 else -2
    return (
        np.array([*first, int(shift != 1)], dtype=np.uint64),
        _lane_pairs(np.concatenate([constant(1, 8), *lanes[:last]])),
        _lane_blocks(np.concatenate(lanes[last:])),
    )


@lru_cache(maxsize=64)
def _lane_outputs(log_size: int, inverse: bool, shift: int) -> Words:
    """Return the factors of the last pass: none for ones, one block of 1/size, or the inverse coset's."""
    if not inverse:
        return np.empty(0, dtype=np.uint64)
    if shift == 1:
        return _lane_blocks(constant(Domain(1 << log_size).size_inverse, 8))
    order = 8 * _reversed_bits(log_size - 3)[:, None] + _reversed_bits(3)
    return _lane_blocks(_factors(log_size, inverse, shift)[order.reshape(-1)])


def transform_in_lanes(a: FrVector, log_size: int, inverse: bool, shift: int) -> FrVector:
    """Return the transform of size 2^log_size, at least 64, with AVX-512 IFMA."""
    out = np.empty((1 << log_size, 4), dtype=np.uint64)
    buffer = scratch(5 << log_size)
    first, pairs, last = _lane_twiddles(log_size, inverse, 1 if inverse else shift)
    outputs = _lane_outputs(log_size, inverse, shift)
    ntt_ifma.transform(pad(a, 1 << log_size), first, pairs, last, outputs, buffer, out)
    return out
