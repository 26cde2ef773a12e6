"""The constraint system: allocates variables, collects constraints and knows the name of each.

It behaves as snarkVM's environment (`circuit/environment/src/circuit.rs`, `helpers/r1cs.rs`), except that it
is an object handed to every gadget, never a global: two circuits can be built side by side.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from avm.base.errors import Halt
from avm.base.span import Span
from avm.r1cs.labels import Label, LabelRuns, NamedRun, Origin
from avm.r1cs.linear import MODULUS, ONE, PRIVATE, ZERO, LinearCombination, Mode
from avm.r1cs.matrices import Assignment, Matrices, to_row

_MINUS_ONE = MODULUS - 1


@dataclass(frozen=True, slots=True)
class Counts:
    """What a piece of circuit costs; ``public`` leaves out the One that every circuit has."""

    constants: int
    public: int
    private: int
    constraints: int

    def __sub__(self, other: Counts) -> Counts:
        return Counts(
            self.constants - other.constants,
            self.public - other.public,
            self.private - other.private,
            self.constraints - other.constraints,
        )


@dataclass(frozen=True, slots=True)
class Violation:
    """A constraint ``a * b = c`` that does not hold: ``left`` is a*b, ``right`` is c."""

    row: int
    label: Label
    a: int
    b: int
    left: int
    right: int

    def __str__(self) -> str:
        return (
            f"row {self.row} ({self.label}): {self.a} * {self.b} = {self.left}, but it must be {self.right}"
        )


class ConstraintSystem:
    """A circuit under construction, with its witness.

    Args:
        variable_limit: halt when more variables (constants included) would be made.
        constraint_limit: halt when more constraints would be made.
    """

    __slots__ = (
        "_constraint_limit",
        "_inner",
        "_label",
        "_named",
        "_names",
        "_private",
        "_public",
        "_rows",
        "_runs",
        "_variable_limit",
        "_violated",
        "num_constants",
        "num_variables",
    )

    def __init__(self, variable_limit: int | None = None, constraint_limit: int | None = None) -> None:
        self.num_constants = 0
        self.num_variables = 1
        """One, constants, publics and privates together."""
        self._public = [1]
        self._private: list[int] = []
        self._rows: list[tuple[LinearCombination, LinearCombination, LinearCombination]] = []
        self._violated: list[int] = []
        self._variable_limit = variable_limit
        self._constraint_limit = constraint_limit
        self._runs = LabelRuns()
        self._label = Label(())
        self._inner: dict[tuple[Label, str], Label] = {}
        self._names: dict[int, str] = {0: "one"}
        self._named: list[tuple[NamedRun, NamedRun]] = []

    # --- variables ---

    def new_constant(self, value: int) -> LinearCombination:
        """Count one constant and return it as a combination without terms."""
        if self._variable_limit is not None:
            self._check_variable_limit()
        self.num_constants += 1
        self.num_variables += 1
        return LinearCombination(value, {}, value)

    def new_public(self, value: int, name: str = "") -> LinearCombination:
        """Allocate the next public variable."""
        if self._variable_limit is not None:
            self._check_variable_limit()
        key = len(self._public)
        self._public.append(value)
        self.num_variables += 1
        if name:
            self._names[key] = name
        return LinearCombination(0, {key: 1}, value)

    def new_private(self, value: int, name: str = "") -> LinearCombination:
        """Allocate the next private variable."""
        if self._variable_limit is not None:
            self._check_variable_limit()
        key = PRIVATE + len(self._private)
        self._private.append(value)
        self.num_variables += 1
        if name:
            self._names[key] = name
        return LinearCombination(0, {key: 1}, value)

    def new_variable(self, mode: Mode, value: int, name: str = "") -> LinearCombination:
        """Allocate a variable of the given mode for a canonical field element."""
        if mode is Mode.PRIVATE:
            return self.new_private(value, name)
        if mode is Mode.PUBLIC:
            return self.new_public(value, name)
        return self.new_constant(value)

    def new_boolean(self, mode: Mode, value: bool | int) -> LinearCombination:
        """Allocate a variable and require ``(1 - b) * b = 0``; a constant costs no constraint."""
        if mode is Mode.CONSTANT:
            return self.new_constant(int(value))
        bit = self.new_private(int(value)) if mode is Mode.PRIVATE else self.new_public(int(value))
        (key,) = bit.terms
        self.enforce(LinearCombination(1, {key: _MINUS_ONE}, 1 - bit.value), bit, ZERO)
        return bit

    def _check_variable_limit(self) -> None:
        if self._variable_limit is not None and self.num_variables > self._variable_limit:
            raise Halt(f"Surpassed the variable limit ({self._variable_limit})")

    # --- constraints ---

    def enforce(self, a: LinearCombination, b: LinearCombination, c: LinearCombination) -> None:
        """Require ``a * b = c``.

        Three combinations without variables are checked at once and leave no row. A row that does not hold
        for the witness is recorded and remembered as violated; nothing is raised.

        Raises:
            Halt: a constraint of constants only is false, or the constraint limit is passed.
        """
        failed = (a.value * b.value - c.value) % MODULUS
        if not (a.terms or b.terms or c.terms):
            if failed:
                raise Halt(f"a constraint between constants fails ({self._label}): {a} * {b} is not {c}")
            return
        rows = self._rows
        if self._constraint_limit is not None and len(rows) > self._constraint_limit:
            raise Halt(f"Surpassed the constraint limit ({self._constraint_limit})")
        if failed:
            self._violated.append(len(rows))
        rows.append((a, b, c))

    def assert_true(self, a: LinearCombination) -> None:
        """Require that a combination is 1."""
        self.enforce(a, ONE, ONE)

    def assert_eq(self, a: LinearCombination, b: LinearCombination) -> None:
        """Require that two combinations are equal."""
        self.enforce(a, ONE, b)

    def assert_neq(self, a: LinearCombination, b: LinearCombination) -> None:
        """Require that two combinations differ, by a witness for the inverse of their difference."""
        mode = Mode.PRIVATE if a.terms or b.terms else Mode.CONSTANT
        difference = a - b
        multiplier = ZERO
        if difference.value:
            multiplier = self.new_variable(mode, pow(difference.value, -1, MODULUS))
        self.enforce(difference, multiplier, ONE)

    # --- names ---

    @contextmanager
    def gadget(self, name: str) -> Iterator[None]:
        """Everything made inside carries this gadget name after those around it."""
        outer = self.enter(name)
        try:
            yield
        finally:
            self.leave(outer)

    def enter(self, name: str) -> Label:
        """Open a gadget scope and return the label to ``leave`` to: the plain form of ``gadget``.

        A gadget opened directly inside one of its own name (an opcode inside its instruction) is the same.
        """
        outer = self._label
        inner = self._inner.get((outer, name))
        if inner is None:
            path = outer.gadget if outer.gadget[-1:] == (name,) else (*outer.gadget, name)
            inner = self._inner[outer, name] = Label(path, outer.origin)
        self.leave(inner)
        return outer

    def leave(self, label: Label) -> None:
        """Go back to a label that ``enter`` returned."""
        self._label = label
        self._runs.mark(label, len(self._rows), len(self._public), len(self._private))

    @contextmanager
    def instruction_scope(
        self, instruction: str, index: int | None = None, span: Span | None = None
    ) -> Iterator[None]:
        """Everything made inside belongs to this instruction and place in the Leo source."""
        outer = self._label
        self.leave(Label((), Origin(instruction, index, span)))
        try:
            yield
        finally:
            self.leave(outer)

    @contextmanager
    def named(self, name: str) -> Iterator[None]:
        """Variables made inside are the parts of one named value: ``r0``, or ``r0[0]``, ``r0[1]``, ..."""
        public, private = len(self._public), len(self._private)
        try:
            yield
        finally:
            runs = (NamedRun(name, public, len(self._public)), NamedRun(name, private, len(self._private)))
            self._named.append(runs)

    def label(self, row: int) -> Label:
        """Return where a constraint comes from."""
        return self._runs.of_row(row)

    def label_runs(self) -> list[tuple[int, int, Label]]:
        """Return ``(first row, end row, label)`` of every run of constraints with one label."""
        return self._runs.runs(len(self._rows))

    def public_name(self, index: int) -> str:
        """Return the name of a public variable."""
        return self._names.get(index) or self._name(0, index, self._runs.of_public(index))

    def private_name(self, index: int) -> str:
        """Return the name of a private variable; unnamed ones are called after their gadget."""
        return self._names.get(PRIVATE + index) or self._name(1, index, self._runs.of_private(index))

    def _name(self, kind: int, index: int, label: Label) -> str:
        for runs in self._named:
            run = runs[kind]
            if run.start <= index < run.end:
                return run.name_of(index)
        return f"{label} #{index}" if str(label) else f"#{index}"

    # --- results ---

    @property
    def num_constraints(self) -> int:
        """Number of recorded constraints."""
        return len(self._rows)

    @property
    def num_public(self) -> int:
        """Number of public variables, One included."""
        return len(self._public)

    @property
    def num_private(self) -> int:
        """Number of private variables."""
        return len(self._private)

    def counts(self) -> Counts:
        """Return the present counts; subtract two to get the cost of what was made between."""
        return Counts(self.num_constants, len(self._public) - 1, len(self._private), len(self._rows))

    @property
    def is_satisfied(self) -> bool:
        """True while every recorded constraint holds for the witness."""
        return not self._violated

    @property
    def violations(self) -> tuple[Violation, ...]:
        """The constraints that do not hold for the witness they were made with, in row order."""
        found = []
        for row in self._violated:
            a, b, c = self._rows[row]
            left = a.value * b.value % MODULUS
            found.append(Violation(row, self.label(row), a.value, b.value, left, c.value))
        return tuple(found)

    def rows(self) -> tuple[tuple[LinearCombination, LinearCombination, LinearCombination], ...]:
        """Return the constraints as combinations (a, b, c)."""
        return tuple(self._rows)

    def matrices(self) -> Matrices:
        """Return the matrices A, B and C of everything recorded so far."""
        n = len(self._public)
        a, b, c = (tuple(to_row(row[k], n) for row in self._rows) for k in range(3))
        return Matrices(n, len(self._private), a, b, c)

    def assignment(self) -> Assignment:
        """Return the values of all variables."""
        return Assignment(tuple(self._public), tuple(self._private))

    def check(self, assignment: Assignment | None = None) -> list[Violation]:
        """Evaluate every row on an assignment (the system's own by default) and return those that fail."""
        public = assignment.public if assignment else self._public
        private = assignment.private if assignment else self._private

        def evaluate(combination: LinearCombination) -> int:
            out = combination.constant
            for key, coefficient in combination.terms.items():
                out += coefficient * (public[key] if key < PRIVATE else private[key - PRIVATE])
            return out % MODULUS

        failing = []
        for row, (a, b, c) in enumerate(self._rows):
            x, y, right = evaluate(a), evaluate(b), evaluate(c)
            if (left := x * y % MODULUS) != right:
                failing.append(Violation(row, self.label(row), x, y, left, right))
        return failing
