"""Peephole: local simplifications of generated instructions, then registers are numbered anew.

    add r0 0u32 into r1;  output r1 as u32.private;       output r0 as u32.private;

In order: operations equal to an operand, asserts over equal literals, unused results of operations that
cannot halt, casts through a wider integer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from avm.leo.codegen.code import (
    FALSE,
    TRUE,
    Code,
    Constant,
    Group,
    Instruction,
    Operand,
    Register,
    map_registers,
    registers,
)
from avm.leo.operators import total

Step = Callable[[], None]
_NUMBERS = frozenset(
    {"u8", "u16", "u32", "u64", "u128", "i8", "i16", "i32", "i64", "i128", "field", "group", "scalar"}
)


def _is_zero(operand: Operand) -> bool:
    return isinstance(operand, Constant) and operand.kind in _NUMBERS and operand.text == "0"


def _is_one(operand: Operand) -> bool:
    return isinstance(operand, Constant) and operand.kind in _NUMBERS - {"group"} and operand.text == "1"


def _identity(node: Instruction) -> Operand | None:
    """The operand an instruction's result is equal to."""
    if len(node.operands) != 2:
        return None
    a, b = node.operands
    match node.opcode:
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


def _as_not(node: Instruction) -> None:
    """`nand x true` and `nor x false` are `not x`."""
    neutral = {"nand": TRUE, "nor": FALSE}.get(node.opcode)
    if neutral is None:
        return
    a, b = node.operands
    if neutral in (a, b):
        node.opcode, node.operands = "not", (a if b == neutral else b,)


def _fold_identities(code: list[Instruction], step: Step) -> list[Instruction]:
    for node in code:
        step()
        _as_not(node)
    aliases: dict[int, Operand] = {}

    def resolve(register: Register) -> Operand:
        target = aliases.get(register.number)
        return register if target is None else map_registers(target, resolve)

    kept: list[Instruction] = []
    for node in code:
        step()
        same = _identity(node)
        if same is None:
            kept.append(node)
        else:
            aliases[node.targets[0]] = map_registers(same, resolve)
    if aliases:
        for node in kept:
            step()
            node.operands = tuple([map_registers(o, resolve) for o in node.operands])
    return kept


def _is_trivial(node: Instruction) -> bool:
    if node.opcode != "assert.eq":
        return False
    a, b = node.operands
    return isinstance(a, Constant) and a == b


def _drop_trivial_asserts(code: list[Instruction]) -> list[Instruction]:
    real = any(n.opcode != "output" and not _is_trivial(n) for n in code)
    if real:
        return [n for n in code if not _is_trivial(n)]
    first = next((n for n in code if _is_trivial(n)), None)
    return [n for n in code if n is first or not _is_trivial(n)]


def _drop_unused(code: list[Instruction]) -> list[Instruction]:
    used = {r for n in code for o in n.operands for r in registers(o)}
    return [n for n in code if n.opcode not in total() or n.targets[0] in used]


def _integer(tail: str) -> tuple[bool, int] | None:
    """Signedness and width of the type after ` as `."""
    name = tail.removeprefix(" as ")
    if name not in _NUMBERS or name[0] not in "iu":
        return None
    return name[0] == "i", int(name[1:])


def _accepts(middle: str, last: str, is_exact: bool) -> bool:
    """Whether every value of the last type is also a value of the middle one.

    A field element becomes a signed integer by its bits, so what the wider type holds as 128 the narrower one
    would read as -128: such a chain stays.
    """
    one, other = _integer(middle), _integer(last)
    if one is None or other is None:
        return False
    if one[0] and other[0] and one[1] > other[1] and not is_exact:
        return False
    if one[0] and not other[0]:
        return one[1] > other[1]
    return one[0] == other[0] and one[1] >= other[1]


def _merge_casts(code: list[Instruction], step: Step) -> list[Instruction]:
    uses: Counter[int] = Counter()
    for node in code:
        step()
        uses.update({r for o in node.operands for r in registers(o)})
    kept: list[Instruction] = []
    for node in code:
        before = kept[-1] if kept else node
        if (
            before.opcode == node.opcode == "cast"
            and before is not node
            and not isinstance(before.operands[0], Group)
            and node.operands[0] == Register(before.targets[0])
            and uses[before.targets[0]] == 1
            and _accepts(before.tail, node.tail, before.is_exact)
        ):
            node.operands, node.is_exact = before.operands, before.is_exact
            kept[-1] = node
        else:
            kept.append(node)
    return kept


def _renumber(code: list[Instruction], inputs: int, step: Step) -> None:
    numbers = {i: i for i in range(inputs)}
    for node in code:
        for target in node.targets:
            numbers.setdefault(target, len(numbers))

    def change(register: Register) -> Operand:
        number = numbers.get(register.number, register.number)
        return register if number == register.number else Register(number)

    for node in code:
        step()
        node.operands = tuple([map_registers(o, change) for o in node.operands])
        node.targets = tuple(numbers[t] for t in node.targets)


def optimize(code: Code, step: Step = lambda: None) -> None:
    """Simplify the instructions of one function in place; ``step`` is called for each one, several times."""
    instructions = _fold_identities(code.instructions, step)
    instructions = _drop_trivial_asserts(instructions)
    instructions = _drop_unused(instructions)
    instructions = _merge_casts(instructions, step)
    _renumber(instructions, len(code.inputs), step)
    code.instructions = instructions
