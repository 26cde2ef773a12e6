"""The journey without a display: every sample from source to block, then a picture of the window."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from avm.api import workspace
from avm.api.ledger import LedgerSession
from avm.api.parameters import Parameters
from avm.api.pipeline_run import PipelineRun, StageOutcome
from avm.base.errors import AvmError
from avm.base.interrupt import cancelling
from avm.base.json_value import members


def main(project_path: str | None, as_json: bool, picture: str | None) -> int:
    """Walk the journey of one project or of all samples; return the exit code.

    A sample with a deliberate bug counts as right when it halts at ``run``, and only then. Ctrl+C ends the
    journey by ``Cancelled``.
    """
    parameters = Parameters()
    right = True
    shown: tuple[PipelineRun, LedgerSession] | None = None
    with tempfile.TemporaryDirectory(prefix="avm-journey-") as folder, cancelling() as cancel:
        for name, project, runs, halts in _projects(project_path, Path(folder)):
            ledger = LedgerSession.open(Path(folder) / f"{name}.ledger")
            for run in runs:
                journey = PipelineRun(project, run, ledger, parameters, cancel)
                last: StageOutcome | None = None
                for last in journey.walk():
                    _print(name, last, as_json)
                right = right and _as_expected(last, halts)
                if journey.proved is not None and (shown is None or name == "token"):
                    shown = (journey, ledger)
        if shown is not None:
            target = Path(picture) if picture else Path("build") / "journey.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            right = _picture(target, *shown, as_json) and right
    return 0 if right else 1


def _projects(
    path: str | None, folder: Path
) -> list[tuple[str, workspace.Project, tuple[workspace.Run, ...], bool]]:
    if path is None:
        return [(s.name, workspace.copy_sample(s.name, folder), s.runs, s.halts) for s in workspace.samples()]
    project = workspace.open_project(path)
    if not project.runs:
        raise AvmError(
            f"{project.name} does not say what to run",
            code="EAVM1501",
            hint='add sample.json with "runs": [{"function": ..., "inputs": [...]}]',
        )
    return [(project.root.name, project, project.runs, False)]


def _as_expected(last: StageOutcome | None, halts: bool) -> bool:
    if last is None:
        return False
    if halts:
        return last.stage == "run" and not last.ok and "halt" in last.data
    return last.stage == "commit" and last.ok


def _print(sample: str, report: StageOutcome, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"sample": sample, **report.to_dict()}, ensure_ascii=False), flush=True)
        return
    mark = "ok  " if report.ok else "stop"
    print(f"{sample:8} {report.stage:10} {mark} {report.seconds:8.3f} s   {_facts(report)}", flush=True)


def _facts(report: StageOutcome) -> str:
    data = report.data
    if "error" in data:
        error = members(data["error"])
        return f"{error['code']}: {error['message']}"
    if "halt" in data:
        halt = members(data["halt"])
        return f"halt: {halt['message']} (line {halt['line']})"
    keys = {
        "compile": ("bytecode_bytes",),
        "run": ("function", "outputs", "steps"),
        "constrain": ("constraints", "publics", "privates"),
        "prove": ("proof_bytes", "srs"),
        "verify": ("verified",),
        "commit": ("height", "state_root"),
    }[report.stage]
    return ", ".join(f"{k.replace('_', ' ')} {data[k]}" for k in keys if k in data)


def _picture(target: Path, journey: PipelineRun, ledger: LedgerSession, as_json: bool) -> bool:
    from app.picture import grab

    try:
        grab(target, journey=journey, ledger=ledger)
    except OSError as error:
        print(f"The picture was not written: {error}", file=sys.stderr)
        return False
    if not as_json:
        print(f"picture of the window: {target}")
    else:
        print(f"picture: {target}", file=sys.stderr)
    return True
