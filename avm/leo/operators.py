"""Leo's operators: one table, which lexer, parser, checks, folding and code generation read.

What an operator computes, for which types, whether it halts and whether it commutes is said by its opcode; a
row says only what Leo adds. A new operator is a new row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Final

from avm.isa.types import Coordinate
from avm.types.literal_type import LiteralType

if TYPE_CHECKING:
    from avm.isa.op import Op

TERNARY_PRECEDENCE: Final = 1
CAST_PRECEDENCE: Final = 13
PREFIX_PRECEDENCE: Final = 15
ATOM: Final = 20
"""The printed precedence of what never needs parentheses."""
TYPE_ERROR: Final = "Type error"


@dataclass(frozen=True)
class Operator:
    """An operator, written with a token, as a method or both.

    ``name`` is that of the syntax tree and of the reference compiler. ``precedence`` (higher binds tighter)
    and ``associativity`` (left, right or none) are those of the grammar; ``printed`` is the precedence by
    which the reference compiler's printer places parentheses, ``text`` what its messages call the operator.
    ``target`` is the type for an operator that is a cast. ``halt`` is the reason for a halt where the
    reference compiler does not say it in the machine's words. ``only`` are the types of the first operand
    where Leo takes fewer than the opcode, ``taken`` their names where a message orders them differently.
    ``is_ordered`` is an operator whose operands the reference compiler does not exchange, although they may
    change places.
    """

    name: str
    opcode: str
    method: str = ""
    token: str = ""
    precedence: int = 0
    printed: int = ATOM
    associativity: str = "left"
    operands: int = 2
    text: str = ""
    target: Coordinate | None = None
    halt: str = ""
    only: tuple[LiteralType, ...] = ()
    taken: str = ""
    is_ordered: bool = False

    def __post_init__(self) -> None:
        is_infix = self.operands == 2 and self.token
        object.__setattr__(self, "text", self.text or (self.token if is_infix else self.method))

    @property
    def is_method(self) -> bool:
        """Whether two operands are printed as a method's receiver and argument."""
        return not self.token

    @property
    def assigns(self) -> bool:
        """Whether it may stand before the mark of an assignment, as in ``+=``."""
        return self.text == self.token and self.associativity != "none"

    @property
    def powers(self) -> tuple[int, int]:
        """How strongly it binds what stands left and right of it."""
        low, high = 2 * self.precedence, 2 * self.precedence + 1
        return {"left": (low, high), "right": (high, low), "none": (low, low)}[self.associativity]

    @cached_property
    def op(self) -> Op:
        """The opcode that computes it; ValueError for a row that names none or counts its operands wrong."""
        from avm.isa.op import LiteralOp
        from avm.isa.registry import ops

        op = ops().get(self.opcode)
        if op is None or (isinstance(op, LiteralOp) and len(op.rows[0][0]) != self.operands):
            raise ValueError(f"{self.name}: there is no opcode '{self.opcode}' of {self.operands} operands")
        return op

    @cached_property
    def rows(self) -> tuple[tuple[tuple[LiteralType, ...], LiteralType], ...]:
        """The types of operands and of the result; empty for equality, which takes all types."""
        from avm.isa.op import LiteralOp

        rows = self.op.rows if isinstance(self.op, LiteralOp) else ()
        return tuple(row for row in rows if not self.only or row[0][0] in self.only)

    @cached_property
    def takes(self) -> tuple[LiteralType, ...]:
        """The types of the first operand."""
        return self.only or tuple(dict.fromkeys(row[0][0] for row in self.rows))

    @cached_property
    def wanted(self) -> str:
        """The types of the first operand in words: ``a field, group, or integer``."""
        return self.taken or _words(self.takes)

    @cached_property
    def commutes(self) -> bool:
        """Whether two uses are one when their operands change places."""
        from avm.isa.op import Trait

        return Trait.COMMUTATIVE in self.op.traits and not self.is_ordered

    def can_halt(self, result: LiteralType | None) -> bool:
        """Whether it may halt with a result of that type, None when that is not known."""
        from avm.isa.op import LiteralOp, Trait

        if self.target:
            return False
        if not isinstance(self.op, LiteralOp) or result is None:
            return Trait.CAN_HALT in self.op.traits
        return result in self.op.halting


def leo_name(type_: LiteralType) -> str:
    """What Leo calls a type of literals."""
    return "bool" if type_ is LiteralType.BOOLEAN else type_.type_name


