"""Runs the benches by name and prints a table, or one figure a line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator

from tests.bench import engine, machine, process, prove, studio
from tests.bench.figure import Figure
from tests.bench.table import Table

BENCHES: dict[str, Callable[[], Iterator[Figure | Table]]] = {
    "start": studio.start_up,
    "build": engine.builds,
    "machine": machine.figures,
    "constraints": engine.constraints,
    "process": process.tables,
    "prove": prove.tables,
    "prove-main": prove.main_shape,
    "samples": engine.proofs,
    "kernels": engine.kernels,
    "memory": engine.ten_proofs,
    "ledger": engine.ledger,
    "loop": studio.event_loop_gaps,
    "cancel": studio.cancel,
}
"""``prove-main`` is the part of ``prove`` about the main shape."""


def run(name: str, quick: bool) -> Iterator[Figure | Table]:
    """Return what a bench measures, as it is measured."""
    if name == "prove":
        yield from prove.tables(quick)
        yield from engine.proofs()
    else:
        yield from BENCHES[name]()


def shown(name: str, found: Figure | Table, as_json: bool) -> str:
    """Return a figure or table as one line of JSON or as text."""
    if as_json:
        return json.dumps({"bench": name, **found.to_dict()})
    if isinstance(found, Table):
        return found.text()
    return f"{name:12} {found.name:44} {found.value:14.4g} {found.unit}"


def main() -> int:
    """Run the benches named on the command line, or all."""
    parser = argparse.ArgumentParser(prog="dev.py bench")
    parser.add_argument("what", nargs="*", choices=[*BENCHES, []], help="which benches (default: all)")
    parser.add_argument("--json", action="store_true", help="print one JSON line per figure or table")
    parser.add_argument("--quick", action="store_true", help="prove: without growth and the real engine")
    args = parser.parse_args()
    repeated = {"prove-main", "samples"}
    for name in args.what or [name for name in BENCHES if name not in repeated]:
        for found in run(name, args.quick):
            print(shown(name, found, args.json), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
