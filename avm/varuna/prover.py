"""The prover: checks the assignments, runs the rounds in order, and puts the proof and its report together.

Source: snarkVM ``algorithms/src/snark/varuna/varuna.rs`` (``prove_batch``). Randomness comes from the
operating system; an explicit ``seed`` makes a proof reproducible and must only be used in tests, since it
removes hiding.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial

import numpy as np

from avm.algebra import vector
from avm.algebra.fields import FR_MODULUS
from avm.base.errors import AvmError, CheckFailure
from avm.base.pool import Pool
from avm.base.progress import NULL_PROGRESS, Cancel, Progress
from avm.r1cs import Assignment
from avm.varuna.combinations import label
from avm.varuna.commitment import Committer
from avm.varuna.proof import MATRICES, Proof
from avm.varuna.protocol import Dialogue, LargestDomains
from avm.varuna.proving_key import ProvingKey, column_positions
from avm.varuna.report import STAGES, ProofReport, StageReport
from avm.varuna.rounds.fifth import fifth_round
from avm.varuna.rounds.first import first_round
from avm.varuna.rounds.fourth import fourth_round
from avm.varuna.rounds.opening import open_all
from avm.varuna.rounds.second import second_round
from avm.varuna.rounds.state import Circuit, Instance, ProverState, Randomness
from avm.varuna.rounds.third import third_round
from avm.varuna.srs.reference_string import Srs
from avm.varuna.version import CURRENT, VarunaVersion


class UnsatisfiedError(AvmError):
    """An assignment that breaks a row of its circuit: there is nothing true to prove."""

    default_code = "EAVM0601"

    def __init__(self, row: int, instance: int, broken_rows: int) -> None:
        more = f" ({broken_rows} rows in all)" if broken_rows > 1 else ""
        super().__init__(
            f"the assignment breaks row {row} of the circuit{more}: A z times B z is not C z",
            hint="the run that made this assignment did not satisfy its own constraints",
        )
        self.row = row
        self.instance = instance
        self.broken_rows = broken_rows


def prove(
    key: ProvingKey,
    srs: Srs,
    assignments: Assignment | Sequence[Assignment],
    *,
    version: VarunaVersion = CURRENT,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
    seed: bytes | None = None,
    pool: Pool | None = None,
) -> tuple[Proof, ProofReport]:
    """Prove one circuit for one or more assignments; see ``prove_batch``."""
    instances = [assignments] if isinstance(assignments, Assignment) else list(assignments)
    return prove_batch(
        [(key, instances)], srs, version=version, progress=progress, cancel=cancel, seed=seed, pool=pool
    )


def prove_batch(
    circuits: Sequence[tuple[ProvingKey, Sequence[Assignment]]],
    srs: Srs,
    *,
    version: VarunaVersion = CURRENT,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
    seed: bytes | None = None,
    pool: Pool | None = None,
) -> tuple[Proof, ProofReport]:
    """Return one proof that every circuit accepts all its assignments, and a report of how it was made.

    Circuits may come in any order. Raises UnsatisfiedError for an assignment that breaks a row,
    CheckFailure for assignments of another circuit or a reference string that is too short, Cancelled.
    Without a ``pool`` one is made for the call; ``cancel`` is honoured between pieces of work of a few
    milliseconds.
    """
    cancel = cancel or Cancel()
    if pool is not None:
        return _prove(circuits, srs, version, progress, cancel, Randomness(seed), pool)
    with Pool() as own:
        return _prove(circuits, srs, version, progress, cancel, Randomness(seed), own)


def _prove(
    circuits: Sequence[tuple[ProvingKey, Sequence[Assignment]]],
    srs: Srs,
    version: VarunaVersion,
    progress: Progress,
    cancel: Cancel,
    random: Randomness,
    pool: Pool,
) -> tuple[Proof, ProofReport]:
    began = time.perf_counter()
    ordered = sorted(circuits, key=lambda pair: pair[0].circuit_id)
    _check_request(ordered, srs)
    stage = "Check the witness"
    progress.stage(stage, STAGES[stage])
    prepared = [_prepare(key, list(assignments), random, cancel, pool) for key, assignments in ordered]
    checked = StageReport(stage, STAGES[stage], time.perf_counter() - began)
    state = ProverState(
        version=version,
        circuits=prepared,
        largest=LargestDomains.of([circuit.info for circuit in prepared]),
        dialogue=Dialogue(
            version,
            [circuit.key.verifying_key for circuit in prepared],
            [[instance.public for instance in circuit.instances] for circuit in prepared],
        ),
        committer=Committer(srs, pool, cancel),
        random=random,
        progress=progress,
        cancel=cancel,
        pool=pool,
        stages=[checked],
    )
    for each in (first_round, second_round, third_round, fourth_round, fifth_round):
        each(state)
    proof = _assemble(state)
    seconds = time.perf_counter() - began
    return proof, ProofReport(int(version), tuple(state.stages), seconds, len(proof.to_bytes()))


def _check_request(circuits: Sequence[tuple[ProvingKey, Sequence[Assignment]]], srs: Srs) -> None:
    if not circuits:
        raise CheckFailure("there is nothing to prove")
    if len({key.circuit_id for key, _ in circuits}) != len(circuits):
        raise CheckFailure("two circuits of the batch are the same; give their assignments together")
    for key, assignments in circuits:
        if not assignments:
            raise CheckFailure("a circuit of the batch has no assignment")
        for assignment in assignments:
            publics, privates = len(assignment.public), assignment.num_private
            if (publics, privates) != (key.num_public, key.num_private):
                raise CheckFailure(
                    f"the assignment has {publics} public and {privates} private values, "
                    f"the circuit {key.num_public} and {key.num_private}"
                )
            if assignment.public[0] != 1:
                raise CheckFailure("the first public value of an assignment must be 1")
    largest = LargestDomains.of([key.info for key, _ in circuits])
    needed = max(largest.columns.size + 3, largest.rows.size - 1, largest.entries.size - 1)
    if needed >= srs.table.available:
        raise CheckFailure(
            f"the proof needs powers up to {needed}, {srs.name} has {srs.table.available - 1}",
            hint="import more official powers or make a larger development string",
        )


def _prepare(
    key: ProvingKey, assignments: list[Assignment], random: Randomness, cancel: Cancel, pool: Pool
) -> Circuit:
    """Place every assignment with its three hiding values in the variable domain and check all rows."""
    circuit = Circuit(key, [], key.places)
    for j, assignment in enumerate(assignments):
        cancel.check()
        first, second = random.scalar(), random.scalar()
        hiding = (first, second, first * second % FR_MODULUS)
        public = [*assignment.public, *[0] * (key.info.num_public_inputs - key.num_public)]
        private = assignment.private_vector()
        values = np.concatenate([vector.from_ints(public), private, vector.from_ints(hiding)])
        z = vector.zeros(key.info.variable_domain.size)
        z[column_positions(key.info, np.arange(len(values)))] = values
        products = pool.map(partial(_multiply, circuit, z), range(3), cancel)
        _check_rows(products, j)
        size = key.info.constraint_domain.size
        at_a, at_b, at_c = (vector.pad(product, size) for product in products)
        circuit.instances.append(Instance(public, z, (at_a, at_b, at_c)))
    return circuit


def _check_rows(products: Sequence[vector.FrVector], instance: int) -> None:
    """Raise UnsatisfiedError unless A z * B z = C z in every row; ``products`` are these three."""
    wrong = vector.mul(products[0], products[1]) != products[2]
    if np.any(wrong):
        wrong = np.any(wrong, axis=1)
        raise UnsatisfiedError(int(np.argmax(wrong)), instance, int(np.count_nonzero(wrong)))


def _multiply(circuit: Circuit, z: vector.FrVector, k: int) -> vector.FrVector:
    """Return matrix k times z."""
    matrix = circuit.key.matrices[k]
    return vector.csr_matvec(matrix.row_starts, circuit.places[k], matrix.values, z)


def _assemble(state: ProverState) -> Proof:
    g_1_at_beta, g_at_gamma, openings = open_all(state)
    points = state.commitments
    count = range(len(state.circuits))
    g_a, g_b, g_c = (tuple(points[label(f"g_{m}", i)] for i in count) for m in MATRICES)
    at_a, at_b, at_c = zip(*g_at_gamma)
    return Proof(
        batch_sizes=tuple(len(circuit.instances) for circuit in state.circuits),
        witness=tuple(
            points[label("w", i, j)] for i in count for j in range(len(state.circuits[i].instances))
        ),
        mask=points["mask"],
        h_0=points["h_0"],
        g_1=points["g_1"],
        h_1=points["h_1"],
        g_a=g_a,
        g_b=g_b,
        g_c=g_c,
        h_2=points["h_2"],
        g_1_at_beta=g_1_at_beta,
        g_a_at_gamma=at_a,
        g_b_at_gamma=at_b,
        g_c_at_gamma=at_c,
        third_sums=tuple(tuple(sums) for sums in state.third_sums),
        fourth_sums=tuple(state.fourth_sums),
        openings=openings,
    )
