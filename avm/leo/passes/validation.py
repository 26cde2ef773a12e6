"""Validation: generated programs must load into the machine; what it refuses is an error of the source."""

from __future__ import annotations

from avm.base.errors import AvmError, ParseFailure, Unsupported
from avm.leo.compilation import Compilation, Pass
from avm.leo.messages.machine import not_a_program, refused
from avm.program import check, check_form


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
            compilation.diagnostics.add(refused(program, error, shown))
            return
        compilation.loaded[program.id] = program


PASS = Pass("Validation", _validate, kind="check")