def _words(types: tuple[LiteralType, ...]) -> str:
    """`a field, group, or integer`"""
    names = [leo_name(t) for t in LiteralType if t in types and not t.is_integer]
    integers = [t for t in types if t.is_integer]
    if integers:
        signs = {"signed " if t.is_signed else "unsigned " for t in integers}
        names.append(f"{signs.pop() if len(signs) == 1 else ''}integer")
    listed = " or ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])}, or {names[-1]}"
    return f"{'an' if listed[0] in 'aeiou' else 'a'} {listed}"


_BOOL, _GROUP = (LiteralType.BOOLEAN,), (LiteralType.GROUP,)
_TABLE = (
    Operator("And", "and", "", "&&", 3, 6, only=_BOOL),
    Operator("Or", "or", "", "||", 2, 4, only=_BOOL),
    Operator("BitwiseAnd", "and", "and", "&", 8, 2),
    Operator("BitwiseOr", "or", "or", "|", 6, 1),
    Operator("Xor", "xor", "xor", "^", 7, 5),
    Operator("Eq", "is.eq", "eq", "==", 4, 3, "none"),
    Operator("Neq", "is.neq", "neq", "!=", 4, 3, "none"),
    Operator("Lt", "lt", "lt", "<", 5, 3, "none"),
    Operator("Lte", "lte", "lte", "<=", 5, 3, "none"),
    Operator("Gt", "gt", "gt", ">", 5, 3, "none"),
    Operator("Gte", "gte", "gte", ">=", 5, 3, "none"),
    Operator("Add", "add", "add", "+", 10, 9, halt="add overflow"),
    Operator("Sub", "sub", "sub", "-", 10, 9, halt="sub overflow"),
    Operator("Mul", "mul", "mul", "*", 11, 10, halt="mul overflow"),
    Operator("Div", "div", "div", "/", 11, 10, halt="div overflow"),
    Operator("Pow", "pow", "pow", "**", 12, 11, "right", halt="pow overflow"),
    Operator("Rem", "rem", "rem", "%", 11, 10, halt="rem error"),
    Operator("Shl", "shl", "shl", "<<", 9, 7, halt="shl"),
    Operator("Shr", "shr", "shr", ">>", 9, 8, halt="shr overflow"),
    Operator("Mod", "mod", "mod", halt="mod overflow"),
    Operator("Nand", "nand", "nand", text="NAND"),
    Operator("Nor", "nor", "nor", text="NOR"),
    Operator("AddWrapped", "add.w", "add_wrapped"),
    Operator("SubWrapped", "sub.w", "sub_wrapped"),
    Operator("MulWrapped", "mul.w", "mul_wrapped", is_ordered=True),
    Operator("DivWrapped", "div.w", "div_wrapped", halt=TYPE_ERROR),
    Operator("RemWrapped", "rem.w", "rem_wrapped", halt=TYPE_ERROR),
    Operator("PowWrapped", "pow.w", "pow_wrapped"),
    Operator("ShlWrapped", "shl.w", "shl_wrapped"),
    Operator("ShrWrapped", "shr.w", "shr_wrapped"),
    Operator("Abs", "abs", "abs", operands=1, halt="abs overflow"),
    Operator("AbsWrapped", "abs.w", "abs_wrapped", operands=1),
    Operator("Double", "double", "double", operands=1),
    Operator("Inverse", "inv", "inv", operands=1, halt="attempt to invert 0field"),
    Operator(
        "Negate",
        "neg",
        "neg",
        "-",
        operands=1,
        halt="negation overflow",
        taken="a signed integer, group, or field",
    ),
    Operator("Not", "not", "not", "!", operands=1),
    Operator("Square", "square", "square", operands=1),
    Operator("SquareRoot", "sqrt", "square_root", operands=1),
    Operator("ToXCoordinate", "cast", "to_x_coordinate", operands=1, target=Coordinate("x"), only=_GROUP),
    Operator("ToYCoordinate", "cast", "to_y_coordinate", operands=1, target=Coordinate("y"), only=_GROUP),
)

OPERATORS: Final = {row.name: row for row in _TABLE}
INFIX: Final = {row.token: row for row in _TABLE if row.operands == 2 and row.token}
PREFIX: Final = {row.token: row for row in _TABLE if row.operands == 1 and row.token}
METHODS: Final = {(row.method, row.operands): row for row in _TABLE if row.method}
"""By the method's name and the number of operands, the receiver included."""
ASSIGNMENTS: Final = tuple([f"{token}=" for token, row in INFIX.items() if row.assigns])
TERNARY: Final = "ternary"
"""The opcode of ``condition ? a : b``, whose parts are no rows of this table."""


@cache
def total() -> frozenset[str]:
    """The opcodes of operators that do nothing but give their result."""
    from avm.isa.registry import ops

    return frozenset(m for m in (*(row.opcode for row in _TABLE), TERNARY) if ops()[m].is_total)
