"""Poseidon's sponge over Fq, portable tier: that of the proof system's transcript, compiled on first need."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from avm.algebra.aot import kernel
from avm.algebra.fields import FQ_MODULUS
from avm.algebra.kernels.limbs import FQ_WORDS, fq_add, fq_load, fq_mul, fq_store
from avm.algebra.kernels.poseidon_permutation import SIGNATURE, element_of, sponge_over

Words = npt.NDArray[np.uint64]

FQ_ZERO = element_of(0, FQ_WORDS)
FQ_UNIT = element_of(1, FQ_WORDS)
FQ_SQUARE = element_of((1 << 768) % FQ_MODULUS, FQ_WORDS)

_sponge_fq = sponge_over(fq_load, fq_store, fq_mul, fq_add, FQ_ZERO, FQ_UNIT, FQ_SQUARE)


@kernel(SIGNATURE)
def sponge_fq(table: Words, shape: Any, states: Words, inputs: Words, scratch: Words) -> int:
    """As ``poseidon_permutation.sponge_fr``, over Fq."""
    return _sponge_fq(table, shape, states, inputs, scratch)
