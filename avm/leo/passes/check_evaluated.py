"""What must be constant: reports what is not, once evaluation changes nothing any more."""

from __future__ import annotations

from avm.leo.compilation import Compilation, Pass

_CONSTANTS = (
    "const_not_evaluated",
    "array_index_not_evaluated",
    "repeat_count_not_evaluated",
    "array_length_not_evaluated",
)


def _check(compilation: Compilation) -> None:
    """Reports the first kind of place that is open; const arguments all together."""
    places = compilation.open_places
    for name in _CONSTANTS:
        if name in places:
            compilation.report(name, places[name])
            return
    for kind, item, span in compilation.open_generics:
        compilation.report("const_generic_not_resolved", span, kind=kind, item=item)
    if not compilation.open_generics and "loop_bounds_not_evaluated" in places:
        compilation.report("loop_bounds_not_evaluated", places["loop_bounds_not_evaluated"])


PASS = Pass(
    "ConstantsCheck",
    _check,
    kind="check",
    requires={"finalize functions", "pruned"},
    ensures={"evaluated", "concrete", "unrolled"},
)
