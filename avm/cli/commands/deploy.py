"""``avm deploy``: makes the deployment of a project's program, with keys and certificates; sends nothing."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from avm.api import deployments, executions
from avm.api.parameters import Parameters
from avm.base.files import write_text
from avm.base.interrupt import cancelling
from avm.cli.command import Command, emit, note
from avm.cli.keystore_here import signing_account
from avm.cli.network_options import (
    add_fee_options,
    add_signer_option,
    add_srs_option,
    add_state_root_option,
    priority_fee,
)
from avm.cli.progress import BarProgress
from avm.cli.projects import add_project_options, open_and_build, problems_json

if TYPE_CHECKING:
    from avm.api.deployments import Deployable, Deployed


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--output", metavar="FILE", default="deployment.json", help="file of the deployment (deployment.json)"
    )
    add_signer_option(parser)
    add_state_root_option(parser)
    add_fee_options(parser)
    add_srs_option(parser)
    add_project_options(parser)


def _run(args: argparse.Namespace) -> int:
    built = open_and_build(args)
    if not built.view.ok:
        emit(args, {"ok": False, "problems": problems_json(built)})
        return 1
    executions.state_root_of(args.state_root)
    account, parameters = signing_account(args.name), Parameters()
    with BarProgress(enabled=not args.json) as progress, cancelling() as cancel:
        ready = deployments.prepare(built, parameters, progress=progress, cancel=cancel)
        if not args.json:
            note("\n".join(_needs(ready)))
        made = deployments.deploy(
            ready,
            account,
            parameters,
            state_root=args.state_root,
            srs=args.srs,
            priority_fee=priority_fee(args),
            progress=progress,
            cancel=cancel,
        )
    files = {"file": args.output}
    write_text(Path(args.output), json.dumps(made.document, indent=2) + "\n")
    if made.transaction is not None and args.transaction:
        files["transaction"] = args.transaction
        write_text(Path(args.transaction), json.dumps(made.transaction.to_json(), indent=2) + "\n")
    written = [f"Written to {name}" for name in files.values()]
    emit(args, {"ok": True, **made.to_dict(), **files}, "\n".join([*_lines(made), *written]))
    if made.insecure:
        note("The keys are of a development string, which no network takes; see `avm srs download`.")
    return 0


def _needs(ready: Deployable) -> Iterator[str]:
    yield "To certify:"
    for each in ready.circuits:
        yield f"  {each.constraints:>9,} constraints  {each.title}"
    yield f"  needs power {ready.highest_power:,} of a reference string"


def _lines(made: Deployed) -> Iterator[str]:
    cost = made.cost
    yield f"Deployment {made.id}"
    yield f"  program   {made.deployment.program.id}, edition {made.deployment.edition}"
    yield f"  checksum  {made.checksum}"
    yield f"  owner     {made.owner}"
    yield f"  keys      {', '.join(name for name, _, _ in made.deployment.keys)}; all verified"
    yield f"  cost      {cost.total:,} microcredits:"
    yield f"            {cost.storage:,} for {cost.size:,} bytes, {cost.synthesis:,} for circuits,"
    yield f"            {cost.constructor:,} for the constructor, {cost.namespace:,} for the name"
    if made.transaction is not None:
        yield f"Transaction {made.transaction.id_text}"


COMMAND = Command("deploy", "make the network's deployment of the program", _configure, _run)
