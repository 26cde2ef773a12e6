"""Second round: the row check.

In every row A z * B z = C z, so z_A * z_B - z_C is a multiple of v_R; h_0 is the quotient, summed over
instances and circuits with random weights. Its degree is below |R|, so it is found from its values on one
coset of R, where v_R is a constant. Source: snarkVM ``ahp/prover/round_functions/second.rs``.
"""

from __future__ import annotations

from functools import partial

from avm.algebra import vector
from avm.algebra.fields import FR_MODULUS
from avm.varuna.combinations import scale_to
from avm.varuna.protocol import Combiners
from avm.varuna.rounds.state import Circuit, ProverState, coset_vanishing_inverse, on_coset, weighted


def second_round(state: ProverState) -> None:
    """Commit to h_0; receive alpha."""
    with state.stage("Row check"):
        terms: list[tuple[vector.FrVector, int]] = []
        for circuit, combiners in zip(state.circuits, state.row_combiners, strict=True):
            terms += _quotient(state, circuit, combiners)
        h_0 = vector.linear_combination(terms, state.pool, state.cancel)
        state.alpha = state.dialogue.second(state.commit("h_0", h_0))


def _quotient(
    state: ProverState, circuit: Circuit, combiners: Combiners
) -> list[tuple[vector.FrVector, int]]:
    """Return the sum over instances of rho * (z_A z_B - z_C) / v_R as a weighted sum of two polynomials.

    On the coset v_R is a constant, and the interpolation of z_C's values there is z_C itself.
    """
    size = circuit.info.constraint_domain.size
    total = vector.zeros(0)
    for instance, rho in zip(circuit.instances, combiners.instances, strict=True):
        a, b = state.pool.map(
            lambda values: on_coset(vector.intt(values), size), instance.products[:2], state.cancel
        )
        product = vector.mul(a, b)
        total = vector.add_scaled(total, product, rho) if len(total) else weighted([product], [rho])
    c = weighted([instance.products[2] for instance in circuit.instances], combiners.instances)
    interpolations = [partial(vector.coset_intt, total), partial(vector.intt, c)]
    products, rest = state.pool.map(lambda work: work(), interpolations, state.cancel)
    factor = combiners.circuit * scale_to(state.largest.rows, circuit.info.constraint_domain)
    factor = factor * coset_vanishing_inverse(size) % FR_MODULUS
    return [(products, factor), (rest, -factor)]
