"""Peephole: local simplifications of generated instructions, then registers are numbered anew.

    add r0 0u32 into r1;  output r1 as u32.private;       output r0 as u32.private;

In order: operations equal to an operand, asserts over equal literals, unused results of operations that
cannot halt, casts through a wider integer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from avm.data.literal import Literal
from avm.isa.instruction import Instruction
from avm.isa.operand import Operand, ProgramId, Register
from avm.isa.registry import ops
from avm.leo.operators import total
from avm.program.model import Output
from avm.types.literal_type import LiteralType

Step = Callable[[], None]
TRUE, FALSE = Literal(LiteralType.BOOLEAN, True), Literal(LiteralType.BOOLEAN, False)


def _is_number(operand: Operand, digit: int) -> bool:
    return (
        isinstance(operand, Literal) and operand.type.is_numeric and str(operand) == f"{digit}{operand.type}"
    )


def _is_zero(operand: Operand) -> bool:
    return _is_number(operand, 0)


def _is_one(operand: Operand) -> bool:
    return _is_number(operand, 1) and isinstance(operand, Literal) and operand.type is not LiteralType.GROUP


def _identity(node: Instruction) -> Operand | None:
    """The operand an instruction's result is equal to."""
    if len(node.operands) != 2:
        return None
    a, b = node.operands
    match node.mnemonic:
        case "add" | "add.w":
            return a if _is_zero(b) else b if _is_zero(a) else None
        case "sub" | "sub.w":
            return a if _is_zero(b) else None
        case "mul" | "mul.w":
            return a if _is_one(b) else b if _is_one(a) else None
        case "or" | "xor":
            return a if b == FALSE else b if a == FALSE else None
        case "and":
            return a if b == TRUE else b if a == TRUE else None
        case _:
            return None


def _as_not(node: Instruction) -> Instruction:
    """`nand x true` and `nor x false` are `not x`."""
    neutral = {"nand": TRUE, "nor": FALSE}.get(node.mnemonic)
    if neutral is None or neutral not in node.operands:
        return node
    a, b = node.operands
    return replace(node, op=ops()["not"], operands=(a if b == neutral else b,))


def _reading(operand: Operand, known: Mapping[int, Operand]) -> Operand:
    """An operand whose register has a new operand in its place."""
    if not isinstance(operand, Register) or operand.locator not in known:
        return operand
    found = known[operand.locator]
    if not operand.accesses:
        return found
    assert isinstance(found, Register)
    return Register(found.locator, found.accesses + operand.accesses)


def _is_cast(node: Instruction) -> bool:
    return node.mnemonic == "cast"


def _accepts(middle: object, last: object, is_exact: bool) -> bool:
    """Whether every value of the last type is also a value of the middle one.

    A field element becomes a signed integer by its bits, so what the wider type holds as 128 the narrower one
    would read as -128: such a chain stays.
    """
    if not (isinstance(middle, LiteralType) and isinstance(last, LiteralType)):
        return False
    if not (middle.is_integer and last.is_integer):
        return False
    if middle.is_signed and last.is_signed and middle.bits > last.bits and not is_exact:
        return False
    if middle.is_signed and last.is_unsigned:
        return middle.bits > last.bits
    return middle.is_signed == last.is_signed and middle.bits >= last.bits


class Peephole:
    """The instructions and outputs of one function; ``step`` is called for each instruction, several times.

    ``exact`` are the registers that casts fill which keep the number, as those from integers and booleans do.
    ``own`` is the operand that the code has where it asks for its program's address: it is no literal.
    """

    def __init__(
        self,
        instructions: Collection[Instruction],
        outputs: Collection[Output] = (),
        exact: Collection[int] = (),
        own: Operand | None = None,
        step: Step = lambda: None,
    ) -> None:
        self.instructions = list(instructions)
        self.outputs = list(outputs)
        self.exact = set(exact)
        self.own = own
        self.step = step

    def run(self, inputs: int) -> None:
        """Simplify; ``inputs`` registers are filled when the function begins."""
        self._fold_identities()
        self._drop_trivial_asserts()
        self._drop_unused()
        self._merge_casts()
        self._renumber(inputs)

    def _fold_identities(self) -> None:
        known: dict[int, Operand] = {}
        kept: list[Instruction] = []
        for node in self.instructions:
            self.step()
            node = _as_not(node)
            same = _identity(node)
            if same is None:
                kept.append(node)
            else:
                known[node.destinations[0]] = _reading(same, known)
        self.instructions = kept
        if known:
            self._replace(known)

    def _replace(self, known: Mapping[int, Operand]) -> None:
        """Read other operands in the place of registers."""
        for at, node in enumerate(self.instructions):
            self.step()
            operands = tuple([_reading(o, known) for o in node.operands])
            if operands != node.operands:
                self.instructions[at] = replace(node, operands=operands)
        self.outputs = [replace(o, operand=_reading(o.operand, known)) for o in self.outputs]

    def _is_trivial(self, node: Instruction) -> bool:
        """Whether two equal literals are compared."""
        if node.mnemonic != "assert.eq":
            return False
        a, b = node.operands
        return a == b and isinstance(a, Literal | ProgramId) and self.own is not a and self.own is not b

    def _drop_trivial_asserts(self) -> None:
        """One stays if there is nothing else."""
        kept = [node for node in self.instructions if not self._is_trivial(node)]
        self.instructions = kept or self.instructions[:1]

    def _uses(self) -> Counter[int]:
        operands = [o for node in self.instructions for o in node.operands]
        operands += [output.operand for output in self.outputs]
        return Counter(o.locator for o in operands if isinstance(o, Register))

    def _drop_unused(self) -> None:
        used, pure = self._uses(), total()
        self.instructions = [
            n for n in self.instructions if n.mnemonic not in pure or n.destinations[0] in used
        ]

    def _merge_casts(self) -> None:
        uses = self._uses()
        kept: list[Instruction] = []
        for node in self.instructions:
            self.step()
            before = kept[-1] if kept else node
            if _is_cast(before) and _is_cast(node) and before is not node:
                first = before.destinations[0]
                exact = first in self.exact
                if (
                    node.operands[0] == Register(first)
                    and uses[first] == 1
                    and _accepts(before.types[0], node.types[0], exact)
                ):
                    kept.pop()
                    node = replace(node, operands=before.operands)
                    (self.exact.add if exact else self.exact.discard)(node.destinations[0])
            kept.append(node)
        self.instructions = kept

    def _renumber(self, inputs: int) -> None:
        numbers = {number: number for number in range(inputs)}
        for node in self.instructions:
            for register in node.destinations:
                numbers.setdefault(register, len(numbers))
        moved: dict[int, Operand] = {old: Register(new) for old, new in numbers.items() if old != new}
        if moved:
            self._replace(moved)
            self.instructions = [
                n
                if moved.keys().isdisjoint(n.destinations)
                else replace(n, destinations=tuple([numbers[d] for d in n.destinations]))
                for n in self.instructions
            ]
