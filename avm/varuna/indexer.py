"""The indexer: from the matrices of a circuit to its proving key and verifying key.

Steps (snarkVM ``algorithms/src/snark/varuna/ahp/indexer`` and ``ahp/matrices.rs``): add the three hiding
variables and their row, pad the publics to a power of two, place the columns in the variable domain with
the publics spread evenly, turn every matrix into four polynomials over its own entry domain, commit to them
in the order of their labels.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from avm.algebra import vector
from avm.base.errors import CheckFailure
from avm.base.pool import Pool
from avm.base.progress import NULL_PROGRESS, Cancel, Progress
from avm.r1cs import Matrices
from avm.varuna.commitment import Committer, PartOfStage, Polynomial
from avm.varuna.proof import MATRICES
from avm.varuna.proving_key import IndexedMatrix, ProvingKey
from avm.varuna.verifying_key import INDEX_POLYNOMIALS, CircuitInfo, CircuitShape, VerifyingKey, fault_of

if TYPE_CHECKING:
    from avm.r1cs.matrices import Name
    from avm.varuna.srs.reference_string import Srs

HIDING_VARIABLES = 3


def index(
    matrices: Matrices,
    srs: Srs,
    num_variables: int | None = None,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
    pool: Pool | None = None,
) -> tuple[ProvingKey, VerifyingKey]:
    """Return the keys of a circuit.

    ``matrices`` are unpadded, column 0 is One. ``num_variables`` goes into the verifying key: the circuit's
    count of constants, publics with One and privates (default: publics and privates). CheckFailure when the
    circuit is too small to be indexed or too large for the reference string.
    """
    progress.stage("Index the circuit", "matrices, circuit id and domains")
    info, indexed = arrange(matrices, cancel)
    if fault := fault_of(info):
        raise CheckFailure(f"the circuit cannot be indexed: {fault}")
    if info.highest_power >= srs.table.available or info.degree_bounds[0] >= srs.table.available_last:
        raise CheckFailure(
            f"the circuit needs powers up to {info.highest_power}, {srs.name} has {srs.table.available - 1}",
            hint="import more official powers or make a larger development string",
        )
    circuit_id = circuit_id_of(info, indexed)
    variables = matrices.num_public + matrices.num_private if num_variables is None else num_variables
    blank = VerifyingKey(info, (), circuit_id, variables)
    shape = ProvingKey(blank, indexed, matrices.num_public, matrices.num_private)
    progress.stage("Commit to the matrices", "twelve polynomials")
    committer = Committer(srs, pool, cancel)
    commitments = []
    polynomials = shape.polynomials(cancel)
    for k, name in enumerate(INDEX_POLYNOMIALS):
        part = PartOfStage(progress, k, len(INDEX_POLYNOMIALS))
        commitments.append(committer.commit(Polynomial(polynomials[name]), progress=part))
    key = VerifyingKey(info, tuple(commitments), circuit_id, variables)
    return ProvingKey(key, indexed, matrices.num_public, matrices.num_private, polynomials), key


def circuit_shape(matrices: Matrices, num_variables: int | None = None) -> CircuitShape:
    """Return the shape of a circuit, ``num_variables`` as in ``index``, without committing to it."""
    info, indexed = arrange(matrices)
    variables = matrices.num_public + matrices.num_private if num_variables is None else num_variables
    return CircuitShape(info, circuit_id_of(info, indexed), variables)


def arrange(
    matrices: Matrices, cancel: Cancel | None = None
) -> tuple[CircuitInfo, tuple[IndexedMatrix, IndexedMatrix, IndexedMatrix]]:
    """Return the sizes of the padded circuit and its matrices as arrays."""
    publics = 1 << (matrices.num_public - 1).bit_length()
    privates = matrices.num_private + HIDING_VARIABLES
    moved = publics - matrices.num_public
    indexed = []
    for k, name in enumerate(MATRICES):
        if cancel is not None:
            cancel.check()
        hiding = (publics + matrices.num_private + k, 1)
        indexed.append(_arrange_one(matrices, name, moved, hiding))  # type: ignore[arg-type]
    a, b, c = indexed
    info = CircuitInfo(
        publics, publics + privates, matrices.num_constraints + 1, a.num_entries, b.num_entries, c.num_entries
    )
    return info, (a, b, c)


def _arrange_one(matrices: Matrices, name: Name, moved: int, hiding: tuple[int, int]) -> IndexedMatrix:
    matrix = matrices.named(name).moved(matrices.num_public, moved)
    column, value = hiding
    values = vector.from_ints([*matrix.coefficients, value])
    return IndexedMatrix(
        row_starts=np.append(matrix.starts, matrix.starts[-1] + 1),
        columns=np.append(matrix.columns, column),
        values=values[np.append(matrix.indices, len(values) - 1)],
    )


def circuit_id_of(info: CircuitInfo, indexed: tuple[IndexedMatrix, IndexedMatrix, IndexedMatrix]) -> bytes:
    """Return Blake2s-256 of the sizes and the matrices in the network's encoding (32 bytes)."""
    digest = hashlib.blake2s(info.to_bytes())
    for matrix in indexed:
        digest.update((len(matrix.row_starts) - 1).to_bytes(8, "little"))
        digest.update(_row_words(matrix).tobytes())
    return digest.digest()


def _row_words(matrix: IndexedMatrix) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """Return the rows as u64 words: number of entries, then per entry four of the value and the column."""
    starts, entries = matrix.row_starts, matrix.num_entries
    rows = len(starts) - 1
    words = np.zeros(rows + 5 * entries, dtype="<u8")
    words[np.arange(rows) + 5 * starts[:-1]] = np.diff(starts).astype(np.uint64)
    places = matrix.entry_rows + 1 + 5 * np.arange(entries)
    canonical = vector.to_canonical(matrix.values)
    for limb in range(4):
        words[places + limb] = canonical[:, limb]
    words[places + 4] = matrix.columns.astype(np.uint64)
    return words
