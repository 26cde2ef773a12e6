"""Plaintext values inside a circuit: a literal, struct or array whose leaves are variables.

Names and access paths are constants, but counted ones: eight for each character of a name, 32 for an index
(`circuit/program/src/data/{literal,plaintext,access,identifier}`). Encoded bits are found once and kept, as
the bits of fields and scalars are; ``clone`` copies what is known so far.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from avm.account.signature import SignatureVar
from avm.base.errors import Halt
from avm.base.limits import MAX_DATA_FIELDS
from avm.data.circuit_names import Bits, count_constants, count_name, counted_bits, fixed_bits, name_bits
from avm.data.literal import Literal
from avm.data.plaintext import Array, Plaintext, Struct
from avm.r1cs.hints import COPY
from avm.r1cs.linear import LinearCombination, Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.address import AddressVar
from avm.types.boolean import BooleanVar
from avm.types.field import SIZE_IN_DATA_BITS, FieldVar
from avm.types.group import GroupVar
from avm.types.identifier import IdentifierVar
from avm.types.integers import IntegerVar
from avm.types.literal_type import LiteralType, LiteralValue
from avm.types.scalar import ScalarVar
from avm.types.string import StringVar

LiteralVar: TypeAlias = (
    BooleanVar
    | FieldVar
    | ScalarVar
    | IntegerVar
    | GroupVar
    | AddressVar
    | SignatureVar
    | StringVar
    | IdentifierVar
)
_NEW: dict[LiteralType, Callable[[ConstraintSystem, Mode, LiteralValue], LiteralVar]] = {
    LiteralType.ADDRESS: AddressVar.new,
    LiteralType.BOOLEAN: BooleanVar.new,
    LiteralType.FIELD: FieldVar.new,
    LiteralType.GROUP: GroupVar.new,
    LiteralType.IDENTIFIER: IdentifierVar.new,
    LiteralType.SCALAR: ScalarVar.new,
    LiteralType.SIGNATURE: SignatureVar.new,
    LiteralType.STRING: StringVar.new,
}


def new_literal(cs: ConstraintSystem, mode: Mode, literal: Literal) -> LiteralVar:
    """Inject the value of a literal as the variable of its type."""
    if literal.type.is_integer:
        return IntegerVar.new(cs, literal.type, mode, literal.value)
    return _NEW[literal.type](cs, mode, literal.value)


class CircuitLiteral:
    """A literal of a circuit: its type and its variable."""

    __slots__ = ("_tagged", "cs", "type", "var")

    def __init__(self, type: LiteralType, var: LiteralVar, tagged: Bits | None = None) -> None:
        self.cs = var.cs
        self.type = type
        self.var = var
        self._tagged = tagged

    @property
    def is_constant(self) -> bool:
        """True when no variable occurs."""
        return self.var.is_constant

    def value(self) -> Literal:
        """Return the literal of the witness."""
        return Literal(self.type, self.var.value)

    def clone(self) -> CircuitLiteral:
        """Return a copy; bits found later are not shared."""
        return CircuitLiteral(self.type, self.var.clone(), self._tagged)

    def tagged_bits(self) -> Bits:
        """Return 0, 0, the variant (8 bits), the size (16 bits) and the bits of the value."""
        if self._tagged is None:
            bits = [*fixed_bits(self.cs, (False, False)), *counted_bits(self.cs, self.type.value, 8)]
            value = self.var.to_bits_le()
            bits += counted_bits(self.cs, self.type.size_in_bits or len(value), 16)
            self._tagged = (*bits, *value)
        return self._tagged

    def raw_bits(self) -> Bits:
        """Return the bits of the value alone."""
        return self.var.to_bits_le()

    def combinations(self) -> list[LinearCombination]:
        """Return the combinations that determine the value: one, two for a point, one for each character."""
        var = self.var
        if isinstance(var, IntegerVar):
            return [var.lc()]
        if isinstance(var, AddressVar):
            return [var.group.x.lc, var.group.y.lc]
        if isinstance(var, GroupVar):
            return [var.x.lc, var.y.lc]
        if isinstance(var, SignatureVar):
            points = (var.compute_key.pk_sig, var.compute_key.pr_sig)
            return [var.challenge.lc, var.response.lc, *(lc for p in points for lc in (p.x.lc, p.y.lc))]
        return [byte.lc() for byte in var.bytes] if isinstance(var, StringVar) else [var.lc]


class CircuitStruct:
    """A struct of a circuit: named members in order."""

    __slots__ = ("_tagged", "cs", "members")

    def __init__(
        self,
        cs: ConstraintSystem,
        members: Sequence[tuple[str, CircuitPlaintext]],
        tagged: Bits | None = None,
    ) -> None:
        self.cs = cs
        self.members = tuple(members)
        self._tagged = tagged

    @classmethod
    def build(cls, cs: ConstraintSystem, members: Sequence[tuple[str, CircuitPlaintext]]) -> CircuitStruct:
        """Return a struct of values already in the circuit; the names are counted as constants."""
        for name, _ in members:
            count_name(cs, name)
        return cls(cs, members)

    @property
    def is_constant(self) -> bool:
        """True when no variable occurs."""
        return all(value.is_constant for _, value in self.members)

    def value(self) -> Struct:
        """Return the struct of the witness."""
        return Struct(tuple((name, value.value()) for name, value in self.members))

    def clone(self) -> CircuitStruct:
        """Return a copy; bits found later are not shared."""
        return CircuitStruct(self.cs, [(n, value.clone()) for n, value in self.members], self._tagged)

    def tagged_bits(self) -> Bits:
        """Return 0, 1, the member count (8 bits), then name and value of each, both with their sizes."""
        if self._tagged is None:
            cs = self.cs
            bits = [*fixed_bits(cs, (False, True)), *counted_bits(cs, len(self.members), 8)]
            for name, value in self.members:
                inner = value.tagged_bits()
                bits += counted_bits(cs, 8 * len(name), 8)
                bits += name_bits(cs, name)
                bits += counted_bits(cs, len(inner), 16)
                bits += inner
            self._tagged = tuple(bits)
        return self._tagged

    def raw_bits(self) -> Bits:
        """Return the bits of all literals."""
        return tuple(bit for _, value in self.members for bit in value.raw_bits())

    def combinations(self) -> list[LinearCombination]:
        """Return the combinations of all members."""
        return [lc for _, value in self.members for lc in value.combinations()]


class CircuitArray:
    """An array of a circuit."""

    __slots__ = ("_tagged", "cs", "elements")

    def __init__(
        self, cs: ConstraintSystem, elements: Sequence[CircuitPlaintext], tagged: Bits | None = None
    ) -> None:
        self.cs = cs
        self.elements = tuple(elements)
        self._tagged = tagged

    @property
    def is_constant(self) -> bool:
        """True when no variable occurs."""
        return all(value.is_constant for value in self.elements)

    def value(self) -> Array:
        """Return the array of the witness."""
        return Array(tuple(value.value() for value in self.elements))

    def clone(self) -> CircuitArray:
        """Return a copy; bits found later are not shared."""
        return CircuitArray(self.cs, [value.clone() for value in self.elements], self._tagged)

    def tagged_bits(self) -> Bits:
        """Return 1, 0, the length (32 bits), then each element with its size."""
        if self._tagged is None:
            bits = [*fixed_bits(self.cs, (True, False)), *counted_bits(self.cs, len(self.elements), 32)]
            for value in self.elements:
                inner = value.tagged_bits()
                bits += counted_bits(self.cs, len(inner), 16)
                bits += inner
            self._tagged = tuple(bits)
        return self._tagged

    def raw_bits(self) -> Bits:
        """Return the bits of all literals."""
        return tuple(bit for value in self.elements for bit in value.raw_bits())

    def combinations(self) -> list[LinearCombination]:
        """Return the combinations of all elements."""
        return [lc for value in self.elements for lc in value.combinations()]


CircuitPlaintext: TypeAlias = CircuitLiteral | CircuitStruct | CircuitArray


def inject(cs: ConstraintSystem, mode: Mode, value: Plaintext) -> CircuitPlaintext:
    """Inject a plaintext: its leaves with the given mode, names as constants, in order."""
    if isinstance(value, Literal):
        return CircuitLiteral(value.type, new_literal(cs, mode, value))
    if isinstance(value, Array):
        return CircuitArray(cs, [inject(cs, mode, element) for element in value.elements])
    members = []
    for name, member in value.members:
        count_name(cs, name)
        members.append((name, inject(cs, mode, member)))
    return CircuitStruct(cs, members)


def find(value: CircuitPlaintext, path: Sequence[str | int]) -> CircuitPlaintext:
    """Return a copy of the part that a path of member names and indices leads to; the path is counted.

    Raises:
        Halt: the path leads nowhere.
    """
    count_path(value.cs, path)
    return follow(value, path)


def count_path(cs: ConstraintSystem, path: Sequence[str | int]) -> None:
    """Count the constants of a path: its names, and 32 for each index."""
    for step in path:
        if isinstance(step, str):
            count_name(cs, step)
        else:
            count_constants(cs, 32)


def follow(value: CircuitPlaintext, path: Sequence[str | int]) -> CircuitPlaintext:
    """Return a copy of the part that a path which has been counted leads to; ``Halt`` where there is none."""
    for step in path:
        if isinstance(value, CircuitStruct) and isinstance(step, str):
            found = next((member for name, member in value.members if name == step), None)
            if found is None:
                raise Halt(f"the struct has no member '{step}'")
            value = found
        elif isinstance(value, CircuitArray) and isinstance(step, int):
            if step >= len(value.elements):
                raise Halt(f"index {step} is outside an array of {len(value.elements)} elements")
            value = value.elements[step]
        else:
            raise Halt(f"there is no '{step}' in {value.value()}")
    return value.clone()


def is_eq(a: CircuitPlaintext, b: CircuitPlaintext) -> BooleanVar:
    """Return whether two plaintexts have the same shape and values."""
    cs = a.cs
    same = BooleanVar.constant(cs, True)
    if isinstance(a, CircuitLiteral) and isinstance(b, CircuitLiteral) and a.type is b.type:
        return a.var.is_eq(b.var)  # type: ignore[arg-type]
    if isinstance(a, CircuitStruct) and isinstance(b, CircuitStruct) and len(a.members) == len(b.members):
        for (name_a, x), (name_b, y) in zip(a.members, b.members):
            names = BooleanVar.new(cs, Mode.CONSTANT, name_a == name_b)
            same = same.and_(names).and_(is_eq(x, y))
        return same
    if isinstance(a, CircuitArray) and isinstance(b, CircuitArray) and len(a.elements) == len(b.elements):
        for x, y in zip(a.elements, b.elements):
            same = same.and_(is_eq(x, y))
        return same
    return BooleanVar.constant(cs, False)


def is_neq(a: CircuitPlaintext, b: CircuitPlaintext) -> BooleanVar:
    """Return whether two plaintexts differ in shape or values."""
    cs = a.cs
    differ = BooleanVar.constant(cs, False)
    if isinstance(a, CircuitLiteral) and isinstance(b, CircuitLiteral) and a.type is b.type:
        return a.var.is_neq(b.var)  # type: ignore[arg-type]
    if isinstance(a, CircuitStruct) and isinstance(b, CircuitStruct) and len(a.members) == len(b.members):
        for (name_a, x), (name_b, y) in zip(a.members, b.members):
            names = BooleanVar.new(cs, Mode.CONSTANT, name_a != name_b)
            differ = differ.or_(names).or_(is_neq(x, y))
        return differ
    if isinstance(a, CircuitArray) and isinstance(b, CircuitArray) and len(a.elements) == len(b.elements):
        for x, y in zip(a.elements, b.elements):
            differ = differ.or_(is_neq(x, y))
        return differ
    return BooleanVar.constant(cs, True)


def to_fields(value: CircuitPlaintext) -> list[FieldVar]:
    """Return the tagged bits, closed by a one, packed into field elements of 252 bits.

    Raises:
        Halt: the value is larger than ``MAX_DATA_FIELDS`` field elements.
    """
    return _pack(value.cs, (*value.tagged_bits(), BooleanVar.constant(value.cs, True)))


def to_fields_raw(value: CircuitPlaintext) -> list[FieldVar]:
    """Return the bits of all literals packed into field elements of 252 bits.

    Raises:
        Halt: the value is larger than ``MAX_DATA_FIELDS`` field elements.
    """
    return _pack(value.cs, value.raw_bits())


def _pack(cs: ConstraintSystem, bits: Bits) -> list[FieldVar]:
    step = SIZE_IN_DATA_BITS
    if len(bits) > MAX_DATA_FIELDS * step:
        raise Halt(f"a value of {len(bits)} bits is larger than {MAX_DATA_FIELDS} field elements")
    return [FieldVar.from_bits_le(cs, bits[i : i + step]) for i in range(0, len(bits), step)]


def expose(value: CircuitPlaintext, name: str) -> list[LinearCombination]:
    """Bind a value to public variables, one for each of its combinations, and return them.

    This is the plain public output of a circuit without a request; it costs one constraint a variable.
    """
    cs = value.cs
    with cs.named(name), cs.gadget("output"):
        publics = [cs.derive(COPY, [lc], mode=Mode.PUBLIC)[0] for lc in value.combinations()]
    with cs.gadget("output"):
        for lc, public in zip(value.combinations(), publics):
            cs.assert_eq(lc, public)
    return publics


def pack(cs: ConstraintSystem, bits: Bits) -> list[FieldVar]:
    """Return bits, closed by a one, in field elements; ``Halt`` beyond ``MAX_DATA_FIELDS``."""
    return _pack(cs, (*bits, BooleanVar.constant(cs, True)))
