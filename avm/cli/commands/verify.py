"""``avm verify``: verifies a proof file and says what it proves."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from avm.api import proof_file
from avm.api.parameters import Parameters
from avm.api.views import VerifyView
from avm.cli.command import Command, emit
from avm.cli.progress import BarProgress


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", help="a proof file written by `avm prove --output`")
    parser.add_argument(
        "--varuna",
        type=int,
        choices=(1, 2),
        default=0,
        help="take a proof of this superseded version of the protocol all the same",
    )


def _run(args: argparse.Namespace) -> int:
    with BarProgress(enabled=not args.json) as progress:
        view = proof_file.verify(Path(args.file), Parameters(), accept_version=args.varuna, progress=progress)
    emit(args, {"ok": view.valid, **asdict(view)}, "\n".join(_lines(view)))
    return 0 if view.valid else 1


def _lines(view: VerifyView) -> list[str]:
    failed = {check.name for check in view.checks if not check.passed}
    word = "Valid" if view.valid else "NOT VALID"
    if failed == {proof_file.SRS}:
        word = "NOT VALID for everybody: valid only for somebody who trusts the maker of its SRS"
    lines = [f"{word} ({view.seconds * 1000:.0f} ms)"]
    lines += [
        f"  proved {s.name}: {s.value or 'private'} ({s.type})".replace(" ()", "") for s in view.statement
    ]
    lines += [f"  {'ok  ' if c.passed else 'FAIL'} {c.name}  {c.detail}".rstrip() for c in view.checks]
    return lines + [f"  note {n.name}  {n.detail}" for n in view.notes]


COMMAND = Command("verify", "verify a proof file", _configure, _run)
