"""A function's circuit as plain data: counts by instruction and gadget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from avm.api import views
from avm.api.build_views import Lines

if TYPE_CHECKING:
    from avm.base.span import Span
    from avm.vm.constrain import Circuit


def constraint_view(circuit: Circuit, sources: Mapping[str, str], seconds: float) -> views.ConstraintView:
    """Return the counts of a circuit."""
    system = circuit.system
    lines = {name: Lines(text) for name, text in sources.items()}

    by_instruction = []
    for item in circuit.per_instruction:
        file, line = _place(item.span, lines)
        count = item.counts.constraints
        by_instruction.append(views.InstructionCost(item.component, item.index, item.text, line, count, file))
    by_gadget: dict[str, int] = {}
    for first, end, label in system.label_runs():
        path = "/".join(label.gadget)
        by_gadget[path] = by_gadget.get(path, 0) + end - first
    return views.ConstraintView(
        constraints=system.num_constraints,
        publics=system.num_public,
        privates=system.num_private,
        nonzero=system.matrices().nonzeros,
        by_instruction=tuple(by_instruction),
        by_gadget=tuple(sorted(by_gadget.items(), key=lambda pair: -pair[1])),
        seconds=seconds,
    )


def _place(span: Span | None, lines: Mapping[str, Lines]) -> tuple[str, int | None]:
    """File and line of a span, as steps have them."""
    if span is None or span.file not in lines:
        return "", None
    return span.file, lines[span.file].line(span.start)
