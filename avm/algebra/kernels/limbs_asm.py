"""Montgomery products on 64-bit limbs in x86-64 assembly, for processors with the extensions ADX and BMI2.

``mulx`` leaves the flags alone, ``adcx`` and ``adox`` carry in one flag each. So a row x·y[i] goes into the
running total with its low halves along one chain of carries and its high halves along the other, and neither
waits for the other; LLVM knows one chain only.

All rows but the last two are reduced without a factor that must be calculated first: the lowest word w of the
total gives way to w·(2^(−64) mod p), one word further up. The last two rows take Montgomery's factor, which
brings the total below 2p. For this x·y may be as large as 2^(64n)·p, and x as large as 2^(64n) − 2p: no total
on the way is longer than n + 1 words.

The text is in AT&T's dialect, which LLVM reads on every system; it names no symbol and leaves the stack be.
Only ``select.limb_tier() == "asm"`` may use it: LLVM aborts on an instruction the processor does not have.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir

WORD = ir.IntType(64)
PLACE = WORD.as_pointer()
Builder = Any
Value = Any

LONGEST_IN_REGISTERS = 4
"""Words of the longest x that is held in registers; a longer one would leave too few and stays in memory."""

_CHANGED = "~{rdx},~{memory},~{dirflag},~{fpsr},~{flags}"


def _split(x: int, count: int) -> list[int]:
    return [(x >> (64 * i)) & 0xFFFFFFFFFFFFFFFF for i in range(count)]


def constants(modulus: int, n: int) -> list[int]:
    """Return the words of p and, behind them, those of 2^(−64) mod p: what a product multiplies by."""
    return _split(modulus, n) + _split(pow(1 << 64, -1, modulus), n)


class _Total:
    """The instructions that add up a product; operands 0 … n hold the total, n + 1 and n + 2 one product.

    ``words`` are the operands of the total, lowest word first: to move it down by a word is to rename them.
    """

    def __init__(self, n: int) -> None:
        self.lines: list[str] = []
        self.words = list(range(n + 1))
        self.low, self.high = n + 1, n + 2

    def put(self, line: str) -> None:
        self.lines.append(line)

    def clear(self, operand: int) -> None:
        """Make an operand zero, and with it both flags of carry."""
        self.put(f"xorl ${{{operand}:k}}, ${{{operand}:k}}")

    def multiply(self, factor: str) -> None:
        """Multiply rdx by a word in an operand, in memory, or given as a number ``$$…``."""
        if factor.startswith("$$"):
            self.put(f"movabsq {factor}, ${self.high}")
            factor = f"${self.high}"
        self.put(f"mulxq {factor}, ${self.low}, ${self.high}")

    def begin(self, factors: list[str]) -> None:
        """Let the total be rdx times the factors."""
        words, low = self.words, self.low
        self.put(f"mulxq {factors[0]}, ${words[0]}, ${words[1]}")
        for j, factor in enumerate(factors[1:], 1):
            self.put(f"mulxq {factor}, ${low}, ${words[j + 1]}")
            self.put(f"{'adcq' if j > 1 else 'addq'} ${low}, ${words[j]}")
        self.put(f"adcq $$0, ${words[-1]}")

    def add(self, factors: list[str]) -> None:
        """Add rdx times the factors; both carries are clear."""
        words = self.words
        for j, factor in enumerate(factors):
            self.multiply(factor)
            self.put(f"adcxq ${self.low}, ${words[j]}")
            self.put(f"adoxq ${self.high}, ${words[j + 1]}")
        self.put(f"movl $$0, ${{{self.low}:k}}")
        self.put(f"adcxq ${self.low}, ${words[-1]}")

    def drop_lowest(self) -> None:
        """Move the total down by a word; the register of the lowest becomes the highest, as it is."""
        self.words = [*self.words[1:], self.words[0]]


def product_text(modulus: int, x: list[str], y: list[str], table: list[str]) -> tuple[str, list[int]]:
    """Return the instructions of a Montgomery product below 2p and the operands that hold it at the end.

    ``x`` and ``y`` name the places of words, ``table`` those of ``constants``, or them themselves as ``$$…``.
    Operands 0 … n + 2 are registers for the result that no input shares. rdx and the flags change.
    """
    n = len(x)
    negative_inverse = -pow(modulus, -1, 1 << 64) % (1 << 64)
    total = _Total(n)
    highest_used = False
    for i in range(n):
        total.put(f"movq {y[i]}, %rdx")
        if i == 0:
            total.begin(x)
        else:
            total.clear(total.low if highest_used else total.words[-1])
            total.add(x)
        lowest = total.words[0]
        highest_used = i < n - 2
        if highest_used:
            total.put(f"movq ${lowest}, %rdx")
            total.drop_lowest()
            total.clear(lowest)
            total.add(table[n:])
        else:
            total.put(f"movabsq $${negative_inverse}, %rdx")
            total.put(f"imulq ${lowest}, %rdx")
            total.clear(total.low)
            total.add(table[:n])
            total.drop_lowest()
    return "\n".join(total.lines), total.words[:n]


def _at(pointer: int, n: int) -> list[str]:
    return [f"{8 * k}(${pointer})" for k in range(n)]


def _run(b: Builder, text: str, n: int, result: list[int], inputs: list[Value]) -> list[Value]:
    outputs = ir.LiteralStructType([WORD] * (n + 3))
    constraints = ",".join(["=&r"] * (n + 3) + ["r"] * len(inputs) + [_CHANGED])
    kind = ir.FunctionType(outputs, [value.type for value in inputs])
    registers = b.call(ir.InlineAsm(kind, text, constraints, side_effect=True), inputs)
    return [b.extract_value(registers, operand) for operand in result]


def product_of_words(b: Builder, x: list[Value], y: Value, modulus: int) -> list[Value]:
    """Emit x·y/2^(64n), below 2p, of at most four words x and a place of as many words y."""
    n = len(x)
    registers = [f"${n + 3 + k}" for k in range(n)]
    table = [f"$${word}" for word in constants(modulus, n)]
    text, result = product_text(modulus, registers, _at(2 * n + 3, n), table)
    return _run(b, text, n, result, [*x, y])


def product_of_places(b: Builder, x: Value, y: Value, modulus: int, n: int) -> list[Value]:
    """Emit x·y/2^(64n), below 2p, of two places of n words."""
    name = f"avm_product_table_{modulus:x}"
    table = b.module.globals.get(name)
    if table is None:
        kind = ir.ArrayType(WORD, 2 * n)
        table = ir.GlobalVariable(b.module, kind, name)
        table.linkage = "internal"
        table.global_constant = True
        table.initializer = ir.Constant(kind, constants(modulus, n))
    text, result = product_text(modulus, _at(n + 3, n), _at(n + 4, n), _at(n + 5, 2 * n))
    return _run(b, text, n, result, [x, y, b.bitcast(table, PLACE)])
