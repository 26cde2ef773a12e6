"""Integers of 8 to 128 bits, signed and unsigned: values that halt or wrap, and their circuits.

``values`` is the value half; ``IntegerVar`` is the circuit half, built in layers: bits, sums, products,
quotients, shifts.
"""

from avm.types.integers.shifts import IntegerVar

__all__ = ["IntegerVar"]
