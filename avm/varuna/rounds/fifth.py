"""Fifth round: h_2, the random sum of the matrix quotients over all circuits and matrices.

Source: snarkVM ``ahp/prover/round_functions/fifth.rs``.
"""

from __future__ import annotations

from avm.algebra import vector
from avm.varuna.rounds.state import ProverState


def fifth_round(state: ProverState) -> None:
    """Commit to h_2; receive gamma. Quotients over domains of one size are interpolated together."""
    with state.stage("Combine matrices"):
        by_size: dict[int, vector.FrVector] = {}
        for quotients, deltas in zip(state.matrix_quotients, state.deltas, strict=True):
            for k, delta in enumerate(deltas):
                values = quotients[k]
                by_size[len(values)] = vector.add_scaled(
                    by_size.get(len(values), vector.zeros(0)), values, delta
                )
        state.matrix_quotients = []
        h_2 = vector.zeros(0)
        for values in by_size.values():
            state.cancel.check()
            h_2 = vector.add(h_2, vector.coset_intt(values))
        state.gamma = state.dialogue.fifth(state.commit("h_2", h_2))
