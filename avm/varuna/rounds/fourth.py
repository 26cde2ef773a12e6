"""Fourth round: the matrix sums.

M(alpha, beta) is a sum over the entries of M: value times Lagrange polynomials of the entry's row at alpha
and column at beta. f interpolates the summands over the entry domain K; its constant coefficient is the sum
divided by |K|, and g_M is the rest of f divided by X. That f is right is a second identity, a = b * f on K,
whose quotient by v_K the fifth round commits to. Source: snarkVM ``ahp/prover/round_functions/fourth.rs``.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from avm.algebra import vector
from avm.algebra.fields import FR_MODULUS
from avm.varuna.combinations import label, matrix_constants, scale_to
from avm.varuna.proof import MATRICES
from avm.varuna.rounds.state import Circuit, ProverState, coset_vanishing_inverse, on_coset

P = FR_MODULUS


def fourth_round(state: ProverState) -> None:
    """Commit to g_a, g_b, g_c of every circuit and send the matrix sums; receive their weights."""
    with state.stage("Matrix sums", 3 * len(state.circuits)):
        for i, circuit in enumerate(state.circuits):
            state.cancel.check()
            lagrange_columns = vector.lagrange_at(circuit.info.variable_domain.size, state.beta)
            summands = state.pool.map(
                partial(_interpolate, circuit, lagrange_columns),
                range(3),
                state.cancel,
            )
            sums = []
            for m, domain, f in zip(MATRICES, circuit.info.matrix_domains, summands):
                sums.append(vector.element(f, 0))
                g = np.ascontiguousarray(f[1:])
                state.commit(label(f"g_{m}", i), g, bound=domain.size - 2)
            a, b, c = sums
            state.fourth_sums.append((a, b, c))
            state.matrix_quotients.append(
                dict(
                    enumerate(
                        state.pool.map(
                            partial(_quotient_on_coset, state, i, summands),
                            range(3),
                            state.cancel,
                        )
                    )
                )
            )
        commitments = [
            tuple(state.commitments[label(f"g_{m}", i)] for m in MATRICES) for i in range(len(state.circuits))
        ]
        state.deltas = state.dialogue.fourth(commitments, state.fourth_sums)  # type: ignore[arg-type]


def _interpolate(circuit: Circuit, lagrange_columns: vector.FrVector, k: int) -> vector.FrVector:
    """Return f of matrix k: the interpolation of value * L_row(alpha) * L_column(beta) over its entries."""
    matrix, size = circuit.key.matrices[k], circuit.info.matrix_domains[k].size
    at_rows = circuit.lagrange_rows[matrix.entry_rows]
    at_columns = lagrange_columns[circuit.places[k]]
    summands = vector.mul(vector.mul(matrix.values, at_rows), at_columns)
    return vector.intt(vector.pad(summands, size))


def _quotient_on_coset(
    state: ProverState, i: int, summands: list[vector.FrVector], k: int
) -> vector.FrVector:
    """Return (a - b f) / v_K times |K| / |K_max| on the coset of K, for matrix k of circuit i.

    a = v_R(alpha) v_C(beta) row_col_val and b = |R| |C| (alpha - row) (beta - col), which is affine in the
    index polynomials.
    """
    circuit = state.circuits[i]
    domain, m = circuit.info.matrix_domains[k], MATRICES[k]
    polynomials = circuit.key.polynomials(state.cancel)
    vanishing, size = matrix_constants(circuit.info, state.alpha, state.beta)
    b = vector.scale(polynomials[f"row_col_{m}"], size)
    b = vector.add_scaled(b, polynomials[f"row_{m}"], -size * state.beta % P)
    b = vector.add_scaled(b, polynomials[f"col_{m}"], -size * state.alpha % P)
    b = vector.add(b, vector.constant(size * state.alpha % P * state.beta))
    state.cancel.check()
    product = vector.mul(on_coset(b, domain.size), on_coset(summands[k], domain.size))
    state.cancel.check()
    a = on_coset(polynomials[f"row_col_val_{m}"], domain.size)
    numerator = vector.sub(vector.scale(a, vanishing), product)
    factor = coset_vanishing_inverse(domain.size) * scale_to(state.largest.entries, domain) % P
    return vector.scale(numerator, factor)
