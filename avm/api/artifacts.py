"""What each station of the one-way flow hands on: the artifact itself and its view."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from avm.api import views

if TYPE_CHECKING:
    from avm.api.debug import DebuggerView
    from avm.api.workspace import Project
    from avm.base.sources import Source
    from avm.program import Listing, Program
    from avm.varuna.proof import Proof
    from avm.varuna.proving_key import ProvingKey
    from avm.varuna.srs.reference_string import SrsVerifier
    from avm.vm.circuit import Circuit
    from avm.vm.environment import Environment
    from avm.vm.statement import PublicStatement
    from avm.vm.trace import Trace


@dataclass(frozen=True, slots=True)
class Built:
    """A compiled project; ``program`` is None when the build failed.

    ``sources`` are what it was read from, by absolute path. Its programs are loaded once (``environment``):
    their environment keeps prepared bodies and circuits for later runs.
    """

    view: views.BuildView
    project: Project
    sources: Mapping[Path, Source]
    program: Program | None
    imports: Mapping[str, Program]
    listing: Listing
    _loaded: list[Environment] = field(default_factory=list, repr=False, compare=False)

    def environment(self, step: Callable[[], None] = lambda: None) -> Environment:
        """The program and its imports, loaded and checked; ``step`` may raise to stop that."""
        from avm.vm import load

        if not self._loaded:
            assert self.program is not None, "a build that failed has nothing to load"
            self._loaded.append(load(self.program, self.imports, step=step))
        return self._loaded[0]

    def instructions(self, program: str) -> str:
        """The Aleo text of the program or of one that it imports; empty for any other."""
        if self.program is not None and self.program.id == program:
            return self.view.bytecode
        return str(self.imports[program]) if program in self.imports else ""


@dataclass(frozen=True, slots=True)
class Ran:
    """An executed function."""

    view: views.RunView
    built: Built
    trace: Trace
    debugger: DebuggerView


@dataclass(frozen=True, slots=True)
class Constrained:
    """The run's constraint system with its assignment."""

    view: views.ConstraintView
    ran: Ran
    circuit: Circuit


@dataclass(frozen=True, slots=True)
class Proved:
    """A proof of the run, with what is needed to verify it."""

    view: views.ProofView
    constrained: Constrained
    proof: Proof
    proving_key: ProvingKey
    verifier: SrsVerifier
    public_inputs: tuple[int, ...]
    version: int

    def statement(self) -> PublicStatement:
        """The public face of the run: all that the proof says."""
        from avm.vm.statement import statement_of

        ran = self.constrained.ran
        assert ran.built.program is not None
        return statement_of(ran.built.program, ran.built.imports, ran.trace)
