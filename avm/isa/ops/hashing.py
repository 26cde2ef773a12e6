"""``hash.*``: digests of any value, cast to a literal; ``.native`` gives the digest's own bits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Protocol

from avm.base.errors import CheckFailure, Halt
from avm.data.encoding import Encodable
from avm.data.literal import Literal
from avm.data.packed import booleans, packed, packed_fields
from avm.data.types import ArrayType
from avm.isa.machine import CircuitMachine, Machine, Results, TypeScope, Values
from avm.isa.op import Count, Op, Size, Trait, Types
from avm.isa.operand_syntax import As
from avm.isa.sizes import value_bits
from avm.isa.statement import Statement
from avm.types.literal_type import LiteralType

if TYPE_CHECKING:
    from avm.isa.wire import Wire
    from avm.r1cs.system import ConstraintSystem
    from avm.types.boolean import BooleanVar

    BitVars = Sequence[BooleanVar]
    from avm.types.field import FieldVar
    from avm.types.group import GroupVar, Point

POINTS = (LiteralType.ADDRESS, LiteralType.GROUP)


class PointHash(Protocol):
    """A hash of bits to a group element: both halves."""

    def hash_packed(self, bits: int, count: int) -> Point: ...

    def hash_to_group_circuit(self, cs: ConstraintSystem, bits: BitVars) -> GroupVar: ...


def _bhp(size: int) -> PointHash:
    from avm.primitives.bhp import bhp

    return bhp(size)


def _pedersen(size: int) -> PointHash:
    from avm.primitives.pedersen import pedersen

    return pedersen(size)


def _keccak(size: int, data: bytes) -> bytes:
    from avm.primitives.keccak import keccak

    return keccak(size, data)


def _sha3(size: int, data: bytes) -> bytes:
    from avm.primitives.keccak import sha3

    return sha3(size, data)


def _keccak_circuit(cs: ConstraintSystem, size: int, bits: BitVars) -> list[BooleanVar]:
    from avm.primitives.keccak import keccak_bits_circuit

    return keccak_bits_circuit(cs, size, bits)


def _sha3_circuit(cs: ConstraintSystem, size: int, bits: BitVars) -> list[BooleanVar]:
    from avm.primitives.keccak import sha3_bits_circuit

    return sha3_bits_circuit(cs, size, bits)


@dataclass(frozen=True)
class Family:
    """Hashes that differ in a size: how opcodes, Leo and people name them, and what they cost.

    ``point`` gives a hash of bits to a group element; ``digest`` hashes bytes to bytes and ``digest_circuit``
    bits to bits, of which BHP makes a group element; a family with neither is Poseidon, which hashes field
    elements.
    """

    word: str
    title: str
    price: int
    byte_price: int
    point: Callable[[int], PointHash] | None = None
    digest: Callable[[int, bytes], bytes] | None = None
    digest_circuit: Callable[[ConstraintSystem, int, BitVars], list[BooleanVar]] | None = None
    is_bounded: bool = False
    """Whether it halts for more bits than its size says."""


BHP = Family("bhp", "BHP", 50_000, 300, point=_bhp)
PEDERSEN = Family("ped", "Pedersen", 10_000, 30, point=_pedersen, is_bounded=True)
POSEIDON = Family("psd", "Poseidon", 40_000, 75)
KECCAK = Family("keccak", "Keccak", 10_000, 30, digest=_keccak, digest_circuit=_keccak_circuit)
SHA3 = Family("sha3_", "SHA3_", 10_000, 30, digest=_sha3, digest_circuit=_sha3_circuit)


@dataclass(frozen=True, kw_only=True)
class HashOp(Op):
    """A hash of ``family`` with parameter ``size``.

    ``raw`` hashes a value without type tags; ``native`` returns the digest bits as booleans, and every other
    hash a literal of one of the types ``results``. Signatures and digests of another size pass the checks of
    a program, and halt.
    """

    results: ClassVar[tuple[LiteralType, ...]] = tuple(
        t for t in LiteralType if t.is_numeric or t is LiteralType.ADDRESS
    )
    family: Family
    size: int
    raw: bool = False
    native: bool = False
    many: bool = False

    def sample(self) -> Statement:
        sample = self.form.sample()
        digest = ArrayType(LiteralType.BOOLEAN, self.size)
        return replace(sample, types=(digest,)) if self.native else sample

    @property
    def algorithm(self) -> str:
        """What people call it: ``Pedersen64``."""
        return f"{self.family.title}{self.size}"

    @property
    def longest(self) -> int | None:
        """Bits of the longest value it takes, None where that does not matter."""
        return self.size if self.family.is_bounded else None

    @property
    def takes_whole_bytes(self) -> bool:
        """Whether the bits of the value, without type tags, must be whole bytes."""
        return self.family.digest is not None and (self.raw or self.native)

    def result_types(self, statement: Statement, operands: Types, scope: TypeScope) -> Types:
        target = statement.types[0]
        if self.many:
            raise CheckFailure(f"'{self.mnemonic}' is reserved and not implemented in the virtual machine")
        if self.native:
            if not isinstance(target, ArrayType) or target.element is not LiteralType.BOOLEAN:
                raise CheckFailure(f"'{self.mnemonic}' makes a [boolean; {self.size}u32], not a {target}")
        elif target not in self.results and target is not LiteralType.SIGNATURE:
            raise CheckFailure(f"'{self.mnemonic}' cannot make a {target}")
        if self.takes_whole_bytes:
            bits = value_bits(operands[0], scope, raw=True)
            if bits % 8:
                raise CheckFailure(f"'{self.mnemonic}' takes whole bytes; a {operands[0]} has {bits} bits")
        assert isinstance(target, LiteralType | ArrayType)
        return (target,)

    def evaluate(self, values: Values, statement: Statement, machine: Machine) -> Results:
        from avm.primitives.elligator2 import encode
        from avm.types.casts import cast_lossy

        target, value = statement.types[0], values[0]
        if self.many:
            raise Halt(f"'{self.mnemonic}' is not implemented in the virtual machine")
        if self.native:
            digest = self._digest(value)
            if isinstance(target, ArrayType) and target.length != 8 * len(digest):
                raise Halt(f"'{self.mnemonic}' gives {8 * len(digest)} bits, not {target.length}")
            return (booleans(digest),)
        assert isinstance(target, LiteralType)
        if self.family is POSEIDON and target not in POINTS:
            from avm.primitives import poseidon

            field = poseidon.hash(self.size, packed_fields(value, raw=self.raw))
            return (Literal(target, cast_lossy(field, LiteralType.FIELD, target, encode)),)
        return (Literal(target, cast_lossy(self._point(value), LiteralType.GROUP, target, encode)),)

    def _digest(self, value: Encodable) -> bytes:
        assert self.family.digest is not None
        bits, count = packed(value, raw=self.raw)
        return self.family.digest(self.size, bits.to_bytes((count + 7) // 8, "little"))

    def _point(self, value: Encodable) -> Point:
        """Return the group element that every result but a field element of Poseidon is cut from."""
        if self.family.point:
            return self.family.point(self.size).hash_packed(*packed(value, raw=self.raw))
        if self.family.digest:
            digest = self._digest(value)
            return _bhp(self.digest_bhp).hash_packed(int.from_bytes(digest, "little"), 8 * len(digest))
        from avm.primitives import poseidon

        return poseidon.hash_to_group(self.size, packed_fields(value, raw=self.raw))

    @property
    def digest_bhp(self) -> int:
        """The size of the BHP that makes a digest a group element."""
        return 256 if self.size == 256 else 512

    @property
    def has_circuit(self) -> bool:
        return not self.many

    def synthesize(
        self, cs: ConstraintSystem, operands: Sequence[Wire], statement: Statement, machine: CircuitMachine
    ) -> tuple[Wire, ...]:
        from avm.data.circuit_values import CircuitArray, CircuitLiteral
        from avm.isa.wire import bits_of, fields_of
        from avm.primitives import poseidon
        from avm.primitives.elligator2 import encode_circuit
        from avm.types.casts import cast_lossy_var

        if not self.has_circuit:
            return super().synthesize(cs, operands, statement, machine)
        target, value, family = statement.types[0], operands[0], self.family
        digest: FieldVar | GroupVar
        if family is POSEIDON:
            fields = fields_of(value, raw=self.raw)
            to_point = target in POINTS
            hasher = poseidon.hash_to_group_circuit if to_point else poseidon.hash_circuit
            digest = hasher(cs, self.size, fields)
        else:
            bits = bits_of(value, raw=self.raw)
            if family.digest_circuit:
                bits = family.digest_circuit(cs, self.size, bits)
            if self.native:
                return (CircuitArray(cs, [CircuitLiteral(LiteralType.BOOLEAN, bit) for bit in bits]),)
            point = family.point(self.size) if family.point else _bhp(self.digest_bhp)
            digest = point.hash_to_group_circuit(cs, bits)
        assert isinstance(target, LiteralType)
        return (CircuitLiteral(target, cast_lossy_var(digest, target, encode_circuit)),)


_OF_BYTE: dict[str, tuple[Size, Size]] = {
    "bhp256": ((457, 23, 23), (401, 20, 20)),
    "bhp512": ((460, 23, 23), (403, 25, 25)),
    "bhp768": ((469, 20, 20), (407, 20, 20)),
    "bhp1024": ((457, 23, 23), (401, 20, 20)),
    "ped64": ((48, 45, 45), (14, 42, 42)),
    "ped128": ((48, 45, 45), (14, 42, 42)),
    "psd2": ((25, 265, 265), (1, 265, 265)),
    "psd4": ((25, 335, 335), (1, 335, 335)),
    "psd8": ((25, 475, 475), (1, 475, 475)),
}
"""The circuit sizes of the hash of one byte, with and without its type tag, to a field element."""


def _counts(family: Family, size: int, raw: bool) -> dict[tuple[LiteralType, ...], Count]:
    """Return the circuit sizes of the hash of one byte."""
    of_byte = _OF_BYTE.get(f"{family.word}{size}")
    if of_byte is None:
        return {}
    constants, private, constraints = of_byte[raw]
    point = (528, 1756, 1766) if family is POSEIDON else (0, 0, 0)
    more = {LiteralType.FIELD: (0, 0, 0), LiteralType.GROUP: point, LiteralType.U8: (0, 505, 507)}
    return {
        (LiteralType.U8, target): Count(constants + c, private + p, constraints + n)
        for target, (c, p, n) in more.items()
    }


def _hash(code: int, family: Family, size: int, suffix: str = "", many: bool = False) -> HashOp:
    raw, native = "raw" in suffix, "native" in suffix
    tail = "without type tags" if raw else "with type tags"
    result = "its digest bits" if native else "a literal of the type after 'as'"
    return HashOp(
        mnemonic=f"hash{'_many' if many else ''}.{family.word}{size}{suffix}",
        code=code,
        form=As(2 if many else 1),
        family=family,
        size=size,
        raw=raw,
        native=native,
        many=many,
        price=family.price,
        byte_price=family.byte_price,
        counts={} if many else _counts(family, size, raw),
        traits=Trait.PURE | (Trait.CAN_HALT if many or family.is_bounded else Trait.NONE),
        summary=f"Hashes a value, encoded {tail}, with {family.title}{size} and gives {result}."
        + (" Halts when the value is too long." if family.is_bounded else "")
        + (" Reserved: programs with it are refused." if many else ""),
    )


def _variants(family: Family, *codes: tuple[int, int, int]) -> Iterator[HashOp]:
    """The hashes of a family: size, number, and that of the raw hash, which those of native ones follow."""
    suffixes = (".raw", ".native", ".native.raw") if family.digest else (".raw",)
    for size, code, raw_code in codes:
        yield _hash(code, family, size)
        yield from (_hash(raw_code + i, family, size, suffix) for i, suffix in enumerate(suffixes))


OPS: tuple[Op, ...] = (
    *_variants(BHP, (256, 22, 90), (512, 23, 91), (768, 24, 92), (1024, 25, 93)),
    *_variants(KECCAK, (256, 26, 94), (384, 27, 97), (512, 28, 100)),
    *_variants(PEDERSEN, (64, 29, 103), (128, 30, 104)),
    *_variants(POSEIDON, (2, 31, 105), (4, 32, 106), (8, 33, 107)),
    *_variants(SHA3, (256, 34, 108), (384, 35, 111), (512, 36, 114)),
    *(_hash(37 + i, POSEIDON, size, many=True) for i, size in enumerate((2, 4, 8))),
)
