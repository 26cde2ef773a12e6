"""Half scalars: what the endomorphism leaves of the scalars of a multi-scalar multiplication."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from avm.algebra.kernels.msm_digits import raising


class Halves:
    """The half scalars of a multiplication, raised for windows of the given sizes in bits, lowest first."""

    def __init__(self, n: int, bits: Sequence[int]) -> None:
        self.bits = list(bits)
        self.raised = raising(bits)
        self.lows = np.empty(2 * n, dtype=np.uint64)
        self.highs = np.empty(2 * n, dtype=np.uint64)

    def window(self, w: int) -> tuple[int, int]:
        """Return where window w begins and its size, in bits."""
        return sum(self.bits[:w]), self.bits[w]
