"""A function's circuit as plain data: counts by line, instruction and gadget, and rows as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from avm.api import views
from avm.api.build_views import Lines

if TYPE_CHECKING:
    from avm.base.span import Span
    from avm.r1cs.matrices import Row
    from avm.r1cs.system import ConstraintSystem
    from avm.vm.constrain import Circuit


def constraint_view(circuit: Circuit, sources: Mapping[str, str], seconds: float) -> views.ConstraintView:
    """Return the counts of a circuit."""
    system = circuit.system
    counts = system.counts()
    lines = {name: Lines(text) for name, text in sources.items()}

    by_line: dict[tuple[str, int | None], int] = {}
    by_instruction = []
    for item in circuit.per_instruction:
        file, line = _place(item.span, lines)
        count = item.counts.constraints
        by_line[file, line] = by_line.get((file, line), 0) + count
        by_instruction.append(views.InstructionCost(item.component, item.index, item.text, line, count, file))
    by_gadget: dict[str, int] = {}
    for first, end, label in system.label_runs():
        path = "/".join(label.gadget)
        by_gadget[path] = by_gadget.get(path, 0) + end - first
    return views.ConstraintView(
        constraints=system.num_constraints,
        publics=system.num_public,
        privates=system.num_private,
        constants=counts.constants,
        nonzero=system.matrices().nonzeros,
        by_line=tuple(
            (*place, count)
            for place, count in sorted(by_line.items(), key=lambda item: (item[0][0], item[0][1] or 0))
        ),
        by_instruction=tuple(by_instruction),
        by_gadget=tuple(sorted(by_gadget.items(), key=lambda pair: -pair[1])),
        public_inputs=tuple((name, str(value)) for name, value in circuit.public_inputs),
        seconds=seconds,
    )


def _place(span: Span | None, lines: Mapping[str, Lines]) -> tuple[str, int | None]:
    """File and line of a span, as steps have them."""
    if span is None or span.file not in lines:
        return "", None
    return span.file, lines[span.file].line(span.start)


class RowsView:
    """The rows of a constraint system, made into text when they are looked at."""

    def __init__(self, system: ConstraintSystem, sources: Mapping[str, str]) -> None:
        self._system = system
        self._matrices = system.matrices()
        self._z = system.assignment().z
        self._modulus = _modulus()
        self._lines = {name: Lines(text) for name, text in sources.items()}

    def __len__(self) -> int:
        return self._matrices.num_constraints

    def rows(self, start: int, count: int) -> tuple[views.RowView, ...]:
        """Rows ``start`` to ``start + count``, clamped to what there is."""
        return tuple(self._row(i) for i in range(max(0, start), min(start + count, len(self))))

    def _row(self, index: int) -> views.RowView:
        sides = [rows[index] for rows in (self._matrices.a, self._matrices.b, self._matrices.c)]
        a, b, c = (self._value(side) for side in sides)
        label = self._system.label(index)
        file, line = _place(label.span, self._lines)
        return views.RowView(
            index,
            a=self._text(sides[0]),
            b=self._text(sides[1]),
            c=self._text(sides[2]),
            a_value=self._signed(a),
            b_value=self._signed(b),
            c_value=self._signed(c),
            holds=a * b % self._modulus == c,
            gadget="/".join(label.gadget),
            instruction=label.instruction,
            leo_line=line,
            file=file,
        )

    def _value(self, row: Row) -> int:
        return sum(self._z[column] * coefficient for column, coefficient in row) % self._modulus

    def _signed(self, value: int) -> str:
        return str(value if value <= self._modulus // 2 else value - self._modulus)

    def _text(self, row: Row) -> str:
        publics = self._matrices.num_public
        parts: list[str] = []
        for column, coefficient in row:
            negative = coefficient > self._modulus // 2
            size = self._modulus - coefficient if negative else coefficient
            if column == 0:
                term = str(size)
            else:
                name = f"x{column}" if column < publics else f"w{column - publics}"
                term = name if size == 1 else f"{size}·{name}"
            sign = "-" if negative else "+"
            parts.append(f"{sign} {term}" if parts else (f"-{term}" if negative else term))
        return " ".join(parts) or "0"


def _modulus() -> int:
    from avm.r1cs.linear import MODULUS

    return MODULUS
