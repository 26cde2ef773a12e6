"""Casts between literal types: exact ones that halt when a value does not fit, and lossy ones that never do.

Values and circuits side by side (`console/program/src/data/literal/{cast,cast_lossy}`,
`circuit/program/src/data/literal/{cast,cast_lossy}`). The lossy cast of a field to a point needs Elligator2,
a primitive of a higher layer, so the caller hands it in. Signatures and
strings never cast, identifiers exactly only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from avm.algebra.fields import FS_MODULUS
from avm.base.errors import DecodeError, Halt
from avm.r1cs.linear import ZERO
from avm.r1cs.system import ConstraintSystem
from avm.types import group as groups
from avm.types import scalar as scalars
from avm.types.address import AddressVar
from avm.types.boolean import BooleanVar, assert_all_zero
from avm.types.field import FieldVar
from avm.types.group import GENERATOR, IDENTITY, GroupVar, Point
from avm.types.identifier import IdentifierVar, identifier_from_field, identifier_to_field
from avm.types.integers import IntegerVar
from avm.types.integers.values import unsigned, wrap
from avm.types.literal_type import LiteralType
from avm.types.scalar import ScalarVar
from avm.types.string import StringVar

CastValue: TypeAlias = bool | int | Point | str
CastVar: TypeAlias = (
    BooleanVar | FieldVar | ScalarVar | IntegerVar | GroupVar | AddressVar | IdentifierVar | StringVar
)
_POINTS = (LiteralType.ADDRESS, LiteralType.GROUP)
_TYPE_OF: dict[type, LiteralType] = {
    AddressVar: LiteralType.ADDRESS,
    BooleanVar: LiteralType.BOOLEAN,
    FieldVar: LiteralType.FIELD,
    GroupVar: LiteralType.GROUP,
    IdentifierVar: LiteralType.IDENTIFIER,
    ScalarVar: LiteralType.SCALAR,
    StringVar: LiteralType.STRING,
}
_NEVER = (LiteralType.SIGNATURE, LiteralType.STRING)


def castable(source: LiteralType, target: LiteralType, *, lossy: bool = False) -> bool:
    """Return whether literals of one type can be cast to the other at all; identifiers never lossily."""
    never = (*_NEVER, LiteralType.IDENTIFIER) if lossy else _NEVER
    return source not in never and target not in never


def _refuse(source: LiteralType, target: LiteralType, *, lossy: bool = False) -> None:
    if not castable(source, target, lossy=lossy):
        raise Halt(f"a value of type {source} cannot be cast to {target}")


# --- values ---


def _as_field(value: CastValue, source: LiteralType) -> int:
    """Return the field element that stands for a value: x of a point, the bit pattern of an integer."""
    if isinstance(value, tuple):
        return value[0]
    if isinstance(value, str):
        return identifier_to_field(value)
    return unsigned(source, value) if source.is_integer else int(value)


def cast(value: CastValue, source: LiteralType, target: LiteralType) -> CastValue:
    """Return a value as another type.

    Raises:
        Halt: it does not fit, or one of the types never casts.
    """
    _refuse(source, target)
    if source is target:
        return value
    if target is LiteralType.IDENTIFIER:
        return _name(_as_field(value, source), value, source)
    if source is LiteralType.BOOLEAN:
        return _from_boolean(bool(value), target)
    if isinstance(value, tuple) and target in _POINTS:
        return value
    number = _as_field(value, source)
    if target is LiteralType.FIELD:
        return number
    if target in _POINTS:
        point = groups.from_x(number)
        if point is None:
            raise Halt(f"no group element has the x-coordinate {number}, so cast halts")
        return point
    if target is LiteralType.BOOLEAN:
        if number > 1:
            raise _misfit(value, source, target)
        return number == 1
    if target is LiteralType.SCALAR:
        if number >= FS_MODULUS:
            raise _misfit(value, source, target)
        return number
    if source.is_integer and isinstance(value, int):
        if not target.min <= value <= target.max:
            raise _misfit(value, source, target)
        return value
    if number >> target.bits:
        raise _misfit(value, source, target)
    return wrap(target, number)


def _misfit(value: CastValue, source: LiteralType, target: LiteralType) -> Halt:
    shown = value[0] if isinstance(value, tuple) else value
    return Halt(f"{shown}{source} does not fit {target}, so cast halts")


def _name(number: int, value: CastValue, source: LiteralType) -> str:
    try:
        return identifier_from_field(number)
    except DecodeError:
        shown = value[0] if isinstance(value, tuple) else str(value).lower()
        raise Halt(f"{shown}{source} is not the number of an identifier, so cast halts") from None


def _from_boolean(value: bool, target: LiteralType) -> CastValue:
    if target in _POINTS:
        return GENERATOR if value else IDENTITY
    return int(value)


def cast_lossy(
    value: CastValue, source: LiteralType, target: LiteralType, elligator2: Callable[[int], Point]
) -> CastValue:
    """Return a value as another type, cutting off what does not fit.

    Args:
        elligator2: maps a field element that is neither zero nor one to a point of the subgroup.

    Raises:
        Halt: one of the types never casts.
    """
    _refuse(source, target, lossy=True)
    if source is target:
        return value
    if source is LiteralType.BOOLEAN:
        return _from_boolean(bool(value), target)
    if isinstance(value, tuple) and target in _POINTS:
        return value
    number = _as_field(value, source)
    if target is LiteralType.FIELD:
        return number
    if target in _POINTS:
        return groups.from_x(number) or (GENERATOR if number == 1 else elligator2(number))
    if target is LiteralType.BOOLEAN:
        return number & 1 == 1
    if target is LiteralType.SCALAR:
        return number & ((1 << scalars.SIZE_IN_DATA_BITS) - 1)
    return wrap(target, value if isinstance(value, int) else number)


# --- circuit ---


def cast_var(var: CastVar, target: LiteralType) -> CastVar:
    """Return a circuit value as another type; a value that does not fit leaves the circuit unsatisfied.

    Raises:
        Halt: values of this type never cast to the target, or a constant does not fit.
    """
    _refuse(_type_of(var), target)
    assert not isinstance(var, StringVar)
    if var.is_constant:
        cast(var.value, _type_of(var), target)
    if isinstance(var, IdentifierVar):
        return var.clone() if target is LiteralType.IDENTIFIER else cast_var(var.to_field(), target)
    if isinstance(var, BooleanVar):
        if target is LiteralType.IDENTIFIER:
            return IdentifierVar.from_field(FieldVar.from_boolean(var))
        return _boolean_var(var, target)
    if isinstance(var, AddressVar | GroupVar):
        point = var.to_group() if isinstance(var, AddressVar) else var.clone()
        return _point_var(point, target) if target in _POINTS else cast_var(point.to_field(), target)
    if target in _POINTS:
        return _point_var(GroupVar.from_x_coordinate(_field_var(var)), target)
    if target is LiteralType.FIELD:
        return _field_var(var)
    if target is LiteralType.IDENTIFIER:
        return IdentifierVar.from_field(_field_var(var))
    if target is LiteralType.BOOLEAN:
        return _bit_of(var)
    if isinstance(var, FieldVar):
        return (
            ScalarVar.from_field(var) if target is LiteralType.SCALAR else IntegerVar.from_field(var, target)
        )
    if isinstance(var, ScalarVar):
        if target is LiteralType.SCALAR:
            return var.clone()
        return IntegerVar.from_bits_le(var.cs, target, var.to_bits_le())
    if target is LiteralType.SCALAR:
        return ScalarVar.from_bits_le(var.cs, var.bits)
    return _resize(var, target)


def cast_lossy_var(var: CastVar, target: LiteralType, elligator2: Callable[[FieldVar], GroupVar]) -> CastVar:
    """Return a circuit value as another type, cutting off what does not fit.

    Args:
        elligator2: the gadget that maps a field element to a point of the subgroup.
    """
    _refuse(_type_of(var), target, lossy=True)
    assert not isinstance(var, IdentifierVar | StringVar)
    if isinstance(var, BooleanVar):
        return _boolean_var(var, target)
    if isinstance(var, AddressVar | GroupVar):
        point = var.to_group() if isinstance(var, AddressVar) else var.clone()
        if target in _POINTS:
            return _point_var(point, target)
        return cast_lossy_var(point.to_field(), target, elligator2)
    if target in _POINTS:
        return _point_var(_lossy_point(_field_var(var), elligator2), target)
    if target is LiteralType.FIELD:
        return _field_var(var)
    if target is LiteralType.BOOLEAN:
        return var.to_bits_le()[0]
    if isinstance(var, FieldVar):
        if target is LiteralType.SCALAR:
            return ScalarVar.from_field_lossy(var)
        return IntegerVar.from_field_lossy(var, target)
    if isinstance(var, ScalarVar):
        if target is LiteralType.SCALAR:
            return var.clone()
        return IntegerVar(var.cs, target, var.to_bits_le()[: target.bits])
    if target is LiteralType.SCALAR:
        return ScalarVar.from_bits_le(var.cs, var.bits)
    filler = var.msb if var.type.is_signed else BooleanVar.constant(var.cs, False)
    return IntegerVar(var.cs, target, (var.bits + (filler,) * target.bits)[: target.bits])


def var_from_bits(cs: ConstraintSystem, type_: LiteralType, bits: Sequence[BooleanVar]) -> CastVar:
    """Return the variable of a type with these bits, which are required to be a value of it.

    Source: `circuit/program/src/data/literal/from_bits.rs`; not for signatures and strings.
    """
    if type_ is LiteralType.BOOLEAN:
        return bits[0]
    if type_.is_integer:
        return IntegerVar.from_bits_le(cs, type_, bits)
    if type_ in _POINTS:
        return _point_var(GroupVar.from_bits_le(cs, bits), type_)
    if type_ is LiteralType.IDENTIFIER:
        return IdentifierVar.from_bits_le(cs, bits)
    return (ScalarVar if type_ is LiteralType.SCALAR else FieldVar).from_bits_le(cs, bits)


def _type_of(var: CastVar) -> LiteralType:
    return var.type if isinstance(var, IntegerVar) else _TYPE_OF[type(var)]


def _field_var(var: FieldVar | ScalarVar | IntegerVar) -> FieldVar:
    return var.clone() if isinstance(var, FieldVar) else var.to_field()


def _point_var(point: GroupVar, target: LiteralType) -> GroupVar | AddressVar:
    return AddressVar(point) if target is LiteralType.ADDRESS else point


def _boolean_var(bit: BooleanVar, target: LiteralType) -> CastVar:
    cs = bit.cs
    if target is LiteralType.BOOLEAN:
        return bit
    if target is LiteralType.FIELD:
        return FieldVar.from_boolean(bit)
    if target in _POINTS:
        return _point_var(GroupVar.ternary(bit, GroupVar.generator(cs), GroupVar.zero(cs)), target)
    if target is LiteralType.SCALAR:
        return ScalarVar.ternary(bit, ScalarVar.constant(cs, 1), ScalarVar.constant(cs, 0))
    one = IntegerVar.constant(cs, target, 1)
    return IntegerVar.ternary(bit, one, IntegerVar.constant(cs, target, 0))


def _bit_of(var: FieldVar | ScalarVar | IntegerVar) -> BooleanVar:
    """Return whether a value is one, and require that it is zero or one."""
    cs = var.cs
    if isinstance(var, IntegerVar):
        is_one = var.is_eq(IntegerVar.constant(cs, var.type, 1))
        is_zero = var.is_eq(IntegerVar.constant(cs, var.type, 0))
    elif isinstance(var, ScalarVar):
        is_one = var.is_eq(ScalarVar.constant(cs, 1))
        is_zero = var.is_eq(ScalarVar.constant(cs, 0))
    else:
        is_one = var.is_eq(FieldVar.one(cs))
        is_zero = var.is_eq(FieldVar.zero(cs))
    cs.assert_true(is_zero.or_(is_one).lc)
    return is_one


def _resize(var: IntegerVar, target: LiteralType) -> IntegerVar:
    """Return the same number in another width and signedness, required to fit."""
    cs, bits, size = var.cs, var.bits, target.bits
    if not var.type.is_signed:
        if target.is_signed and var.type.bits >= size:
            assert_all_zero(cs, bits[size - 1 :])
            return IntegerVar(cs, target, bits[:size])
        return IntegerVar.from_bits_le(cs, target, bits)
    if not target.is_signed:
        if var.type.bits <= size:
            cs.assert_true(var.msb.not_().lc)
            return IntegerVar.from_bits_le(cs, target, bits)
        assert_all_zero(cs, bits[size:])
        return IntegerVar(cs, target, bits[:size])
    if var.type.bits <= size:
        return IntegerVar(cs, target, bits + (var.msb,) * (size - var.type.bits))
    for bit in bits[size - 1 : -1]:
        cs.assert_eq(var.msb.lc, bit.lc)
    return IntegerVar(cs, target, (*bits[: size - 1], var.msb))


def _lossy_point(x: FieldVar, elligator2: Callable[[FieldVar], GroupVar]) -> GroupVar:
    """Return the point with this x; without one the generator for 1, else the image under Elligator2."""
    cs = x.cs
    point, not_in_group = GroupVar.from_x_coordinate_flagged(x.clone())
    is_zero = x.is_eq(FieldVar(cs, ZERO))
    is_one = x.is_eq(FieldVar.one(cs))
    generator = GroupVar.generator(cs)
    encoded = elligator2(FieldVar.ternary(is_zero, FieldVar.one(cs), x))
    return GroupVar.ternary(not_in_group, GroupVar.ternary(is_one, generator, encoded), point)
