"""``avm verify``: verifies a proof file."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from avm.api import proof_file
from avm.api.parameters import Parameters
from avm.cli.command import Command, emit


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", help="a proof file written by `avm prove --output`")


def _run(args: argparse.Namespace) -> int:
    view = proof_file.verify(Path(args.file), Parameters())
    lines = [f"{'Valid' if view.valid else 'NOT VALID'} ({view.seconds * 1000:.0f} ms)"]
    lines += [f"  {'ok  ' if c.passed else 'FAIL'} {c.name}  {c.detail}".rstrip() for c in view.checks]
    emit(args, {"ok": view.valid, **asdict(view)}, "\n".join(lines))
    return 0 if view.valid else 1


COMMAND = Command("verify", "verify a proof file", _configure, _run)
