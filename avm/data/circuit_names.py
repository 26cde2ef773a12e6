"""Names inside a circuit: always constants, counted where they are injected, eight for each character.

Their bits are known from then on, so reading them counts nothing
(`circuit/program/src/{id,function_id,data/identifier}`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from avm.data.identifier import function_id, identifier_bits, program_id_bits
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.boolean import BooleanVar, new_bits
from avm.types.field import FieldVar

Bits = tuple[BooleanVar, ...]
NETWORK_BITS = 16


def fixed_bits(cs: ConstraintSystem, bits: Sequence[bool]) -> Bits:
    """Return fixed bits that are not counted."""
    zero, one = BooleanVar.constant(cs, False), BooleanVar.constant(cs, True)
    return tuple([one if bit else zero for bit in bits])


def counted_bits(cs: ConstraintSystem, value: int, size: int) -> list[BooleanVar]:
    """Return the bits of a fixed integer, each counted as a constant."""
    return new_bits(cs, Mode.CONSTANT, value, size)


def count_constants(cs: ConstraintSystem, number: int) -> None:
    """Count constants whose values no constraint reads."""
    for _ in range(number):
        cs.new_constant(0)


def count_name(cs: ConstraintSystem, name: str) -> None:
    """Count the constants of a name."""
    count_constants(cs, 8 * len(name))


def count_program_id(cs: ConstraintSystem, program: str) -> None:
    """Count the constants of the name and the network of a program."""
    count_constants(cs, 8 * (len(program) - 1))


def name_bits(cs: ConstraintSystem, name: str) -> Bits:
    """Return the bits of a name that has been counted."""
    return fixed_bits(cs, identifier_bits(name))


def program_bits(cs: ConstraintSystem, program: str) -> Bits:
    """Return the bits of a program's name and network, which have been counted."""
    return fixed_bits(cs, program_id_bits(program))


def function_id_circuit(cs: ConstraintSystem, network: int, program: str, function: str) -> FieldVar:
    """Return the id of a function: a hash of constants, whose steps are counted."""
    count_constants(cs, _function_id_constants(8 * (len(program) - 1 + len(function))))
    return FieldVar.fixed(cs, function_id(program, function, network))


@cache
def _function_id_constants(name_bits: int) -> int:
    """Return how many constants the hash counts: three sizes of names, then what its chunks of bits count."""
    from avm.primitives.bhp import bhp

    cs = ConstraintSystem()
    sizes = 3 * 8
    bhp(1024).hash_to_group_circuit(cs, fixed_bits(cs, [False] * (NETWORK_BITS + sizes + name_bits)))
    return sizes + cs.num_constants
