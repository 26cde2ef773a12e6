"""The constraint system: allocates variables, collects constraints and knows the name of each.

It behaves as snarkVM's environment (`circuit/environment/src/circuit.rs`, `helpers/r1cs.rs`), except that it
is an object handed to every gadget, never a global: two circuits can be built side by side.

Building reads no values. A variable is given from outside (``new_public``, ``new_private``) or made by a
hint (``solve_*``, ``derive``); what all of them are is computed when it is asked, by the tape.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from hashlib import sha256

from avm.base.errors import Halt
from avm.base.progress import Cancel
from avm.base.span import Span
from avm.r1cs import hints
from avm.r1cs.hints import Hint
from avm.r1cs.labels import Label, LabelRuns, NamedRun, Origin
from avm.r1cs.linear import MODULUS, ONE, PRIVATE, ZERO, LinearCombination, Mode
from avm.r1cs.matrices import Assignment, Matrices
from avm.r1cs.rows import Coefficients, Combinations
from avm.r1cs.tape import IN_USE, Tape
from avm.r1cs.witness import Witness

_MINUS_ONE = MODULUS - 1
_BIT_ROW = (((1, False), (_MINUS_ONE, True)), ((1, True),), ())
"""The row ``(1 - b) * b = 0``: coefficients of A, B and C, on One (False) or on the bit."""


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
    """A circuit under construction, and what was given to it.

    Args:
        variable_limit: halt when more variables (constants included) would be made.
        constraint_limit: halt when more constraints would be made.
        cancel: asked at each constraint, raises ``Cancelled`` there.
    """

    __slots__ = (
        "_cancel",
        "_coefficients",
        "_constraint_limit",
        "_inner",
        "_label",
        "_named",
        "_names",
        "_rows",
        "_runs",
        "_tape",
        "_variable_limit",
        "_witness",
        "num_constants",
        "num_variables",
    )

    def __init__(
        self,
        variable_limit: int | None = None,
        constraint_limit: int | None = None,
        cancel: Cancel | None = None,
    ) -> None:
        self.num_constants = 0
        self.num_variables = 1
        """One, constants, publics and privates together."""
        self._coefficients = Coefficients()
        a, b, c = (Combinations(self._coefficients) for _ in range(3))
        self._rows = (a, b, c)
        self._tape = Tape(self._coefficients)
        self._witness = Witness(self._tape, self._rows)
        self._variable_limit = variable_limit
        self._constraint_limit = constraint_limit
        self._cancel = cancel
        self._runs = LabelRuns()
        self._label = Label(())
        self._inner: dict[tuple[Label, str], Label] = {}
        self._names: dict[int, str] = {0: "one"}
        self._named: list[tuple[NamedRun, NamedRun]] = []

    # --- variables ---

    def new_constant(self, value: int) -> LinearCombination:
        """Count one constant and return it as a combination without terms."""
        self._count(1)
        self.num_constants += 1
        return LinearCombination(value, {})

    def new_public(self, value: int, name: str = "") -> LinearCombination:
        """Allocate the next public variable, with a value given from outside."""
        return self._given_variable(Mode.PUBLIC, value, name)

    def new_private(self, value: int, name: str = "") -> LinearCombination:
        """Allocate the next private variable, with a value given from outside."""
        return self._given_variable(Mode.PRIVATE, value, name)

    def new_variable(self, mode: Mode, value: int, name: str = "") -> LinearCombination:
        """Allocate a variable of the given mode for a canonical field element that is given from outside."""
        if mode is Mode.CONSTANT:
            return self.new_constant(value)
        return self.new_private(value, name) if mode is Mode.PRIVATE else self.new_public(value, name)

    def _given_variable(self, mode: Mode, value: int, name: str) -> LinearCombination:
        key = self._given_first(hints.GIVEN, mode, 1, value)
        if name:
            self._names[key] = name
        return LinearCombination(0, {key: 1})

    def new_boolean(self, mode: Mode, value: bool | int) -> LinearCombination:
        """Allocate a variable and require ``(1 - b) * b = 0``; a constant costs no constraint."""
        return self.new_booleans(mode, int(value), 1)[0]

    def new_booleans(self, mode: Mode, value: int, count: int) -> list[LinearCombination]:
        """Allocate the ``count`` low bits of a value that is given from outside, each with its constraint."""
        if mode is Mode.CONSTANT:
            return [self.new_constant(value >> i & 1) for i in range(count)]
        first = self._given_first(hints.GIVEN_BITS, mode, count, value)
        return self._bits(first, count)

    def derive(
        self, hint: Hint, inputs: Sequence[LinearCombination], count: int = 1, mode: Mode | None = None
    ) -> list[LinearCombination]:
        """Make ``count`` variables by a hint from combinations.

        They are constants when all inputs are and no ``mode`` is given, else private by default.
        """
        if mode is None:
            if not any(combination.terms for combination in inputs):
                return [self.new_constant(v) for v in hint.compute([lc.constant for lc in inputs], count)]
            mode = Mode.PRIVATE
        first = self._made(hint, mode, count, self._tape.read(inputs))
        return [LinearCombination(0, {key: 1}) for key in range(first, first + count)]

    def derive_booleans(
        self, hint: Hint, inputs: Sequence[LinearCombination], count: int, mode: Mode | None = None
    ) -> list[LinearCombination]:
        """Make ``count`` bits by a hint as ``derive`` does, each with its constraint unless constant."""
        made = self.derive(hint, inputs, count, mode)
        if count and made[0].terms:
            self._require_bits(min(made[0].terms), count)
        return made

    def _given_first(self, hint: Hint, mode: Mode, count: int, value: int) -> int:
        """Allocate variables for a value from outside and return the key of the first."""
        first = self._made(hint, mode, count, len(self._witness.given))
        self._witness.given.append(value)
        return first

    def _made(self, hint: Hint, mode: Mode, count: int, operand: int) -> int:
        """Allocate variables that a hint makes and return the key of the first."""
        self._count(count)
        return self._tape.make(hint, mode, count, operand)

    def _bits(self, first: int, count: int) -> list[LinearCombination]:
        self._require_bits(first, count)
        return [LinearCombination(0, {key: 1}) for key in range(first, first + count)]

    def _require_bits(self, first: int, count: int) -> None:
        """Require of so many variables, by the key of the first, that each is zero or one."""
        self._limit_constraints(count)
        for matrix, parts in zip(self._rows, _BIT_ROW):
            matrix.append_each(parts, first, count)

    def _count(self, count: int) -> None:
        self.num_variables += count
        if self._variable_limit is not None and self.num_variables - 1 > self._variable_limit:
            raise Halt(f"Surpassed the variable limit ({self._variable_limit})")

    # --- constraints ---

    def enforce(self, a: LinearCombination, b: LinearCombination, c: LinearCombination) -> None:
        """Require ``a * b = c``.

        Three combinations without variables are checked at once and leave no row. A row that does not hold
        for the witness is found when that is asked; nothing is raised.

        Raises:
            Halt: a constraint of constants only is false, or the constraint limit is passed.
        """
        if not (a.terms or b.terms or c.terms):
            if (a.constant * b.constant - c.constant) % MODULUS:
                raise Halt(f"a constraint between constants fails ({self._label}): {a} * {b} is not {c}")
            return
        self._limit_constraints(1)
        matrix_a, matrix_b, matrix_c = self._rows
        matrix_a.append(a)
        matrix_b.append(b)
        matrix_c.append(c)

    def _limit_constraints(self, count: int) -> None:
        if self._tape.is_frozen:
            raise ValueError(IN_USE)
        if self._cancel is not None:
            self._cancel.check()
        if self._constraint_limit is not None and self.num_constraints + count - 1 > self._constraint_limit:
            raise Halt(f"Surpassed the constraint limit ({self._constraint_limit})")

    def solve_product(
        self,
        a: LinearCombination,
        b: LinearCombination,
        rest: LinearCombination = ZERO,
        *,
        minus: bool = False,
    ) -> LinearCombination:
        """Make a private variable and require ``a * b = rest + variable``, or ``rest - variable``."""
        matrix_a, matrix_b, matrix_c = self._rows
        hint = hints.MISSING if minus else hints.PRODUCT
        key = self._made(hint, Mode.PRIVATE, 1, len(matrix_a))
        self._limit_constraints(1)
        matrix_a.append(a)
        matrix_b.append(b)
        matrix_c.append_with(rest, key, minus=minus)
        return LinearCombination(0, {key: 1})

    def solve_left(self, b: LinearCombination, c: LinearCombination) -> LinearCombination:
        """Make a private variable and require ``variable * b = c``; its value is 0 where b is zero."""
        out = self._unknown(hints.LEFT_FACTOR)
        self.enforce(out, b, c)
        return out

    def solve_right(
        self, a: LinearCombination, c: LinearCombination, *, or_one: bool = False
    ) -> LinearCombination:
        """Make a private variable and require ``a * variable = c``; where a is zero it is 0, or 1."""
        out = self._unknown(hints.RIGHT_FACTOR_OR_ONE if or_one else hints.RIGHT_FACTOR)
        self.enforce(a, out, c)
        return out

    def _unknown(self, hint: Hint) -> LinearCombination:
        """Make the variable for which the next row will be solved."""
        return LinearCombination(0, {self._made(hint, Mode.PRIVATE, 1, self.num_constraints): 1})

    def assert_true(self, a: LinearCombination) -> None:
        """Require that a combination is 1."""
        self.enforce(a, ONE, ONE)

    def assert_eq(self, a: LinearCombination, b: LinearCombination) -> None:
        """Require that two combinations are equal."""
        self.enforce(a, ONE, b)

    def assert_neq(self, a: LinearCombination, b: LinearCombination) -> None:
        """Require that two combinations differ, by a witness for the inverse of their difference."""
        difference = a - b
        if difference.terms or (difference.constant and (a.terms or b.terms)):
            self.solve_right(difference, ONE)
        elif difference.constant:
            self.enforce(difference, self.new_constant(pow(difference.constant, -1, MODULUS)), ONE)
        else:
            self.enforce(difference, ZERO, ONE)

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
        self._runs.mark(label, self.num_constraints, self.num_public, self.num_private)

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
        public, private = self.num_public, self.num_private
        try:
            yield
        finally:
            runs = (NamedRun(name, public, self.num_public), NamedRun(name, private, self.num_private))
            self._named.append(runs)

    def label(self, row: int) -> Label:
        """Return where a constraint comes from."""
        return self._runs.of_row(row)

    def label_runs(self) -> list[tuple[int, int, Label]]:
        """Return ``(first row, end row, label)`` of every run of constraints with one label."""
        return self._runs.runs(self.num_constraints)

    def public_name(self, index: int) -> str:
        """Return the name of a public variable."""
        return self._names.get(index) or self._name(0, index, self._runs.of_public(index))

    def private_name(self, index: int) -> str:
        """Return the name of a private variable; unnamed ones are called after their gadget."""
        return self._names.get(PRIVATE + index) or self._name(1, index, self._runs.of_private(index))

    def public_label(self, index: int) -> Label:
        """Return where a public variable was made."""
        return self._runs.of_public(index)

    def private_label(self, index: int) -> Label:
        """Return where a private variable was made."""
        return self._runs.of_private(index)

    def _name(self, kind: int, index: int, label: Label) -> str:
        for runs in self._named:
            run = runs[kind]
            if run.start <= index < run.end:
                return run.name_of(index)
        return f"{label} #{index}" if str(label) else f"#{index}"

    # --- results ---

    @property
    def num_public(self) -> int:
        """Number of public variables, One included."""
        return self._tape.num_public

    @property
    def num_private(self) -> int:
        """Number of private variables."""
        return self._tape.num_private

    @property
    def num_constraints(self) -> int:
        """Number of recorded constraints."""
        return len(self._rows[0])

    @property
    def num_entries(self) -> tuple[int, int, int]:
        """Number of entries of the matrices A, B and C."""
        a, b, c = self._rows
        return len(a.keys), len(b.keys), len(c.keys)

    def counts(self) -> Counts:
        """Return the present counts; subtract two to get the cost of what was made between."""
        return Counts(self.num_constants, self.num_public - 1, self.num_private, self.num_constraints)

    def rows(self) -> tuple[tuple[LinearCombination, LinearCombination, LinearCombination], ...]:
        """Return the constraints as combinations (a, b, c)."""
        a, b, c = self._rows
        return tuple((a.combination(i), b.combination(i), c.combination(i)) for i in range(len(a)))

    def matrices(self) -> Matrices:
        """Return the matrices A, B and C of everything recorded so far."""
        n = self.num_public
        a, b, c = (matrix.matrix(n) for matrix in self._rows)
        return Matrices(n, self.num_private, a, b, c)

    def digest(self) -> bytes:
        """Return SHA-256 of the numbers of variables and of all rows; no value has a part in it."""
        counts = (self.num_public, self.num_private, self.num_variables, self.num_constraints)
        digest = sha256(repr(counts).encode())
        for matrix in self._rows:
            matrix.digest(digest.update)
        digest.update(repr(self._coefficients.listed).encode())
        return digest.digest()

    # --- the witness ---

    @property
    def given(self) -> tuple[int, ...]:
        """The values that came from outside, in the order in which variables were made for them."""
        return tuple(self._witness.given)

    def given_keys(self, *, fixed: bool = False) -> list[int]:
        """Return the variables made for what came from outside; with ``fixed``, from fixed numbers too."""
        return self._tape.given_keys(fixed=fixed)

    def with_given(self, given: Sequence[int]) -> ConstraintSystem:
        """Return this circuit for other values from outside; neither may grow after that.

        Raises:
            ValueError: there are more or fewer values than the circuit takes.
        """
        self._tape.is_frozen = True
        other = copy(self)
        other._cancel = None
        other._witness = self._witness.of(given)
        return other

    def value(self, combination: LinearCombination) -> int:
        """Return what a combination comes to."""
        return self._witness.value(combination)

    @property
    def is_satisfied(self) -> bool:
        """True while every recorded constraint holds for the witness."""
        return not self._witness.failing()

    @property
    def violations(self) -> tuple[Violation, ...]:
        """The constraints that do not hold for what was given, in row order."""
        values = self._witness.values()
        return tuple(self._violation(row, values) for row in self._witness.failing())

    def assignment(self) -> Assignment:
        """Return the values of all variables."""
        return self._witness.assignment()

    def check(self, assignment: Assignment | None = None) -> list[Violation]:
        """Evaluate every row on an assignment (the system's own by default) and return those that fail."""
        if assignment is None:
            values = self._witness.values()
        else:
            values = dict(enumerate(assignment.public)) | dict(enumerate(assignment.private, PRIVATE))
        return [self._violation(row, values) for row in self._witness.failing_for(values)]

    def _violation(self, row: int, values: Mapping[int, int]) -> Violation:
        a, b, c = (matrix.value(row, values) for matrix in self._rows)
        return Violation(row, self.label(row), a, b, a * b % MODULUS, c)
