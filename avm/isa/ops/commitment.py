"""``commit.*``: hiding commitments to a value with a scalar as randomizer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from avm.base.errors import CheckFailure, Halt
from avm.data.literal import Literal
from avm.isa.machine import Machine, Results, TypeScope, Values
from avm.isa.op import Op, Trait, Types
from avm.isa.operand_syntax import As
from avm.isa.statement import Statement
from avm.types.literal_type import LiteralType


@dataclass(frozen=True, kw_only=True)
class CommitOp(Op):
    """A commitment of ``family`` (bhp or ped), which people call ``title``, with parameter ``size``."""

    results: ClassVar = (LiteralType.ADDRESS, LiteralType.FIELD, LiteralType.GROUP)
    family: str
    title: str
    size: int
    raw: bool

    @property
    def algorithm(self) -> str:
        """What people call it: ``Pedersen64``."""
        return f"{self.title}{self.size}"

    @property
    def longest(self) -> int | None:
        """Bits of the longest value it takes, None where that does not matter."""
        return self.size if self.family == "ped" else None

    def result_types(self, statement: Statement, operands: Types, scope: TypeScope) -> Types:
        target = statement.types[0]
        if target not in self.results:
            raise CheckFailure(f"'{self.mnemonic}' makes an address, field or group, not a {target}")
        assert isinstance(target, LiteralType)
        return (target,)

    def evaluate(self, values: Values, statement: Statement, machine: Machine) -> Results:
        from avm.primitives.bhp import bhp
        from avm.primitives.elligator2 import encode
        from avm.primitives.pedersen import pedersen
        from avm.types.casts import cast_lossy

        value, randomizer = values
        target = statement.types[0]
        if not isinstance(randomizer, Literal) or randomizer.type is not LiteralType.SCALAR:
            raise Halt(f"the randomizer is {randomizer}, no scalar, so {self.mnemonic} halts")
        assert isinstance(target, LiteralType)
        bits = value.raw_bits() if self.raw else value.tagged_bits()
        scheme = bhp(self.size) if self.family == "bhp" else pedersen(self.size)
        point = scheme.commit_to_group(bits, randomizer.value)
        return (Literal(target, cast_lossy(point, LiteralType.GROUP, target, encode)),)


def _commit(code: int, family: str, size: int, raw: bool) -> CommitOp:
    title = "BHP" if family == "bhp" else "Pedersen"
    return CommitOp(
        mnemonic=f"commit.{family}{size}{'.raw' if raw else ''}",
        code=code,
        form=As(2, literal=True),
        family=family,
        title=title,
        size=size,
        raw=raw,
        price=50_000 if family == "bhp" else 10_000,
        byte_price=300 if family == "bhp" else 30,
        traits=Trait.PURE | (Trait.CAN_HALT if family == "ped" else Trait.NONE),
        summary=f"Commits to a value, encoded {'without' if raw else 'with'} type tags, "
        f"with {title}{size} and a scalar as randomizer. "
        + ("Halts when the value is too long." if family == "ped" else "Never halts."),
    )


_SIZES = (("bhp", 256), ("bhp", 512), ("bhp", 768), ("bhp", 1024), ("ped", 64), ("ped", 128))

OPS: tuple[Op, ...] = (
    *(_commit(11 + i, family, size, False) for i, (family, size) in enumerate(_SIZES)),
    *(_commit(123 + i, family, size, True) for i, (family, size) in enumerate(_SIZES)),
)
