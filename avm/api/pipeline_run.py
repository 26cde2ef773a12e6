"""The whole way of one call: compile, run, constrain, prove, verify, commit, one report a stage.

The headless start and the tests walk it; the Studio does the same by its buttons.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from avm.api import pipeline
from avm.api.artifacts import Built, Constrained, Proved, Ran
from avm.api.ledger import LedgerSession
from avm.api.workspace import Project, Run
from avm.base.errors import AvmError, Cancelled
from avm.base.json_value import JsonObject, JsonValue
from avm.base.progress import Cancel
from avm.storage.parameters import Parameters

STAGES = ("compile", "run", "constrain", "prove", "verify", "commit")


@dataclass(frozen=True, slots=True)
class StageOutcome:
    """One finished stage; ``data`` holds its figures as JSON values."""

    stage: str
    ok: bool
    seconds: float
    data: JsonObject = field(default_factory=dict)

    def to_dict(self) -> JsonObject:
        """Return the report as one flat JSON object."""
        return {"stage": self.stage, "ok": self.ok, "seconds": round(self.seconds, 4), **self.data}


class PipelineRun:
    """One call on its way; the artifacts stay readable after ``walk`` has ended."""

    def __init__(
        self,
        project: Project,
        run: Run,
        ledger: LedgerSession,
        parameters: Parameters,
        cancel: Cancel | None = None,
    ) -> None:
        self.project = project
        self.run = run
        self.ledger = ledger
        self.parameters = parameters
        self.cancel = cancel
        self.built: Built | None = None
        self.ran: Ran | None = None
        self.constrained: Constrained | None = None
        self.proved: Proved | None = None

    def walk(self) -> Iterator[StageOutcome]:
        """Yield a report after each stage; the walk ends at the first that is not ok, or by ``Cancelled``."""
        works = (self._compile, self._run, self._constrain, self._prove, self._verify, self._commit)
        for name, work in zip(STAGES, works, strict=True):
            started = time.perf_counter()
            try:
                ok, data = work()
            except Cancelled:
                raise
            except AvmError as error:
                ok, data = False, {"error": error.to_dict()}
            yield StageOutcome(name, ok, time.perf_counter() - started, data)
            if not ok:
                return

    def _compile(self) -> tuple[bool, JsonObject]:
        self.built = pipeline.build(self.project, cancel=self.cancel)
        view = self.built.view
        problems = [f"{p.code}: {p.message}" for p in view.problems if p.level == "error"]
        data: dict[str, JsonValue] = {"program": view.program, "bytecode_bytes": view.bytecode_bytes}
        if problems:
            data["problems"] = problems
        return view.ok, data

    def _run(self) -> tuple[bool, JsonObject]:
        assert self.built is not None
        ran = self.ran = pipeline.run(
            self.built, self.run.function, self.run.inputs, ledger=self.ledger, cancel=self.cancel
        )
        data: dict[str, JsonValue] = {
            "function": self.run.function,
            "inputs": list(self.run.inputs),
            "outputs": list(ran.view.outputs),
            "steps": len(ran.view.steps),
        }
        halt = ran.view.halt
        if halt is not None:
            data["halt"] = {
                "message": halt.message,
                "instruction": halt.text,
                "file": halt.file,
                "line": halt.leo_line,
                "step": halt.step,
                "operands": [f"{o.register} = {o.value}" for o in halt.operands],
            }
        return halt is None, data

    def _constrain(self) -> tuple[bool, JsonObject]:
        assert self.ran is not None
        constrained = self.constrained = pipeline.constrain(self.ran, cancel=self.cancel)
        view = constrained.view
        return True, {
            "constraints": view.constraints,
            "publics": view.publics,
            "privates": view.privates,
            "nonzero": list(view.nonzero),
        }

    def _prove(self) -> tuple[bool, JsonObject]:
        assert self.constrained is not None
        proved = self.proved = pipeline.prove(self.constrained, self.parameters, cancel=self.cancel)
        view = proved.view
        return True, {
            "proof_bytes": view.bytes,
            "srs": view.srs,
            "varuna_version": view.version,
            "circuit_id": view.circuit_id,
            "prover_seconds": round(view.seconds, 4),
        }

    def _verify(self) -> tuple[bool, JsonObject]:
        assert self.proved is not None
        view = pipeline.verify(self.proved)
        return view.valid, {"verified": view.valid}

    def _commit(self) -> tuple[bool, JsonObject]:
        assert self.proved is not None
        view = self.ledger.commit(self.proved)
        data: dict[str, JsonValue] = {
            "height": view.height,
            "state_root": view.state_root,
            "previous_state_root": view.previous_state_root,
            "transaction_id": view.transaction_id,
        }
        if view.reason:
            data["reason"] = view.reason
        return view.accepted, data
