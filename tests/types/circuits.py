"""Shared tools of the circuit tests: operands of every mode, and the checks every gadget must pass."""

import operator
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from types import ModuleType
from typing import Any

from avm.base.errors import Halt
from avm.r1cs import Assignment, ConstraintSystem, Counts, Mode
from avm.types.boolean import BooleanVar
from avm.types.field import FieldVar
from avm.types.group import GroupVar
from avm.types.integers import IntegerVar
from avm.types.literal_type import LiteralType as T
from avm.types.scalar import ScalarVar

C, P, S = Mode.CONSTANT, Mode.PUBLIC, Mode.PRIVATE
INTEGERS = [t for t in T if t.is_integer]
SIGNED = [t for t in INTEGERS if t.is_signed]
UNSIGNED = [t for t in INTEGERS if t.is_unsigned]

SIMPLE: dict[str, Callable[..., Any]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "is_eq": operator.eq,
    "is_neq": operator.ne,
    "ternary": lambda condition, a, b: a if condition else b,
}


def value_half(module: ModuleType, name: str, type: T) -> Callable[..., Any]:
    """Return the evaluation of a gadget: comparisons and choices are Python's, the others a module's."""
    return SIMPLE.get(name) or partial(getattr(module, name), type)


def new(cs: ConstraintSystem, type: T, mode: Mode, value: Any) -> Any:
    """Inject a value of any of the tested types."""
    if type.is_integer:
        return IntegerVar.new(cs, type, mode, value)
    kinds = {T.BOOLEAN: BooleanVar, T.FIELD: FieldVar, T.SCALAR: ScalarVar, T.GROUP: GroupVar}
    return kinds[type].new(cs, mode, value)


def built(
    gadget: Callable[..., Any], operands: list[tuple[T, Mode, Any]]
) -> tuple[ConstraintSystem, Any, Counts]:
    """Return the system, the result and the cost of a gadget on injected operands."""
    cs = ConstraintSystem()
    values = [new(cs, type, mode, value) for type, mode, value in operands]
    before = cs.counts()
    out = gadget(*values)
    return cs, out, cs.counts() - before


def cost(gadget: Callable[..., Any], *operands: tuple[T, Mode, Any]) -> tuple[int, int, int, int]:
    """Return (constants, public, private, constraints) of a gadget; the operands are not counted."""
    counts = built(gadget, list(operands))[2]
    return counts.constants, counts.public, counts.private, counts.constraints


def modes(count: int) -> Iterator[tuple[Mode, ...]]:
    """Return every combination of modes."""
    return product((C, P, S), repeat=count)


def agrees(
    value_half: Callable[..., Any], gadget: Callable[..., Any], operands: list[tuple[T, Mode, Any]]
) -> None:
    """Hold a gadget to its value half: equal result and satisfied, or halting and unsatisfied."""
    try:
        expected = value_half(*(value for _, _, value in operands))
    except Halt:
        try:
            cs, _, _ = built(gadget, operands)
        except Halt:
            return
        assert cs.check(), f"halts on values, yet the circuit holds: {operands}"
        return
    cs, out, _ = built(gadget, operands)
    assert out.value == expected, operands
    assert cs.is_satisfied and not cs.check(), operands


def is_bound(cs: ConstraintSystem, column: int, change: int = 1) -> bool:
    """Return whether a change of one private variable breaks a constraint."""
    good = cs.assignment()
    private = list(good.private)
    private[column] = (private[column] + change) % (1 << 252)
    return bool(cs.check(Assignment(good.public, tuple(private))))
