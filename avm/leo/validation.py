"""Validation: generated programs must load into the machine; what it refuses is an error of the source."""

from __future__ import annotations

from avm.base.diagnostics import Diagnostic
from avm.base.errors import AvmError, ParseFailure, Unsupported
from avm.leo.compilation import Compilation, Pass
from avm.program import check, check_form
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


def _refused(program: Program, error: AvmError, shown: str | None) -> Diagnostic:
    title = program.id.removesuffix(".aleo") if shown is None else shown
    message = f"`{title}.aleo` failed snarkVM validation: {error.message}"
    if shown is not None:
        return Diagnostic(_REFUSED, "error", f"dependency {message}", None, _REFUSED_HELP)
    return Diagnostic(_REFUSED, "error", message, error.place or program.span, error.hint)


def _validate(compilation: Compilation) -> None:
    """Reports what the machine has against the first program it refuses, at its place in the source.

    With `compilation.shown` the message is the reference compiler's about a dependency of that name, which
    has no place.
    """
    step, shown = compilation.builder.budget.step, compilation.shown
    for program in compilation.programs:
        try:
            check_form(program, step)
            check(program, compilation.loaded, step)
        except Unsupported:
            raise
        except ParseFailure as failure:
            compilation.diagnostics.add(not_a_program(program.id, failure, shown))
            return
        except AvmError as error:
            compilation.diagnostics.add(_refused(program, error, shown))
            return
        compilation.loaded[program.id] = program


PASS = Pass("Validation", _validate, kind="check")
