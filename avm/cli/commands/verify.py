"""``avm verify``: verifies a proof file, or a document of the network, and says what it proves."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from avm.api import network_documents, proof_file, varuna_versions
from avm.api.parameters import Parameters
from avm.api.views import VerifyReport
from avm.base.errors import AvmError
from avm.base.files import read_text
from avm.base.interrupt import cancelling
from avm.cli.command import Command, emit, note
from avm.cli.network_options import add_srs_option
from avm.cli.progress import BarProgress
from avm.cli.projects import build_or_fail


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        help="a proof file of `avm prove --output`, or a document of the network (`avm execute`, `deploy`)",
    )
    parser.add_argument(
        "--program",
        metavar="FILE",
        nargs="+",
        default=[],
        help="the programs that a document of the network needs: .aleo files, or folders of projects",
    )
    add_srs_option(parser)
    parser.add_argument(
        "--varuna",
        type=int,
        choices=(1, 2),
        default=0,
        help="take a proof of this superseded version of the protocol all the same",
    )


def _run(args: argparse.Namespace) -> int:
    if args.program or network_documents.kind_of(Path(args.file)):
        return _document(args)
    with BarProgress(enabled=not args.json) as progress:
        view = proof_file.verify(Path(args.file), Parameters(), accept_version=args.varuna, progress=progress)
    old = _superseded(view, args.varuna)
    data = {"ok": view.valid, "superseded": bool(old), **asdict(view)}
    emit(args, data, "\n".join(_lines(view, old)))
    return 0 if view.valid else 1


def _document(args: argparse.Namespace) -> int:
    """Verify a document of the network."""
    if args.varuna == 1:
        raise AvmError(
            "documents of the network are verified under Varuna V2 and V3", code="EAVM1409", hint="--varuna 2"
        )
    programs = network_documents.programs_from(_texts(args.program))
    with BarProgress(enabled=not args.json) as progress, cancelling() as cancel:
        found = network_documents.verify(
            Path(args.file),
            programs,
            Parameters(),
            varuna=args.varuna or varuna_versions.CURRENT,
            srs=args.srs,
            progress=progress,
            cancel=cancel,
        )
    used = f", {found.srs} SRS" if found.srs else ""
    title = f"{found.kind} {found.id}".strip()
    lines = [f"{'Valid' if found.valid else 'NOT VALID'}: {title} ({found.seconds:.2f} s{used})"]
    lines += [f"  proved {each}" for each in found.shows]
    if not found.valid:
        lines += [f"  {found.reason}", *([f"  try: {found.hint}"] if found.hint else [])]
    emit(args, {"ok": found.valid, **found.to_dict()}, "\n".join(lines))
    if found.valid:
        note("What only a chain knows was not looked at: its state roots, balances, what was spent before.")
    if found.valid and found.srs == "development":
        note("The keys are of a development string: this convinces nobody but its maker.")
    return 0 if found.valid else 1


def _texts(names: Sequence[str]) -> dict[str, str]:
    """The texts of programs by the names of their files; a folder is a project, built with its imports."""
    texts: dict[str, str] = {}
    for name in names:
        path = Path(name)
        if not path.is_dir():
            texts[name] = read_text(path)
            continue
        built = build_or_fail(path)
        texts |= {
            f"{name}: {each}": built.instructions(each) for each in (built.view.program, *built.imports)
        }
    return texts


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


COMMAND = Command("verify", "verify a proof file or a document of the network", _configure, _run)
