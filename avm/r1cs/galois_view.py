"""Matrices and assignments as `galois` arrays over Fr, for exploring in a console or notebook.

The modulus and its generator 22 are given to galois, which otherwise searches for minutes; galois itself is
imported only when asked for.
Arrays are dense: meant for systems of up to a few thousand entries a side.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from avm.base.errors import Unsupported
from avm.base.startup import ignore_numba_file
from avm.r1cs.linear import MODULUS
from avm.r1cs.matrices import Assignment, Matrices, SparseMatrix

if TYPE_CHECKING:
    import galois

    Array = galois.FieldArray


@cache
def scalar_field() -> type[galois.FieldArray]:
    """Return the galois class of Fr; ``Unsupported`` where the extra ``analysis`` is not installed."""
    ignore_numba_file()
    try:
        import galois
    except ImportError:
        raise Unsupported(
            "matrices as galois arrays need the package galois", hint="pip install 'avm-studio[analysis]'"
        ) from None

    return galois.GF(MODULUS, primitive_element=22, verify=False)


def as_galois(matrices: Matrices, assignment: Assignment) -> tuple[Array, Array, Array, Array]:
    """Return A, B, C (constraints x variables) and z (variables) as galois arrays."""
    field = scalar_field()

    def dense(rows: SparseMatrix) -> Array:
        array: Array = field.Zeros((len(rows), matrices.num_variables))
        for i, row in enumerate(rows):
            for column, value in row:
                array[i, column] = value
        return array

    return dense(matrices.a), dense(matrices.b), dense(matrices.c), field(list(assignment.z))


def holds(a: Array, b: Array, c: Array, z: Array) -> bool:
    """Tell whether ``(A z) * (B z) = C z`` entry by entry, computed by galois alone."""
    return bool(((a @ z) * (b @ z) == c @ z).all())
