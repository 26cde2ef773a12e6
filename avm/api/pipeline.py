"""The one-way flow: source → build → run → constraints → proof → verification → block.

Each function takes the artifact of the station before it and returns the next one, with a view for user
interfaces. All of it is engine work without a window, safe on a worker thread; expected failures are
``AvmError``; a broken program and a halted run are data.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from avm.account.account import LOCAL_SIGNER
from avm.algebra import load_kernels
from avm.api import views
from avm.api.artifacts import Built, Constrained, Proved, Ran
from avm.api.build_views import build_view, problem_views
from avm.api.constraint_views import constraint_view
from avm.api.debug import DebuggerView, Places, run_view
from avm.api.language import PARSES
from avm.api.stages import CONSTRAINTS, VERIFY
from avm.api.workspace import Project
from avm.base.errors import AvmError
from avm.base.files import inside, write_text
from avm.base.progress import NULL_PROGRESS, Cancel, Progress, looks
from avm.base.sources import Source
from avm.varuna.version import CURRENT

if TYPE_CHECKING:
    from avm.api.ledger import LedgerSession
    from avm.program import Listing
    from avm.storage.parameters import Parameters
    from avm.varuna.proof import Proof
    from avm.varuna.proving_key import ProvingKey
    from avm.varuna.report import ProofReport
    from avm.varuna.srs.reference_string import Srs
    from avm.vm.trace import Trace


def check(text: str, file: str = "main.leo", cancel: Cancel | None = None) -> tuple[views.Problem, ...]:
    """Return the diagnostics of one program by itself, fast enough to run while the person types.

    ``avm.api.checker`` checks a file in its project.
    """
    from avm.leo.front import UnitSource
    from avm.leo.pipeline import examine

    units = [UnitSource("program", Source(file, text))]
    return problem_views(examine(units, cancel=cancel, parses=PARSES).diagnostics)


def build(
    project: Project,
    overrides: Mapping[Path, str] | None = None,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> Built:
    """Compile a project; ``overrides`` are unsaved buffers by path.

    Never raises for a broken project: what is wrong with its sources and dependencies is in the view's
    problems. ``Cancelled`` within half a second of a cancel.
    """
    from avm.api.sources import compile_project

    started = time.perf_counter()
    compiled = compile_project(project, overrides or {}, progress, cancel)
    view = build_view(compiled, time.perf_counter() - started, looks(cancel))
    return Built(
        view,
        project,
        compiled.sources,
        compiled.program,
        compiled.imports,
        compiled.listing,
    )


def write_build(built: Built) -> Path:
    """Write the Aleo program of a build below ``build/`` and return its path."""
    name = built.view.program.removesuffix(".aleo")
    main = inside(built.project.build_folder, f"{name}.aleo")
    write_text(main, built.view.bytecode)
    return main


def run(
    built: Built,
    function: str,
    inputs: Sequence[str],
    *,
    ledger: LedgerSession | None = None,
    signer: str = LOCAL_SIGNER,
    cancel: Cancel | None = None,
    progress: Progress = NULL_PROGRESS,
) -> Ran:
    """Execute a function, on chain part included, or a view, against the ledger's state (empty without one).

    ``progress`` hears of two stages: "Record", whose steps are counted, and "Describe", a part of a whole.

    A halt is data: ``view.halt``. Wrong inputs raise ``AvmError``.
    """
    from avm.vm import BlockContext, RunConfig, execute, execute_view
    from avm.vm.debugger import Debugger

    if built.program is None:
        raise AvmError(
            "the program did not build, so it cannot run",
            code="EAVM1401",
            hint="mend the problems listed by the build",
        )
    started = time.perf_counter()
    progress.stage("Record", "every instruction with what it reads and writes")
    step = looks(cancel)
    environment = built.environment(step)
    config = RunConfig(
        signer=signer,
        store=None if ledger is None else ledger.finalize_store(),
        block=BlockContext() if ledger is None else ledger.next_context(),
        cancel=cancel,
        progress=progress,
    )
    run_it = execute_view if function in built.program.views else execute
    trace = run_it(environment, function, list(inputs), config)
    took = time.perf_counter() - started
    progress.stage("Describe", "as it is shown")
    view = run_view(trace, Places(_listings(built, trace, step)), took, progress, cancel)
    heights = {} if ledger is None else ledger.entry_heights()
    debugger = Debugger(trace, environment)
    return Ran(view, built, trace, DebuggerView(debugger, view, heights))


def _listings(built: Built, trace: Trace, step: Callable[[], None]) -> dict[str, Listing]:
    """The texts of the programs that a run was in."""
    found = {built.view.program: built.listing}
    for program in {frame.program for frame in trace.frames} & set(built.imports):
        found[program] = built.imports[program].render(each=lambda text, place: step())
    return found


def constrain(ran: Ran, progress: Progress = NULL_PROGRESS, cancel: Cancel | None = None) -> Constrained:
    """Turn a run that did not halt into its constraint system and assignment."""
    from avm.vm.constrain import constrain as synthesize

    if ran.view.halt is not None:
        raise AvmError(
            f"the run halted, so there is nothing to prove: {ran.view.halt.message}",
            code="EAVM1402",
            hint="mend the program or choose other inputs",
        )
    if ran.built.program is not None and ran.view.function in ran.built.program.views:
        raise AvmError(
            f"'{ran.view.function}' is a view: it reads what is on chain and makes no proof",
            code="EAVM1403",
            hint="run it with `avm run`, or prove a function",
        )
    progress.stage(CONSTRAINTS, "inputs, instructions, outputs")
    started = time.perf_counter()
    environment = ran.built.environment(looks(cancel))
    circuit = synthesize(environment, ran.trace, progress=progress, cancel=cancel)
    view = constraint_view(circuit, time.perf_counter() - started)
    return Constrained(view, ran, circuit)


def prove(
    constrained: Constrained,
    parameters: Parameters,
    *,
    version: int = CURRENT,
    srs: str = "auto",
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> Proved:
    """Prove the run with Varuna; ``srs`` is auto, official or development.

    Versions 1 and 2 are superseded: the soundness argument of the verifier does not cover them.

    The circuit's shape and the proving key are made once and cached on disk: then its matrices are not built.
    ``Cancelled`` within half a second of a cancel.
    """
    load_kernels(progress, cancel)
    from avm.varuna.prover import prove as prove_varuna
    from avm.varuna.version import VarunaVersion

    system = constrained.circuit.system
    assignment, shape = system.assignment(), parameters.shape_of(system, progress)
    string = parameters.srs_for(shape.info.highest_power, progress, cancel, srs)
    key = parameters.key_of(system, shape, string, progress, cancel)
    proof, report = prove_varuna(
        key, string, assignment, version=VarunaVersion(version), progress=progress, cancel=cancel
    )
    return Proved(
        _proof_view(proof, report, string, key),
        constrained,
        proof,
        key,
        string.verifier(),
        assignment.public[1:],
        int(version),
    )


def _proof_view(proof: Proof, report: ProofReport, srs: Srs, key: ProvingKey) -> views.ProofView:
    return views.ProofView(
        bytes=report.proof_bytes,
        text=str(proof),
        version=int(report.version),
        srs="development" if srs.insecure else "official",
        insecure=srs.insecure,
        srs_digest=srs.digest,
        circuit_id=key.circuit_id.hex(),
        verifying_key=str(key.verifying_key),
        seconds=report.seconds,
        stages=report.stages,
        parts=proof.parts(),
    )


def verify(proved: Proved) -> views.VerifyReport:
    """Verify a proof against its public inputs with the verifying key alone.

    The view says what is proved, in the values that the public inputs are calculated from.
    """
    from avm.varuna.verifier import verify as verify_varuna
    from avm.varuna.version import VarunaVersion
    from avm.vm.statement import Opened

    report = verify_varuna(
        proved.proving_key.verifying_key,
        proved.verifier,
        [1, *proved.public_inputs],
        proved.proof,
        version=VarunaVersion(proved.version),
    )
    opened = Opened(proved.statement())
    return report.saying([opened.check(proved.public_inputs)], opened.lines(), opened.notes())


def prove_run(
    ran: Ran,
    parameters: Parameters,
    *,
    version: int = CURRENT,
    srs: str = "auto",
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> tuple[Proved, views.VerifyReport]:
    """Constrain a run that did not halt, prove it and verify the proof; options as for ``prove``."""
    constrained = constrain(ran, progress, cancel)
    proved = prove(constrained, parameters, version=version, srs=srs, progress=progress, cancel=cancel)
    looks(cancel)()
    progress.stage(VERIFY, "pairings")
    return proved, verify(proved)
