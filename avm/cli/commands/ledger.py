"""``avm ledger``: looks into the local ledger and checks it."""

from __future__ import annotations

import argparse
import os
from dataclasses import asdict
from typing import TYPE_CHECKING

from avm.api import workspace
from avm.base.errors import AvmError
from avm.cli.command import Command, emit, note
from avm.cli.projects import add_ledger_option, add_project_options, ledger_path, open_ledger_file

if TYPE_CHECKING:
    from avm.api.ledger import LedgerSession


def _configure(parser: argparse.ArgumentParser) -> None:
    add_project_options(parser)
    add_ledger_option(parser)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    verbs.add_parser("status", help="height and state root")
    verb = verbs.add_parser("blocks", help="the newest blocks")
    verb.add_argument("--count", type=int, default=10)
    verbs.add_parser("mappings", help="all mappings with their entries")
    verb = verbs.add_parser("history", help="the values of one key by height")
    verb.add_argument("program")
    verb.add_argument("mapping")
    verb.add_argument("key")
    verb = verbs.add_parser("path", help="the Merkle path of a transaction, each hash recomputed")
    verb.add_argument("transaction")
    verb = verbs.add_parser("verify", help="recompute every hash, root and row")
    verb.add_argument("--proofs", action="store_true", help="check every proof and verifying key again too")
    for (
        verb
    ) in verbs.choices.values():  # behind the verb they stand as well; not given there, those before it count
        add_project_options(verb, argparse.SUPPRESS)
        add_ledger_option(verb, argparse.SUPPRESS)


def _run(args: argparse.Namespace) -> int:
    path = args.ledger or ledger_path(args, workspace.open_project(args.path))
    if not args.ledger and not os.path.lexists(path):
        raise AvmError(
            "this project has no ledger yet",
            code="EAVM1201",
            hint="`avm prove FUNCTION INPUTS --commit` makes the first block",
        )
    ledger = open_ledger_file(path)
    try:
        return _VERBS[args.verb](args, ledger)
    finally:
        ledger.close()


def _status(args: argparse.Namespace, ledger: LedgerSession) -> int:
    emit(
        args,
        {"ok": True, "height": ledger.height, "state_root": ledger.state_root},
        f"Height {ledger.height}\nState root {ledger.state_root}",
    )
    return 0


def _blocks(args: argparse.Namespace, ledger: LedgerSession) -> int:
    first = max(0, ledger.height - args.count + 1)
    blocks = ledger.blocks(first, args.count)
    text = "\n".join(
        f"{b.height:5}  {b.hash}  {len(b.transactions)} transactions, root {b.state_root}" for b in blocks
    )
    emit(args, {"ok": True, "blocks": [asdict(b) for b in blocks]}, text)
    return 0


def _mappings(args: argparse.Namespace, ledger: LedgerSession) -> int:
    mappings = ledger.mappings()
    lines = []
    for mapping in mappings:
        lines.append(f"{mapping.program}/{mapping.name}")
        lines += [f"  {e.key}: {e.value}   (block {e.height})" for e in mapping.entries]
    emit(args, {"ok": True, "mappings": [asdict(m) for m in mappings]}, "\n".join(lines))
    return 0


def _history(args: argparse.Namespace, ledger: LedgerSession) -> int:
    entries = ledger.mapping_history(args.program, args.mapping, args.key)
    if not entries and not args.json:
        note(f"{args.program}/{args.mapping} never had a value under {args.key}.")
    text = "\n".join(
        f"block {e.height}: {e.value if e.value is not None else 'removed'}  {e.by}" for e in entries
    )
    emit(args, {"ok": True, "history": [asdict(e) for e in entries]}, text)
    return 0


def _path(args: argparse.Namespace, ledger: LedgerSession) -> int:
    view = ledger.merkle_path(args.transaction)
    lines = [f"{view.leaf_name} {view.leaf}"]
    lines += [f"  {level.tree:14} {level.level:2}  {level.result}" for level in view.levels]
    lines.append(
        f"root {view.root}: {'matches' if view.valid else 'DOES NOT MATCH'} the stored {view.stored_root}"
    )
    emit(args, {"ok": view.valid, **asdict(view)}, "\n".join(lines))
    return 0 if view.valid else 1


def _verify(args: argparse.Namespace, ledger: LedgerSession) -> int:
    checks = ledger.verify(proofs=args.proofs)
    ok = all(c.passed for c in checks)
    text = "\n".join(f"{'ok  ' if c.passed else 'FAIL'} {c.name}  {c.detail}".rstrip() for c in checks)
    emit(args, {"ok": ok, "checks": [asdict(c) for c in checks]}, text)
    return 0 if ok else 1


_VERBS = {
    "status": _status,
    "blocks": _blocks,
    "mappings": _mappings,
    "history": _history,
    "path": _path,
    "verify": _verify,
}

COMMAND = Command("ledger", "look into the local ledger", _configure, _run)
