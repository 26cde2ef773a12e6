"""First round: the witness polynomials w and the mask.

z, the polynomial through all variables, is w * v_X + x with x the polynomial through the public inputs, so
a verifier who knows the public inputs needs only w. The mask is a random polynomial whose sum over the
largest variable domain is zero: added to the column check it hides what that check would reveal. Source:
snarkVM ``ahp/prover/round_functions/first.rs``; the mask follows Lunar, eprint 2020/1069.
"""

from __future__ import annotations

from avm.algebra import vector
from avm.varuna.combinations import label
from avm.varuna.rounds.state import Circuit, Instance, ProverState, divide_exactly

MASK_QUOTIENT_SIZE = 4
MASK_REMAINDER_DEGREE = 5


def first_round(state: ProverState) -> None:
    """Commit to all w and the mask; receive the weights of the row check."""
    with state.stage("Witness and mask", 1 + sum(len(circuit.instances) for circuit in state.circuits)):
        for i, circuit in enumerate(state.circuits):
            for j, instance in enumerate(circuit.instances):
                state.cancel.check()
                state.commit(label("w", i, j), _witness(circuit, instance), hiding=True)
        state.commit("mask", _mask(state))
        witness = [
            state.commitments[label("w", i, j)]
            for i, circuit in enumerate(state.circuits)
            for j in range(len(circuit.instances))
        ]
        state.row_combiners = state.dialogue.first(witness, state.commitments["mask"])


def _witness(circuit: Circuit, instance: Instance) -> vector.FrVector:
    """Return w = (z - x) / v_X and keep z with the instance."""
    instance.z_polynomial = vector.intt(instance.z)
    public = vector.intt(vector.from_ints(instance.public))
    return divide_exactly(vector.sub(instance.z_polynomial, public), circuit.info.input_domain)


def _mask(state: ProverState) -> vector.FrVector:
    """Return h * v_C + X * g with random h of degree 3 and g of degree 4 (less when C is that small)."""
    size = state.largest.columns.size
    quotient = state.random.scalars(MASK_QUOTIENT_SIZE)
    remainder = [0, *state.random.scalars(min(MASK_REMAINDER_DEGREE, size - 1))]
    state.mask_parts = (quotient, remainder)
    return vector.add(vector.mul_by_vanishing(vector.from_ints(quotient), size), vector.from_ints(remainder))
