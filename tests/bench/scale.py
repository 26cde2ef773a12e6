"""The measure of the core: its own product in Fq, against the one that the targets were set on."""

from __future__ import annotations

from dataclasses import dataclass

from tests.bench.table import Table


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
        note = f"scaled = raw x {self.reference} ns / {self.nanoseconds:.2f} ns, measured anew in each run"
        return Table(title, columns, ((self.nanoseconds, self.reference, self.factor),), (note,))


def measure() -> Scale:
    """Measure this core with the product of the tier "ifma", whatever tier runs."""
    from tests.bench.tiers import runnable

    if "ifma" not in runnable():
        return Scale(None)
    from avm.algebra.reference_product import REFERENCE_NANOSECONDS, product_nanoseconds

    return Scale(product_nanoseconds(), REFERENCE_NANOSECONDS)
