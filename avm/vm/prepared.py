"""Bodies made ready to run: where operands stand, and the functions that evaluate them, found once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from avm.data.literal import Literal
from avm.isa.instruction import Instruction
from avm.isa.op import Op
from avm.isa.operand import Operand, Register
from avm.isa.types import RegisterType, register_type
from avm.program.check import BodyTypes, instruction_types, register_types
from avm.program.operand_types import OperandTypes
from avm.program.scope import Scope
from avm.types.literal_type import LiteralType, LiteralValue
from avm.vm.limits import check_sizes

Evaluation = Callable[..., LiteralValue]
"""Takes the plain Python values of the operands and returns that of the result; raises ``Halt``."""
Read = tuple[Operand, str, int | None, str]
"""An operand, its text, its register and the text of its type."""
Write = tuple[str, int, str]
"""The name of a register, its number and the text of its type."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What people see of an instruction whatever its values are."""

    reads: tuple[Read, ...]
    writes: tuple[Write, ...]


class PreparedInstruction:
    """An instruction and, where all it does is to make a literal of others, how.

    ``function`` then takes the values of the ``cells`` and makes one of type ``result`` for the cell
    ``destination``; it is None for every other instruction.
    """

    __slots__ = ("_text", "cells", "destination", "function", "instruction", "result")

    def __init__(
        self,
        instruction: Instruction,
        function: Evaluation | None = None,
        cells: tuple[int, ...] = (),
        destination: int = 0,
        result: LiteralType = LiteralType.BOOLEAN,
    ) -> None:
        self.instruction = instruction
        self.function = function
        self.cells = cells
        self.destination = destination
        self.result = result
        self._text = ""

    @property
    def text(self) -> str:
        """The instruction as it is written."""
        self._text = self._text or str(self.instruction)
        return self._text


@dataclass(frozen=True)
class PreparedBody:
    """The body of ``scope``: ``registers`` are the types by number, ``constants`` the values of the cells
    that follow them.
    """

    scope: Scope
    registers: tuple[RegisterType, ...]
    constants: tuple[Literal, ...]
    lines: tuple[PreparedInstruction, ...]

    @cached_property
    def inputs(self) -> tuple[tuple[int, RegisterType], ...]:
        """Number and type of each input."""
        return tuple((i.register, register_type(i.type)) for i in self.scope.body.inputs)

    @cached_property
    def composite(self) -> tuple[int, ...]:
        """Positions of the instructions that can hold a value which is no literal for the first time."""
        return tuple(
            position
            for position, line in enumerate(self.lines)
            if line.function is None
            and not (
                all(isinstance(o, Literal | Register) for o in line.instruction.operands)
                and all(isinstance(self.registers[d], LiteralType) for d in line.instruction.destinations)
            )
        )

    @cached_property
    def _shown(self) -> dict[int, Shown]:
        return {}

    @cached_property
    def _types(self) -> OperandTypes:
        return OperandTypes(self.scope, self.registers)

    def shown(self, position: int) -> Shown:
        """Return the texts of an instruction's operands and destinations, made when first asked for."""
        found = self._shown.get(position)
        if found is None:
            instruction = self.lines[position].instruction
            reads, writes = instruction_types(self._types, instruction)
            found = self._shown[position] = Shown(
                tuple(
                    (o, str(o), o.locator if isinstance(o, Register) else None, str(t))
                    for o, t in zip(instruction.operands, reads, strict=True)
                ),
                tuple((f"r{d}", d, str(t)) for d, t in zip(instruction.destinations, writes, strict=True)),
            )
        return found


class PreparedBodies:
    """Bodies of programs loaded together, each made ready when it is first entered and kept.

    ``types`` are those of the registers, by program, where they are known.
    """

    def __init__(self, types: Mapping[str, BodyTypes] | None = None) -> None:
        self._types = types or {}
        self._known: dict[tuple[str, str, str], PreparedBody] = {}

    def body(self, scope: Scope, step: Callable[[], None]) -> PreparedBody:
        """Return the body of ``scope``; ``step`` as of ``prepare``."""
        key = (scope.program, scope.place, scope.name)
        found = self._known.get(key)
        if found is None:
            registers = self._types.get(scope.program, {}).get(key[1:])
            if registers is None:
                registers = register_types(scope.owner, scope.body, scope.programs, step)
            found = self._known[key] = prepare(scope, registers, step)
        return found


def prepare(scope: Scope, registers: tuple[RegisterType, ...], step: Callable[[], None]) -> PreparedBody:
    """Make the body of ``scope`` ready, whose ``registers`` are of these types.

    ``step`` is called for each instruction and may raise.
    """
    types = OperandTypes(scope, registers)
    constants: dict[Literal, int] = {}
    evaluations: dict[tuple[int, tuple[LiteralType, ...]], Evaluation | None] = {}
    known: dict[RegisterType, int] = {}
    lines = []
    for instruction in scope.body.instructions:
        step()
        line = _literal_line(instruction, registers, constants, evaluations)
        if line is None:
            check_sizes(instruction, *instruction_types(types, instruction), scope, known)
            line = PreparedInstruction(instruction)
        lines.append(line)
    return PreparedBody(scope, registers, tuple(constants), tuple(lines))


def _literal_line(
    instruction: Instruction,
    registers: Sequence[RegisterType],
    constants: dict[Literal, int],
    evaluations: dict[tuple[int, tuple[LiteralType, ...]], Evaluation | None],
) -> PreparedInstruction | None:
    """Return an instruction that makes a literal of literals that are whole registers or fixed, else None."""
    destinations, op = instruction.destinations, instruction.op
    if len(destinations) != 1:
        return None
    result = registers[destinations[0]]
    if type(result) is not LiteralType:
        return None
    cells, types = [], []
    for operand in instruction.operands:
        if type(operand) is Register and not operand.accesses:
            type_ = registers[operand.locator]
            if type(type_) is not LiteralType:
                return None
            cells.append(operand.locator)
            types.append(type_)
        elif type(operand) is Literal:
            cells.append(len(registers) + constants.setdefault(operand, len(constants)))
            types.append(operand.type)
        else:
            return None
    function = _evaluation(op, instruction, tuple(types), evaluations)
    if function is None:
        return None
    return PreparedInstruction(instruction, function, tuple(cells), destinations[0], result)


def _evaluation(
    op: Op,
    instruction: Instruction,
    types: tuple[LiteralType, ...],
    known: dict[tuple[int, tuple[LiteralType, ...]], Evaluation | None],
) -> Evaluation | None:
    """Return ``op.evaluation`` for operands of these types; opcodes that name types are asked each time."""
    if instruction.types:
        return op.evaluation(instruction, types)
    key = (id(op), types)
    if key not in known:
        known[key] = op.evaluation(instruction, types)
    return known[key]
