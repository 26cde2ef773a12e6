"""Half scalars: what the endomorphism leaves of the scalars of a multi-scalar multiplication, in digits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from avm.algebra.kernels.msm_digits import half_digits, raising


class Halves:
    """The signed digits of 2n half scalars for windows of the given sizes in bits, lowest first."""

    def __init__(self, n: int, bits: Sequence[int]) -> None:
        self.bits = list(bits)
        self.digits = np.empty((len(self.bits), 2 * n), dtype=np.int16)
        self._sizes = np.array(self.bits, dtype=np.int64)
        self._raised = raising(bits)

    def fill(self, scalars: npt.NDArray[np.uint64], begin: int, end: int) -> None:
        """Compute the digits of scalars begin … end − 1; other calls may fill others at the same time."""
        half_digits(scalars, begin, end, self._sizes, self._raised, self.digits)
