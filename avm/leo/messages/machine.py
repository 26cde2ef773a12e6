"""What the machine has to say about a program: in the reference compiler's words where it is a dependency."""

from __future__ import annotations

from avm.base.diagnostics import Diagnostic
from avm.base.errors import AvmError, ParseFailure
from avm.program.model import Program

_NOT_A_PROGRAM = "EDIS03713000"
_NOT_A_PROGRAM_HELP = (
    "Verify that `{name}.aleo` is valid Aleo bytecode. If it was produced by Leo, rebuild the "
    "dependency from source."
)
_REFUSED = "EDIS03713001"
_REFUSED_HELP = (
    "This usually means the dependency is hand-crafted Aleo bytecode (or produced by a non-Leo "
    "toolchain) that uses a feature snarkVM accepts syntactically but rejects semantically. "
    "Regenerate the dependency from Leo source if possible."
)


def not_a_program(name: str, failure: ParseFailure, shown: str | None = None) -> Diagnostic:
    """The message that a program is none; with `shown`, its name there, the reference compiler's."""
    title = name.removesuffix(".aleo") if shown is None else shown
    message = f"failed to parse the source file for `{title}.aleo` into a valid Aleo program"
    if shown is not None:
        return Diagnostic(_NOT_A_PROGRAM, "error", message, None, _NOT_A_PROGRAM_HELP.format(name=title))
    return Diagnostic(_NOT_A_PROGRAM, "error", message, failure.place, failure.hint, failure.message)


def refused(program: Program, error: AvmError, shown: str | None) -> Diagnostic:
    """The message that the machine refuses a program, at the error's place or the program's."""
    title = program.id.removesuffix(".aleo") if shown is None else shown
    message = f"`{title}.aleo` failed snarkVM validation: {error.message}"
    if shown is not None:
        return Diagnostic(_REFUSED, "error", f"dependency {message}", None, _REFUSED_HELP)
    return Diagnostic(_REFUSED, "error", message, error.place or program.span, error.hint)
