"""A function's circuit as plain data: counts by instruction and gadget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from avm.api import views
from avm.base.sources import source_line

if TYPE_CHECKING:
    from avm.vm.circuit import Circuit


def constraint_view(circuit: Circuit, seconds: float) -> views.ConstraintView:
    """Return the counts of a circuit."""
    system = circuit.system

    by_instruction = []
    for item in circuit.per_instruction:
        source, line = source_line(item.span) or (None, None)
        count = item.counts.constraints
        by_instruction.append(
            views.InstructionCost(item.component, item.index, item.text, line, count, source)
        )
    by_gadget: dict[str, int] = {}
    for first, end, label in system.label_runs():
        path = "/".join(label.gadget)
        by_gadget[path] = by_gadget.get(path, 0) + end - first
    return views.ConstraintView(
        constraints=system.num_constraints,
        publics=system.num_public,
        privates=system.num_private,
        nonzero=system.num_entries,
        by_instruction=tuple(by_instruction),
        by_gadget=tuple(sorted(by_gadget.items(), key=lambda pair: -pair[1])),
        seconds=seconds,
    )
