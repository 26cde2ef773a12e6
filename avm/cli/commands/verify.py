"""``avm verify``: verifies a proof file and says what it proves."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from avm.api import proof_file, varuna_versions
from avm.api.parameters import Parameters
from avm.api.views import VerifyReport
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
    old = _superseded(view, args.varuna)
    data = {"ok": view.valid, "superseded": bool(old), **asdict(view)}
    emit(args, data, "\n".join(_lines(view, old)))
    return 0 if view.valid else 1


def _superseded(view: VerifyReport, accepted: int) -> str:
    """The name of the superseded version for which alone the proof is valid, or an empty text."""
    why = varuna_versions.superseded(accepted) if accepted and view.valid else ""
    taken = any(c.name == proof_file.PROTOCOL and c.detail.startswith(why) for c in view.checks)
    return varuna_versions.name_of(accepted) if why and taken else ""


def _lines(view: VerifyReport, old: str) -> list[str]:
    failed = {check.name for check in view.checks if not check.passed}
    word = "Valid" if view.valid else "NOT VALID"
    if old:
        word = f"Valid as {old}, whose proofs the soundness argument does not cover"
    if failed == {proof_file.SRS}:
        word = "NOT VALID for everybody: valid only for somebody who trusts the maker of its SRS"
    lines = [f"{word} ({view.seconds * 1000:.0f} ms)"]
    lines += [
        f"  proved {s.name}: {s.value or 'private'} ({s.type})".replace(" ()", "") for s in view.statement
    ]
    lines += [f"  {'ok  ' if c.passed else 'FAIL'} {c.name}  {c.detail}".rstrip() for c in view.checks]
    return lines + [f"  note {n.name}  {n.detail}" for n in view.notes]


COMMAND = Command("verify", "verify a proof file", _configure, _run)
