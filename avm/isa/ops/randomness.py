"""``rand.chacha``: a value drawn from the block's seed, the same for everyone who runs the block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from avm.base.bits import int_to_bits_le
from avm.base.errors import CheckFailure, Halt
from avm.data.literal import Literal
from avm.isa.chacha import ChaCha20Rng, draw
from avm.isa.machine import Machine, Results, TypeScope, Values
from avm.isa.op import CHANGING, Op, Trait, Types
from avm.isa.operand_syntax import RandomForm
from avm.isa.sizes import priced_bytes
from avm.isa.statement import Statement
from avm.types.literal_type import LiteralType

_FIXED_SEED_BYTES = 3 * 32


@dataclass(frozen=True, kw_only=True)
class RandomOp(Op):
    """``rand.chacha``, which draws a literal of one of the types ``results``; for a signature it halts."""

    results: ClassVar = tuple(
        t for t in LiteralType if t.is_numeric or t in (LiteralType.ADDRESS, LiteralType.BOOLEAN)
    )

    def result_types(self, statement: Statement, operands: Types, scope: TypeScope) -> Types:
        target = statement.types[0]
        if target in (LiteralType.STRING, LiteralType.IDENTIFIER):
            raise CheckFailure(f"'{self.mnemonic}' cannot draw a {target}")
        assert isinstance(target, LiteralType)
        return (target,)

    def evaluate(self, values: Values, statement: Statement, machine: Machine) -> Results:
        from avm.primitives.bhp import bhp

        target = statement.types[0]
        assert isinstance(target, LiteralType)
        if target not in self.results:
            raise Halt(f"'{self.mnemonic}' cannot draw a {target}")
        preimage = [*machine.random_seed_bits(statement.destinations[0]), *int_to_bits_le(target.value, 8)]
        for value in values:
            preimage += value.tagged_bits()
        seed = bhp(1024).hash(preimage).to_bytes(32, "little")
        return (Literal(target, draw(target, ChaCha20Rng(seed))),)

    def cost_at(self, version: int, statement: Statement, operands: Types, scope: TypeScope) -> int:
        """From version 22 on the price of hashing the seed, and of finding a point where one is drawn."""
        if version < 22:
            return self.cost(statement, operands, scope)
        point = statement.types[0] in (LiteralType.GROUP, LiteralType.ADDRESS)
        seed = sum(priced_bytes(t, scope) for t in operands) + _FIXED_SEED_BYTES
        return 50_000 + 300 * seed + 115_000 * point


OPS: tuple[Op, ...] = (
    RandomOp(
        mnemonic="rand.chacha",
        code=None,
        form=RandomForm(),
        price=25_000,
        places=CHANGING,
        traits=Trait.CAN_HALT,
        summary="Draws a value with ChaCha20 from the block's random seed, the transition, the position in "
        "the program and up to two seeds. Halts for a signature.",
    ),
)
