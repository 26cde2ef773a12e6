"""Rank-1 constraint systems: linear combinations, labelled constraints, matrices and assignments."""

from avm.r1cs.labels import Label, Origin
from avm.r1cs.linear import LinearCombination, Mode
from avm.r1cs.matrices import Assignment, Csr, Matrices, Row
from avm.r1cs.system import ConstraintSystem, Counts, Violation

__all__ = [
    "Assignment",
    "ConstraintSystem",
    "Counts",
    "Csr",
    "Label",
    "LinearCombination",
    "Matrices",
    "Mode",
    "Origin",
    "Row",
    "Violation",
]
