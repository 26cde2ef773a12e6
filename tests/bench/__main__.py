"""Runs the benches by name and prints one figure a line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator

from tests.bench import engine, prover, studio
from tests.bench.figure import Figure

BENCHES: dict[str, Callable[[], Iterator[Figure]]] = {
    "start": studio.start_up,
    "build": engine.builds,
    "constraints": engine.constraints,
    "prove": engine.proofs,
    "prove-main": prover.main_proof,
    "kernels": engine.kernels,
    "memory": engine.ten_proofs,
    "ledger": engine.ledger,
    "loop": studio.event_loop_gaps,
    "cancel": studio.cancel,
}


def main() -> int:
    """Run the benches named on the command line, or all."""
    parser = argparse.ArgumentParser(prog="dev.py bench")
    parser.add_argument("what", nargs="*", choices=[*BENCHES, []], help="which benches (default: all)")
    parser.add_argument("--json", action="store_true", help="print one JSON line per figure")
    args = parser.parse_args()
    for name in args.what or BENCHES:
        for figure in BENCHES[name]():
            if args.json:
                print(json.dumps({"bench": name, **figure.to_dict()}), flush=True)
            else:
                print(f"{name:12} {figure.name:44} {figure.value:14.4g} {figure.unit}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
