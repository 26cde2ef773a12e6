"""The parts of one instruction or command, whatever its opcode."""

from __future__ import annotations

from dataclasses import dataclass

from avm.isa.operand import Operand
from avm.isa.types import CastType, InterfaceType, RegisterType


@dataclass(frozen=True)
class Statement:
    """``operands`` in reading order, ``destinations`` as register numbers.

    ``target`` is the name a statement refers to: a callee, a mapping, a position, a record entry.
    ``types`` are the types written in it, in reading order (for ``call.dynamic``: of the arguments, then
    of the results).
    """

    operands: tuple[Operand, ...] = ()
    destinations: tuple[int, ...] = ()
    target: str = ""
    types: tuple[CastType | RegisterType | InterfaceType, ...] = ()
