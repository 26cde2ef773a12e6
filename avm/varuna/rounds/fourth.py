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
from avm.varuna.combinations import label, matrix_constants
from avm.varuna.proof import MATRICES
from avm.varuna.rounds.state import Circuit, ProverState, map_largest_first, on_coset


def fourth_round(state: ProverState) -> None:
    """Commit to g_a, g_b, g_c of every circuit and send the matrix sums; receive their weights."""
    with state.stage("Matrix sums", 3 * len(state.circuits)):
        for i, circuit in enumerate(state.circuits):
            state.cancel.check()
            lagrange_columns = vector.lagrange_at(circuit.info.variable_domain.size, state.beta)
            sizes = [domain.size for domain in circuit.info.matrix_domains]
            summands = map_largest_first(state, partial(_interpolate, circuit, lagrange_columns), sizes)
            circuit.entries_at_alpha = ()
            sums = []
            for m, domain, f in zip(MATRICES, circuit.info.matrix_domains, summands):
                sums.append(vector.element(f, 0))
                g = np.ascontiguousarray(f[1:])
                state.commit(label(f"g_{m}", i), g, bound=domain.size - 2)
            a, b, c = sums
            state.fourth_sums.append((a, b, c))
            products = partial(_product_on_coset, state, i, summands)
            state.matrix_products.append(map_largest_first(state, products, sizes))
        commitments = [
            tuple(state.commitments[label(f"g_{m}", i)] for m in MATRICES) for i in range(len(state.circuits))
        ]
        state.deltas = state.dialogue.fourth(commitments, state.fourth_sums)  # type: ignore[arg-type]


def _interpolate(circuit: Circuit, lagrange_columns: vector.FrVector, k: int) -> vector.FrVector:
    """Return f of matrix k: the interpolation of value * L_row(alpha) * L_column(beta) over its entries."""
    size = circuit.info.matrix_domains[k].size
    entries = circuit.entries_at_alpha[k]
    return vector.intt(vector.gathered_products(entries, lagrange_columns, circuit.places[k], size))


def _product_on_coset(state: ProverState, i: int, summands: list[vector.FrVector], k: int) -> vector.FrVector:
    """Return b f on the coset of K, for matrix k of circuit i.

    b = |R| |C| (alpha - row) (beta - col), which is affine in the index polynomials.
    """
    circuit = state.circuits[i]
    size, m = circuit.info.matrix_domains[k].size, MATRICES[k]
    polynomials = circuit.key.polynomials(state.cancel)
    _, scale = matrix_constants(circuit.info, state.alpha, state.beta)
    b = vector.linear_combination(
        [
            (polynomials[f"row_col_{m}"], scale),
            (polynomials[f"row_{m}"], -scale * state.beta),
            (polynomials[f"col_{m}"], -scale * state.alpha),
            (vector.constant(1), scale * state.alpha * state.beta),
        ]
    )
    state.cancel.check()
    b_on_coset = on_coset(b, size)
    state.cancel.check()
    return vector.mul(b_on_coset, on_coset(summands[k], size))
