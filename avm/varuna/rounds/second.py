"""Second round: the row check.

In every row A z * B z = C z, so z_A * z_B - z_C is a multiple of v_R; h_0 is the quotient, summed over
instances and circuits with random weights. Its degree is below |R|, so it is found from its values on one
coset of R, where v_R is a constant. Source: snarkVM ``ahp/prover/round_functions/second.rs``.
"""

from __future__ import annotations

from avm.algebra import vector
from avm.algebra.fields import FR_MODULUS
from avm.varuna.combinations import scale_to
from avm.varuna.protocol import Combiners
from avm.varuna.rounds.state import Circuit, ProverState, coset_vanishing_inverse, on_coset, weighted


def second_round(state: ProverState) -> None:
    """Commit to h_0; receive alpha."""
    with state.stage("Row check"):
        h_0 = vector.zeros(0)
        for circuit, combiners in zip(state.circuits, state.row_combiners, strict=True):
            factor = combiners.circuit * scale_to(state.largest.rows, circuit.info.constraint_domain)
            h_0 = vector.add_scaled(h_0, _quotient(state, circuit, combiners), factor % FR_MODULUS)
        state.alpha = state.dialogue.second(state.commit("h_0", h_0))


def _quotient(state: ProverState, circuit: Circuit, combiners: Combiners) -> vector.FrVector:
    """Return the sum over instances of rho * (z_A z_B - z_C) / v_R."""
    size = circuit.info.constraint_domain.size
    total = vector.zeros(0)
    for instance, rho in zip(circuit.instances, combiners.instances, strict=True):
        state.cancel.check()
        a, b = state.pool.map(
            lambda values: on_coset(vector.intt(values), size), instance.products[:2], state.cancel
        )
        total = vector.add_scaled(total, vector.mul(a, b), rho)
    state.cancel.check()
    c = weighted([instance.products[2] for instance in circuit.instances], combiners.instances)
    numerator = vector.sub(total, on_coset(vector.intt(c), size))
    return vector.coset_intt(vector.scale(numerator, coset_vanishing_inverse(size)))
