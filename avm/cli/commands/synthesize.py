"""``avm synthesize``: the network's circuits of a project with their ids, sizes and verifying keys."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from avm.api import network_circuits
from avm.api.parameters import Parameters
from avm.base.files import inside, write_text
from avm.base.interrupt import cancelling
from avm.base.json_value import JsonValue
from avm.cli.command import Command, emit, note
from avm.cli.progress import BarProgress
from avm.cli.projects import add_project_options, open_and_build, problems_json

if TYPE_CHECKING:
    from avm.api.network_circuits import CircuitReport


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="functions and records, program.aleo/name of an import; all"
    )
    parser.add_argument("--imports", action="store_true", help="those of imported programs too")
    parser.add_argument("--sizes", action="store_true", help="ids and sizes alone, no verifying keys")
    parser.add_argument("--keys", metavar="FOLDER", help="write each key as PROGRAM/NAME.json into FOLDER")
    parser.add_argument(
        "--srs",
        choices=("auto", "official", "development"),
        default="auto",
        help="reference string of the keys (default: official where imported, whose keys are the network's)",
    )
    add_project_options(parser)


def _run(args: argparse.Namespace) -> int:
    built = open_and_build(args)
    if not built.view.ok:
        emit(args, {"ok": False, "problems": problems_json(built)})
        return 1
    parameters = Parameters()
    with BarProgress(enabled=not args.json) as progress, cancelling() as cancel:
        found = network_circuits.survey(
            built, args.names, parameters, imports=args.imports, progress=progress, cancel=cancel
        )
        if not args.sizes:
            for each in network_circuits.reachable(found, parameters, args.srs):
                if each.why_not and not args.json:
                    note(f"No key of {each.title}: {each.why_not}.")
            found = network_circuits.with_keys(
                built, found, parameters, srs=args.srs, progress=progress, cancel=cancel
            )
    written = _write(Path(args.keys), found) if args.keys and not args.sizes else []
    data: dict[str, JsonValue] = {"ok": True, "circuits": [each.to_dict() for each in found]}
    if args.keys:
        data["files"] = list(written)
    emit(args, data, "\n".join([*_lines(found), *written]))
    if any(each.srs == "development" for each in found):
        note("The keys are of a development string: the network has others. `avm srs download base` helps.")
    return 0


def _write(folder: Path, circuits: Sequence[CircuitReport]) -> list[str]:
    """Write the keys, each into a file of its own, and return the files."""
    written = []
    for each in circuits:
        if each.verifying_key:
            path = inside(folder, each.program, f"{each.name}.json")
            write_text(path, json.dumps(each.to_dict(), indent=2) + "\n")
            written.append(str(path))
    return written


def _lines(circuits: Sequence[CircuitReport]) -> list[str]:
    lines = []
    for each in circuits:
        if not each.circuit_id:
            lines.append(f"{each.title}: {each.why_not}")
            continue
        a, b, c = each.non_zero
        lines += [
            each.title,
            f"  circuit id    {each.circuit_id}",
            f"  sizes         {each.constraints:,} constraints, {each.variables:,} variables, "
            f"{each.public_inputs} public inputs; {a:,}, {b:,}, {c:,} entries",
        ]
        if each.verifying_key:
            lines += [f"  key           {each.verifying_key}", f"  checksum      {each.checksum}"]
    return lines


COMMAND = Command("synthesize", "circuits of the network with their verifying keys", _configure, _run)
