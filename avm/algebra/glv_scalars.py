"""Half scalars: what the endomorphism leaves of the scalars of a multi-scalar multiplication, in digits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from avm.algebra.kernels.msm_digits import half_digits
from avm.algebra.products import from_montgomery


class Halves:
    """The signed digits of 2n half scalars for windows of the given sizes in bits, lowest first."""

    def __init__(self, n: int, bits: Sequence[int]) -> None:
        self.bits = list(bits)
        self.digits = np.empty((len(self.bits), 2 * n), dtype=np.int16)
        self._sizes = np.array(self.bits, dtype=np.int64)
        self._raised = _raising(bits)

    def fill(self, scalars: npt.NDArray[np.uint64], begin: int, end: int) -> None:
        """Compute the digits of scalars begin … end − 1; other calls may fill others at the same time."""
        canonical = np.empty((end - begin, 4), dtype=np.uint64)
        from_montgomery(np.ascontiguousarray(scalars[begin:end]), canonical)
        half_digits(canonical, begin, end, self._sizes, self._raised, self.digits)


def _raising(bits: Sequence[int]) -> npt.NDArray[np.uint64]:
    """Return the two words of Σ 2^(s−1) at every digit's place, for windows of these sizes, lowest first."""
    total = place = 0
    for size in bits:
        total += 1 << (place + size - 1)
        place += size
    return np.array([total & (1 << 64) - 1, total >> 64], dtype=np.uint64)
