"""Fifth round: h_2, the random sum of the matrix quotients over all circuits and matrices.

Source: snarkVM ``ahp/prover/round_functions/fifth.rs``.
"""

from __future__ import annotations

from avm.algebra import vector
from avm.algebra.fields import FR_MODULUS
from avm.varuna.combinations import matrix_constants, scale_to
from avm.varuna.proof import MATRICES
from avm.varuna.rounds.state import ProverState, coset_vanishing_inverse


def fifth_round(state: ProverState) -> None:
    """Commit to h_2; receive gamma.

    The quotient of matrix M is (a - b f) / v_K * |K| / |K_max| with a = v_R(alpha) v_C(beta) row_col_val. On
    the coset of K v_K is a constant: b f is interpolated from there, for domains of one size together, and a
    is taken as it is.
    """
    with state.stage("Combine matrices"):
        terms: list[tuple[vector.FrVector, int]] = []
        by_size: dict[int, list[tuple[vector.FrVector, int]]] = {}
        for circuit, products, deltas in zip(
            state.circuits, state.matrix_products, state.deltas, strict=True
        ):
            vanishing, _ = matrix_constants(circuit.info, state.alpha, state.beta)
            polynomials = circuit.key.polynomials(state.cancel)
            for m, domain, product, delta in zip(
                MATRICES, circuit.info.matrix_domains, products, deltas, strict=True
            ):
                factor = delta * coset_vanishing_inverse(domain.size) % FR_MODULUS
                factor = factor * scale_to(state.largest.entries, domain) % FR_MODULUS
                by_size.setdefault(domain.size, []).append((product, -factor))
                terms.append((polynomials[f"row_col_val_{m}"], factor * vanishing))
        state.matrix_products = []

        def interpolate(size: int) -> vector.FrVector:
            return vector.coset_intt(vector.linear_combination(by_size[size]))

        sizes = sorted(by_size, reverse=True)
        terms += [(values, 1) for values in state.pool.map(interpolate, sizes, state.cancel)]
        h_2 = vector.linear_combination(terms, state.pool, state.cancel)
        state.gamma = state.dialogue.fifth(state.commit("h_2", h_2))
