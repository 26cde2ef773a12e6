"""Every row of every opcode's types as instructions on literals, with edge values and random ones."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from avm.account.keys import PrivateKey
from avm.account.signature import sign
from avm.data.literal import Literal
from avm.isa.op import LiteralOp, Op
from avm.isa.ops.casting import CastOp
from avm.isa.ops.commitment import CommitOp
from avm.isa.ops.equality import AssertOp, EqualityOp
from avm.isa.ops.hashing import HashOp
from avm.isa.ops.serialization import SerializeOp
from avm.isa.ops.verification import SignVerifyOp
from avm.isa.registry import ops
from avm.isa.sizes import literal_bits
from avm.types.casts import castable
from avm.types.literal_type import LiteralType
from tests.test_every_op import samples

T = LiteralType
BARE = [t for t in T if t not in (T.STRING, T.SIGNATURE)]
_SIGNER = PrivateKey(5)


@dataclass(frozen=True)
class Line:
    """An instruction on literals: its text with ``{}`` for the destination, and the type it makes, if any."""

    op: Op
    text: str
    made: str


@cache
def pool(type_: LiteralType) -> tuple[str, ...]:
    """Texts of edge values and random values of a type."""
    rng = random.Random(str(type_))
    if type_ is T.STRING:
        return ('""', '"a"', '"hello, world"', '"' + "z" * 255 + '"')
    values: list[Any] = samples(type_, rng)
    if type_ is T.SIGNATURE:
        values = [sign(_SIGNER, [5], nonce=7), sign(_SIGNER, [0, 1], nonce=8)]
    return tuple(str(Literal(type_, value)) for value in values)


def _draw(types: Sequence[LiteralType], rng: random.Random) -> str:
    texts = [rng.choice(pool(t)) for t in types]
    if len(set(types)) == 1 and rng.random() < 0.2:
        texts = texts[:1] * len(texts)
    return " ".join(texts)


def lines(op: Op, rng: random.Random, repeat: int) -> Iterator[Line]:
    """Yield ``repeat`` instructions for each row of the opcode's types."""
    for operands, tail, made in _rows(op):
        for _ in range(repeat):
            yield Line(op, f"{op.mnemonic} {_draw(operands, rng)}{tail}", made)


def _rows(op: Op) -> Iterator[tuple[Sequence[LiteralType], str, str]]:
    """The rows of an opcode: operand types, the text after the operands, and the type of the result."""
    if isinstance(op, LiteralOp):
        for types, result in op.rows:
            yield types, " into {}", str(result)
    elif isinstance(op, EqualityOp):
        for t in T:
            yield (t, t), *(("", "") if isinstance(op, AssertOp) else (" into {}", "boolean"))
    elif isinstance(op, CastOp):
        for source in T:
            for target in T:
                if castable(source, target, lossy=op.lossy) or source is target:
                    yield (source,), f" into {{}} as {target}", str(target)
        for axis in () if op.lossy else ("x", "y"):
            yield (T.GROUP,), f" into {{}} as group.{axis}", "field"
    elif isinstance(op, SerializeOp):
        for t in BARE:
            bits = f"[boolean; {literal_bits(t, raw=op.raw)}u32]"
            yield (t,), f"  ({t}) into {{}} ({bits})", bits
    elif isinstance(op, CommitOp):
        for t in T:
            for target in op.results:
                yield (t, T.SCALAR), f" into {{}} as {target}", str(target)
    elif isinstance(op, HashOp) and not op.many:
        yield from _hash_rows(op)
    elif isinstance(op, SignVerifyOp):
        yield (T.SIGNATURE, T.ADDRESS, T.FIELD), " into {}", "boolean"


def _hash_rows(op: HashOp) -> Iterator[tuple[Sequence[LiteralType], str, str]]:
    targets = [f"[boolean; {op.size}u32]"] if op.native else [str(t) for t in op.results]
    for t in T:
        if not op.takes_whole_bytes or (t.is_integer or t in (T.IDENTIFIER, T.SIGNATURE)):
            for target in targets:
                yield (t,), f" into {{}} as {target}", target


def off_chain() -> list[Op]:
    """The opcodes whose rows are instructions of a function on literals."""
    return [op for op in ops().values() if "function" in op.places and any(True for _ in _rows(op))]


def program(chosen: Sequence[Line]) -> str:
    """A program whose function ``main`` runs instructions and returns their results, at most sixteen."""
    body, outputs = [], []
    for index, line in enumerate(chosen):
        body.append(f"    {line.text.format(f'r{index}')};\n")
        if line.made:
            outputs.append(f"    output r{index} as {line.made}.public;\n")
    return "program rows.aleo;\nfunction main:\n" + "".join(body + outputs)
