"""Generated code as data: operands, instructions, functions and whole programs, and their text.

An instruction keeps the Leo span it came from; the text does not show it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from avm.base.span import Span


@dataclass(frozen=True, slots=True)
class Register:
    number: int

    def __str__(self) -> str:
        return f"r{self.number}"


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal; `kind` is its type's name, empty where the text carries it (addresses, booleans)."""

    kind: str
    text: str

    def __str__(self) -> str:
        if self.kind == "identifier":
            return f"'{self.text}'"
        return self.text if self.kind in ("", "address", "boolean", "signature") else self.text + self.kind


@dataclass(frozen=True, slots=True)
class Name:
    """A word that stands for itself: a mapping, `self.caller`, `group::GEN`."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Access:
    """`base.member` or `base[0u32]`; `step` is the text after the base."""

    base: Operand
    step: str

    def __str__(self) -> str:
        return f"{self.base}{self.step}"


@dataclass(frozen=True, slots=True)
class Group:
    """Several operands in one place: the members of a struct that a cast builds."""

    items: tuple[Operand, ...]

    def __str__(self) -> str:
        return " ".join(map(str, self.items))


Operand: TypeAlias = "Register | Constant | Name | Access | Group"

TRUE, FALSE = Constant("boolean", "true"), Constant("boolean", "false")


def registers(operand: Operand) -> Sequence[int]:
    """The registers an operand reads."""
    while isinstance(operand, Access):
        operand = operand.base
    if isinstance(operand, Register):
        return (operand.number,)
    if isinstance(operand, Group):
        return [register for item in operand.items for register in registers(item)]
    return ()


def map_registers(operand: Operand, change: Callable[[Register], Operand]) -> Operand:
    """The operand with its registers replaced."""
    match operand:
        case Register():
            return change(operand)
        case Access(base, step):
            changed = map_registers(base, change)
            return operand if changed is base else Access(changed, step)
        case Group(items):
            return Group(tuple([map_registers(i, change) for i in items]))
        case _:
            return operand


@dataclass(slots=True)
class Instruction:
    """One line of code.

    `opcode` is the first word (for `call`, `async` and `position` with what it names); `middle` stands
    after the operands, `tail` at the end. `layout` says how operands are written where it is not a list.
    `is_exact` marks a cast that keeps the number, as those from integers and booleans do.
    """

    opcode: str
    operands: tuple[Operand, ...] = ()
    targets: tuple[int, ...] = ()
    middle: str = ""
    tail: str = ""
    layout: str = "list"
    is_exact: bool = False
    span: Span | None = None

    def __str__(self) -> str:
        ops = self.operands
        match self.layout:
            case "entry":
                body = f" {ops[0]}[{ops[1]}]" + "".join(f" {o}" for o in ops[2:])
            case "store":
                return f"    {self.opcode} {ops[0]} into {ops[1]}[{ops[2]}];\n"
            case "dynamic entry":
                body = f" {ops[0]} {ops[1]} {ops[2]}[{ops[3]}]" + "".join(f" {o}" for o in ops[4:])
            case "dynamic call":
                inputs = "".join(f" {o}" for o in ops[3:])
                body = f" {ops[0]} {ops[1]} {ops[2]}" + (f" with{inputs}" if inputs else "")
            case _:
                body = "".join(f" {o}" for o in ops)
        into = f" into {' '.join(f'r{t}' for t in self.targets)}" if self.targets else ""
        return f"    {self.opcode}{body}{self.middle}{into}{self.tail};\n"


Row: TypeAlias = tuple[str, Span | None]
"""One line of a program's text, its end included, and the Leo text it came from."""


@dataclass(slots=True)
class Code:
    """A function, closure, finalize, view or constructor; `inputs` are types and their places."""

    kind: str
    name: str
    inputs: list[tuple[str, Span]] = field(default_factory=list)
    instructions: list[Instruction] = field(default_factory=list)
    finalize: Code | None = None
    span: Span | None = None

    def rows(self) -> Iterator[Row]:
        """The lines of its text."""
        yield (f"{self.kind} {self.name}:\n" if self.name else f"{self.kind}:\n"), self.span
        for i, (type_, span) in enumerate(self.inputs):
            yield f"    input r{i} as {type_};\n", span
        for instruction in self.instructions:
            yield str(instruction), instruction.span
        if self.finalize is not None:
            yield "\n", None
            yield from self.finalize.rows()

    def __str__(self) -> str:
        return "".join([text for text, _ in self.rows()])

    def parts(self) -> Iterator[Code]:
        """This code and its finalize."""
        yield self
        if self.finalize is not None:
            yield self.finalize


@dataclass(slots=True)
class GeneratedProgram:
    """One program: imports, declarations (as lines) and code."""

    name: str
    imports: list[str]
    declarations: list[list[Row]]
    functions: list[Code]
    constructor: Code | None
    span: Span | None = None

    def codes(self) -> Iterator[Code]:
        for function in self.functions:
            yield from function.parts()
        if self.constructor is not None:
            yield self.constructor

    def rows(self) -> Iterator[Row]:
        """The lines of its text."""
        for name in self.imports:
            yield f"import {name};\n", self.span
        yield f"program {self.name};\n", self.span
        for rows in self.declarations:
            yield "\n", None
            yield from rows
        codes = self.functions if self.constructor is None else [*self.functions, self.constructor]
        for code in codes:
            yield "\n", None
            yield from code.rows()

    def __str__(self) -> str:
        return "".join([text for text, _ in self.rows()])
