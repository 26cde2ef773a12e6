"""``commit.*``: hiding commitments to a value with a scalar as randomizer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from avm.base.errors import CheckFailure, Halt
from avm.data.literal import Literal
from avm.isa.machine import CircuitMachine, Machine, Results, TypeScope, Values
from avm.isa.op import Count, Op, Size, Trait, Types
from avm.isa.operand_syntax import As
from avm.isa.statement import Statement
from avm.types.literal_type import LiteralType

if TYPE_CHECKING:
    from avm.isa.wire import Wire
    from avm.primitives.bhp import Bhp
    from avm.primitives.pedersen import Pedersen
    from avm.r1cs.system import ConstraintSystem


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

    @property
    def _scheme(self) -> Bhp | Pedersen:
        from avm.primitives.bhp import bhp
        from avm.primitives.pedersen import pedersen

        return bhp(self.size) if self.family == "bhp" else pedersen(self.size)

    def result_types(self, statement: Statement, operands: Types, scope: TypeScope) -> Types:
        target = statement.types[0]
        if target not in self.results:
            raise CheckFailure(f"'{self.mnemonic}' makes an address, field or group, not a {target}")
        assert isinstance(target, LiteralType)
        return (target,)

    def evaluate(self, values: Values, statement: Statement, machine: Machine) -> Results:
        from avm.primitives.elligator2 import encode
        from avm.types.casts import cast_lossy

        value, randomizer = values
        target = statement.types[0]
        if not isinstance(randomizer, Literal) or randomizer.type is not LiteralType.SCALAR:
            raise Halt(f"the randomizer is {randomizer}, no scalar, so {self.mnemonic} halts")
        assert isinstance(target, LiteralType)
        bits = value.raw_bits() if self.raw else value.tagged_bits()
        point = self._scheme.commit_to_group(bits, randomizer.value)
        return (Literal(target, cast_lossy(point, LiteralType.GROUP, target, encode)),)

    def synthesize(
        self, cs: ConstraintSystem, operands: Sequence[Wire], statement: Statement, machine: CircuitMachine
    ) -> tuple[Wire, ...]:
        from avm.data.circuit_values import CircuitLiteral
        from avm.isa.wire import as_literal, bits_of
        from avm.primitives.elligator2 import encode_circuit
        from avm.types.casts import cast_lossy_var
        from avm.types.scalar import ScalarVar

        value, randomizer = operands[0], as_literal(operands[1]).var
        target = statement.types[0]
        assert isinstance(randomizer, ScalarVar) and isinstance(target, LiteralType)
        point = self._scheme.commit_to_group_circuit(cs, bits_of(value, raw=self.raw), randomizer)
        return (CircuitLiteral(target, cast_lossy_var(point, target, encode_circuit)),)


_OF_BYTE: dict[str, tuple[Size, Size]] = {
    "bhp256": ((959, 2030, 2032), (903, 2027, 2029)),
    "bhp512": ((962, 2030, 2032), (905, 2032, 2034)),
    "bhp768": ((971, 2027, 2029), (909, 2027, 2029)),
    "bhp1024": ((959, 2030, 2032), (903, 2027, 2029)),
    "ped64": ((550, 2052, 2054), (516, 2049, 2051)),
    "ped128": ((550, 2052, 2054), (516, 2049, 2051)),
}
"""The circuit sizes of the commitment to one byte, with and without its type tag."""


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
        counts={
            (LiteralType.U8, LiteralType.SCALAR, target): Count(*_OF_BYTE[f"{family}{size}"][raw])
            for target in CommitOp.results
        },
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
