"""Validation: generated programs must load into the machine; what it refuses is an error of the source."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from avm.base.diagnostics import Diagnostic
from avm.base.errors import AvmError, ParseFailure, Unsupported
from avm.base.span import Span
from avm.program import check, parse
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


def validate(
    generated: Iterable[tuple[str, str]],
    imports: dict[str, Program],
    shown: str | None = None,
    places: Callable[[AvmError, str, str], Span | None] | None = None,
    step: Callable[[], None] = lambda: None,
) -> Diagnostic | None:
    """Load programs (id, text) in order; `imports` are those loaded before and receives the new ones.

    Returns what the first refused program says. `shown` is the name that the message gives it, its own if
    None. `step` is called for each statement. With `places` (error, id, text) the message has a place and
    says what is wrong with the program; without, it is the reference compiler's about a dependency.
    """
    for name, text in generated:
        title = name.removesuffix(".aleo") if shown is None else shown
        try:
            program = parse(text, name, step)
        except ParseFailure as error:
            message = f"failed to parse the source file for `{title}.aleo` into a valid Aleo program"
            if places is None:
                help_ = _NOT_A_PROGRAM_HELP.format(name=title)
                return Diagnostic(_NOT_A_PROGRAM, "error", message, None, help_)
            place = places(error, name, text)
            return Diagnostic(_NOT_A_PROGRAM, "error", message, place, error.hint, error.message)
        try:
            check(program, imports, step)
        except Unsupported:
            raise
        except AvmError as error:
            message = f"`{title}.aleo` failed snarkVM validation: {error.message}"
            if places is None:
                return Diagnostic(_REFUSED, "error", f"dependency {message}", None, _REFUSED_HELP)
            return Diagnostic(_REFUSED, "error", message, places(error, name, text), error.hint)
        imports[program.id] = program
    return None
