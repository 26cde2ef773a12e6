"""Third round: the column check.

With M_alpha the polynomial through the column sums of M at the random row alpha, the sum of M_alpha * z
over the variable domain is the value of M z at alpha. The product of the weighted M_alpha and z is split
into a multiple h_1 of v_C and a remainder whose constant coefficient is the sum; g_1 is the rest of that
remainder, divided by X. The mask is split in the same way. Source: snarkVM
``ahp/prover/round_functions/third.rs`` and ``prepare_third.rs``.
"""

from __future__ import annotations

import numpy as np

from avm.algebra import vector
from avm.algebra.fields import FR_MODULUS
from avm.varuna.combinations import scale_to
from avm.varuna.proof import Sums
from avm.varuna.protocol import Combiners
from avm.varuna.rounds.state import (
    Circuit,
    ProverState,
    coset_vanishing_inverse,
    map_largest_first,
    on_coset,
    weighted,
)


def third_round(state: ProverState) -> None:
    """Send the column sums, commit to g_1 and h_1; receive beta."""
    with state.stage("Column sums", 2):
        for circuit in state.circuits:
            _sum_columns(state, circuit)
            state.third_sums.append(_sums(circuit))
        state.column_combiners, state.etas = state.dialogue.column_weights(state.third_sums)
        quotient, remainder = (vector.from_ints(part) for part in state.mask_parts)
        size = state.largest.columns.size
        for circuit, combiners in zip(state.circuits, state.column_combiners, strict=True):
            state.cancel.check()
            h, g = _split(state, circuit, combiners)
            quotient = vector.add(quotient, h)
            remainder = vector.add(remainder, g if len(g) == size else np.tile(g, (size // len(g), 1)))
        g_1 = state.commit("g_1", np.ascontiguousarray(remainder[1:]), hiding=True, bound=size - 2)
        h_1 = state.commit("h_1", quotient)
        state.beta = state.dialogue.third(g_1, h_1, state.third_sums)


def _sum_columns(state: ProverState, circuit: Circuit) -> None:
    """Weight the entries of A, B and C by their rows' L_i(alpha); sum them to M_alpha over the columns."""
    lagrange_rows = vector.lagrange_at(circuit.info.constraint_domain.size, state.alpha)

    def sums(k: int) -> tuple[vector.FrVector, vector.FrVector]:
        matrix = circuit.key.matrices[k]
        entries = vector.gathered_products(matrix.values, lagrange_rows, matrix.entry_rows)
        return entries, vector.scatter_sums(circuit.places[k], entries, circuit.info.variable_domain.size)

    made = map_largest_first(state, sums, [matrix.num_entries for matrix in circuit.key.matrices])
    circuit.entries_at_alpha, circuit.columns_at_alpha = zip(*made)


def _sums(circuit: Circuit) -> list[Sums]:
    """Return sigma_a, sigma_b, sigma_c of every instance: the values of A z, B z and C z at alpha."""
    a, b, c = circuit.columns_at_alpha
    return [
        (vector.dot(a, instance.z), vector.dot(b, instance.z), vector.dot(c, instance.z))
        for instance in circuit.instances
    ]


def _split(
    state: ProverState, circuit: Circuit, combiners: Combiners
) -> tuple[vector.FrVector, vector.FrVector]:
    """Return (h, g) with weighted M_alpha * z = h * v_C + g, for the circuit's own C."""
    domain = circuit.info.variable_domain
    factor = combiners.circuit * scale_to(state.largest.columns, domain)
    matrices = weighted(circuit.columns_at_alpha, [eta * factor % FR_MODULUS for eta in state.etas])
    z = weighted([instance.z for instance in circuit.instances], combiners.instances)
    z_polynomial = weighted([instance.z_polynomial for instance in circuit.instances], combiners.instances)
    work = [
        lambda: on_coset(vector.intt(matrices), domain.size),
        lambda: on_coset(z_polynomial, domain.size),
        lambda: vector.intt(vector.mul(matrices, z)),
    ]
    at_matrices, at_z, g = state.pool.map(lambda part: part(), work, state.cancel)
    # On the coset v_C is a constant, and the interpolation of g's values there is g itself.
    product = vector.coset_intt(vector.mul(at_matrices, at_z))
    inverse = coset_vanishing_inverse(domain.size)
    return vector.linear_combination([(product, inverse), (g, -inverse)], state.pool, state.cancel), g
