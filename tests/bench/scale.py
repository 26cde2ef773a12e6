"""The measure of the core: its own product in Fq, against the one that the targets were set on."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from tests.bench.table import Table

REPEATS, TRIES = 4000, 6
REFERENCE_NANOSECONDS = 9.9
"""``avm.algebra.reference_product`` has it too, but loads only where the tier "ifma" runs."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Nanoseconds of a product, eight lanes at a time; None without AVX-512 IFMA."""

    nanoseconds: float | None
    reference: float | None = None

    @property
    def factor(self) -> float | None:
        """What a time measured here is multiplied by; None where there is no measure."""
        return None if not self.nanoseconds or self.reference is None else self.reference / self.nanoseconds

    def table(self, title: str = "The core") -> Table:
        """Return the measure and the factor, or say that there is none."""
        columns = ("product in Fq, ns", "reference, ns", "times are multiplied by")
        if self.factor is None:
            return Table(title, columns, ((None, None, None),), ("no IFMA here: times are not scaled",))
        note = f"scaled = raw x {self.reference} ns / measure; measured anew beside every figure of this run"
        return Table(title, columns, ((self.nanoseconds, self.reference, self.factor),), (note,))


def measure() -> Scale:
    """Measure this core now with the product of the tier "ifma", whatever tier runs.

    Each try is as long as a sum over 2^14 points, so that a core shared with other programs shows in both.
    """
    from avm.algebra.tiers import tier
    from tests.bench.tiers import in_child, runnable

    if "ifma" not in runnable():
        return Scale(None)
    if tier() != "ifma":  # its kernels cannot be loaded here
        return restored(in_child("tests.bench.scale", AVM_KERNELS="ifma")["nanoseconds"])
    from avm.algebra.reference_product import product_nanoseconds

    return restored(product_nanoseconds(repeats=REPEATS, tries=TRIES))


def best(scales: Iterable[Scale]) -> Scale:
    """Return the measure of the fastest moment: the partner of the best of several runs."""
    found = [scale for scale in scales if scale.nanoseconds is not None]
    return min(found, key=lambda scale: scale.nanoseconds or 0.0, default=Scale(None))


def restored(nanoseconds: float | None) -> Scale:
    """Return the scale of a measure of this or another process."""
    return Scale(None) if nanoseconds is None else Scale(nanoseconds, REFERENCE_NANOSECONDS)


if __name__ == "__main__":
    print(json.dumps({"nanoseconds": measure().nanoseconds}))
