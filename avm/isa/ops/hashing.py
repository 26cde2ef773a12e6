"""``hash.*``: digests of any value, cast to a literal; ``.native`` gives the digest's own bits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from avm.base.errors import CheckFailure, Halt
from avm.data.literal import Literal
from avm.data.plaintext import boolean_array
from avm.data.types import ArrayType
from avm.isa.machine import Machine, Results, TypeScope, Values
from avm.isa.op import Op, Trait, Types
from avm.isa.operand_syntax import As
from avm.isa.sizes import value_bits
from avm.isa.statement import Statement
from avm.types.literal_type import LiteralType

_REFUSED = {LiteralType.BOOLEAN, LiteralType.SIGNATURE, LiteralType.STRING, LiteralType.IDENTIFIER}
_RESULTS = frozenset(set(LiteralType) - _REFUSED)


@dataclass(frozen=True, kw_only=True)
class HashOp(Op):
    """A hash of ``family`` (bhp, ped, psd, keccak, sha3_) with parameter ``size``.

    ``raw`` hashes a value without type tags; ``native`` returns the digest bits as booleans.
    """

    family: str
    size: int
    raw: bool = False
    native: bool = False
    many: bool = False

    def result_types(self, statement: Statement, operands: Types, scope: TypeScope) -> Types:
        target = statement.types[0]
        if self.many:
            raise CheckFailure(f"'{self.mnemonic}' is reserved and not implemented in the virtual machine")
        if self.native:
            if target != ArrayType(LiteralType.BOOLEAN, self.size):
                raise CheckFailure(f"'{self.mnemonic}' makes a [boolean; {self.size}u32], not a {target}")
        elif target not in _RESULTS:
            raise CheckFailure(f"'{self.mnemonic}' cannot make a {target}")
        if self.family in ("keccak", "sha3_") and (self.raw or self.native):
            bits = value_bits(operands[0], scope, raw=True)
            if bits % 8:
                raise CheckFailure(f"'{self.mnemonic}' takes whole bytes; a {operands[0]} has {bits} bits")
        assert isinstance(target, LiteralType | ArrayType)
        return (target,)

    def evaluate(self, values: Values, statement: Statement, machine: Machine) -> Results:
        from avm.primitives import poseidon
        from avm.primitives.elligator2 import encode
        from avm.types.casts import cast_lossy

        target = statement.types[0]
        value = values[0]
        if self.many:
            raise Halt(f"'{self.mnemonic}' is not implemented in the virtual machine")
        if self.native:
            digest = self._digest(value.raw_bits() if self.raw else value.tagged_bits())
            return (boolean_array(digest),)
        assert isinstance(target, LiteralType)
        if self.family == "psd":
            fields = value.to_fields_raw() if self.raw else value.to_fields()
            if target not in (LiteralType.ADDRESS, LiteralType.GROUP):
                field = poseidon.hash(self.size, fields)
                return (Literal(target, cast_lossy(field, LiteralType.FIELD, target, encode)),)
            point = poseidon.hash_to_group(self.size, fields)
        else:
            point = self._point(value.raw_bits() if self.raw else value.tagged_bits())
        return (Literal(target, cast_lossy(point, LiteralType.GROUP, target, encode)),)

    def _digest(self, bits: Sequence[bool]) -> list[bool]:
        from avm.primitives.keccak import keccak_bits, sha3_bits

        return (keccak_bits if self.family == "keccak" else sha3_bits)(self.size, bits)

    def _point(self, bits: Sequence[bool]) -> tuple[int, int]:
        from avm.primitives.bhp import bhp
        from avm.primitives.pedersen import pedersen

        if self.family == "bhp":
            return bhp(self.size).hash_to_group(bits)
        if self.family == "ped":
            return pedersen(self.size).hash_to_group(bits)
        return bhp(256 if self.size == 256 else 512).hash_to_group(self._digest(bits))


_WORDS = {"bhp": "BHP", "ped": "Pedersen", "psd": "Poseidon", "keccak": "Keccak", "sha3_": "SHA-3"}


_PRICES = {"bhp": (50_000, 300), "ped": (10_000, 30), "psd": (40_000, 75)}
_PRICES |= {"keccak": (10_000, 30), "sha3_": (10_000, 30)}


def _hash(code: int, family: str, size: int, suffix: str = "", many: bool = False) -> HashOp:
    raw, native = "raw" in suffix, "native" in suffix
    tail = "without type tags" if raw else "with type tags"
    result = "its digest bits" if native else "a literal of the type after 'as'"
    return HashOp(
        mnemonic=f"hash{'_many' if many else ''}.{family}{size}{suffix}",
        code=code,
        form=As(2 if many else 1),
        family=family,
        size=size,
        raw=raw,
        native=native,
        many=many,
        price=_PRICES[family][0],
        byte_price=_PRICES[family][1],
        traits=Trait.PURE | (Trait.CAN_HALT if many or family == "ped" else Trait.NONE),
        summary=f"Hashes a value, encoded {tail}, with {_WORDS[family]} ({size}) and gives {result}."
        + (" Halts when the value is too long." if family == "ped" else "")
        + (" Reserved: programs with it are refused." if many else ""),
    )


_PLAIN = [("bhp", 256), ("bhp", 512), ("bhp", 768), ("bhp", 1024), ("keccak", 256), ("keccak", 384)]
_PLAIN += [("keccak", 512), ("ped", 64), ("ped", 128), ("psd", 2), ("psd", 4), ("psd", 8)]
_PLAIN += [("sha3_", 256), ("sha3_", 384), ("sha3_", 512)]
_RAW = {("bhp", 256): 90, ("bhp", 512): 91, ("bhp", 768): 92, ("bhp", 1024): 93}
_RAW |= {("ped", 64): 103, ("ped", 128): 104, ("psd", 2): 105, ("psd", 4): 106, ("psd", 8): 107}
_BYTES = {("keccak", 256): 94, ("keccak", 384): 97, ("keccak", 512): 100}
_BYTES |= {("sha3_", 256): 108, ("sha3_", 384): 111, ("sha3_", 512): 114}

OPS: tuple[Op, ...] = (
    *(_hash(22 + i, family, size) for i, (family, size) in enumerate(_PLAIN)),
    *(_hash(37 + i, "psd", size, many=True) for i, size in enumerate((2, 4, 8))),
    *(_hash(code, family, size, ".raw") for (family, size), code in _RAW.items()),
    *(
        _hash(code + i, family, size, suffix)
        for (family, size), code in _BYTES.items()
        for i, suffix in enumerate((".raw", ".native", ".native.raw"))
    ),
)
