"""``bench prove``: everything that is asked of the prover, as tables."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench import disk_caches, growth, kernel_start, kernel_tables, main_tables, oracle, scale
from tests.bench.table import Table
from tests.bench.tiers import in_child, runnable

REPEATS = 7


def main_shape() -> Iterator[Table]:
    """The main shape in every tier that runs here."""
    core = scale.measure()
    yield core.table()
    for table, _ in _main():
        yield table


def _main() -> Iterator[tuple[Table, dict[str, object]]]:
    names = runnable()
    found = [
        in_child("tests.bench.main_proof", str(REPEATS if k == 0 else 2), AVM_KERNELS=name)
        for k, name in enumerate(names)
    ]
    yield main_tables.proof_table(found), found[0]
    yield main_tables.stage_table(found), found[0]
    yield main_tables.more_table(found), found[0]


def tables(quick: bool = False) -> Iterator[Table]:
    """Every table; ``quick`` leaves out the growth and the real engine."""
    core = scale.measure()
    yield core.table()
    main: dict[str, object] = {}
    for table, main in _main():  # noqa: B007
        yield table
    yield kernel_tables.sums()
    yield kernel_tables.transforms()
    yield kernel_start.table()
    yield disk_caches.table()
    if not quick:
        yield oracle.compare(main)
        rows = in_child("tests.bench.growth")["rows"]
        yield growth.table(rows)
    yield scale.measure().table("The core, once more at the end")
