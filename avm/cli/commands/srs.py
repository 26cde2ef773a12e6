"""``avm srs``: downloads, imports, makes, contributes to and checks structured reference strings."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from avm.api import parameters
from avm.api.parameters import DEVELOPMENT_LOG2, Parameters
from avm.cli.command import Command, emit, note
from avm.cli.progress import BarProgress


def _configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    verbs.add_parser("list", help="what is available here")
    verb = verbs.add_parser("import", help="import the official files from a folder, checked by SHA-256")
    verb.add_argument("folder")
    verb = verbs.add_parser("download", help="fetch official files by name; without a name, list them")
    verb.add_argument(
        "names", nargs="*", metavar="NAME", help="powers-of-beta-16, ...; base: what every proof needs"
    )
    verb.add_argument(
        "--from", dest="address", metavar="URL", help="a mirror's folder instead of the network's servers"
    )
    verb = verbs.add_parser("generate", help="make a development SRS (insecure)")
    verb.add_argument("--degree-log2", type=int, default=DEVELOPMENT_LOG2, metavar="K", help="2^K powers")
    verb.add_argument("--output", metavar="FILE", help="write it to FILE instead of the cache")
    verb = verbs.add_parser("contribute", help="put a new secret on top of a development SRS")
    verb.add_argument("file")
    verb.add_argument("--name", default="", help="who contributes")
    verb.add_argument("--output", metavar="FILE", required=True)
    verb = verbs.add_parser("verify", help="check the structure and the chain of updates")
    verb.add_argument("file")


def _run(args: argparse.Namespace) -> int:
    return _VERBS[args.verb](args)


def _list(args: argparse.Namespace) -> int:
    found = Parameters().describe()
    text = "\n".join(f"{v.name}: degree up to {v.highest_power}; {v.detail}" for v in found)
    emit(
        args, {"ok": True, "srs": [asdict(v) for v in found]}, text or "None yet; one is made on first need."
    )
    return 0


def _import(args: argparse.Namespace) -> int:
    with BarProgress(enabled=not args.json) as progress:
        names = Parameters().import_official(args.folder, progress)
    emit(
        args, {"ok": True, "files": list(names)}, f"Imported {len(names)} files, each with the right SHA-256."
    )
    return 0


def _download(args: argparse.Namespace) -> int:
    here = Parameters()
    files = parameters.available(here)
    if not args.names:
        lines = [f"{f.name:<32} {parameters.megabytes(f.size):>10}  {_STATES[f.state]}" for f in files]
        emit(args, {"ok": True, "files": [asdict(f) for f in files]}, "\n".join(lines))
        return 0
    names = parameters.resolve(args.names)
    servers = parameters.servers_from(args.address) if args.address else parameters.SERVERS
    missing = sum(f.missing for f in files if f.name in names)
    if missing and not args.json:
        size = parameters.megabytes(missing)
        note(f"{size} to download from {servers[0].name}; Ctrl+C keeps what arrived.")
    with BarProgress(enabled=not args.json, unit="B") as progress:
        fetched = parameters.download(names, here, progress, servers=servers)
    count = f"{len(fetched)} file" + ("s" if len(fetched) != 1 else "")
    text = f"Downloaded {count} with the published SHA-256; {len(names) - len(fetched)} here already."
    emit(args, {"ok": True, "downloaded": list(fetched), "files": list(names)}, text)
    return 0


def _generate(args: argparse.Namespace) -> int:
    with BarProgress(enabled=not args.json) as progress:
        path, view = parameters.generate(
            args.degree_log2, Path(args.output) if args.output else None, Parameters(), progress
        )
    if not args.json:
        note("This SRS is INSECURE: whoever made it can forge proofs. Use it for experiments only.")
    emit(args, {"ok": True, "file": str(path), **asdict(view)}, f"Wrote {path}\nDigest {view.digest}")
    return 0


def _contribute(args: argparse.Namespace) -> int:
    with BarProgress(enabled=not args.json) as progress:
        view = parameters.contribute(Path(args.file), Path(args.output), args.name, progress)
    emit(
        args,
        {"ok": True, "file": args.output, **asdict(view)},
        f"Wrote {args.output} with {view.contributions} contributions\nDigest {view.digest}",
    )
    return 0


def _verify(args: argparse.Namespace) -> int:
    with BarProgress(enabled=not args.json) as progress:
        checks = parameters.verify_file(Path(args.file), progress)
    ok = all(c.passed for c in checks)
    text = "\n".join(f"{'ok  ' if c.passed else 'FAIL'} {c.name}  {c.detail}".rstrip() for c in checks)
    emit(args, {"ok": ok, "checks": [asdict(c) for c in checks]}, text)
    return 0 if ok else 1


_STATES = {"here": "here", "part": "partly here", "absent": ""}
_VERBS = {
    "list": _list,
    "import": _import,
    "download": _download,
    "generate": _generate,
    "contribute": _contribute,
    "verify": _verify,
}

COMMAND = Command(
    "srs", "structured reference strings: download, import, generate, contribute, verify", _configure, _run
)
