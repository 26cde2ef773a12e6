"""Rank-1 constraint systems: linear combinations, labelled constraints, matrices and assignments."""

from avm.r1cs.labels import Label, Origin
from avm.r1cs.linear import LinearCombination, Mode
from avm.r1cs.matrices import Assignment, Matrices, Row, SparseMatrix
from avm.r1cs.system import ConstraintSystem, Counts, Violation

__all__ = [
    "Assignment",
    "ConstraintSystem",
    "Counts",
    "Label",
    "LinearCombination",
    "Matrices",
    "Mode",
    "Origin",
    "Row",
    "SparseMatrix",
    "Violation",
]
