"""The last step: evaluate g at beta and gamma, and open the three checks there and at alpha.

Source: snarkVM ``algorithms/src/snark/varuna/varuna.rs`` and ``polycommit/sonic_pc``.
"""

from __future__ import annotations

from avm.algebra import vector
from avm.varuna.combinations import Statement, label, queries
from avm.varuna.commitment import Polynomial
from avm.varuna.proof import MATRICES, Opening
from avm.varuna.protocol import Triple
from avm.varuna.rounds.state import ProverState


def open_all(state: ProverState) -> tuple[int, list[Triple], tuple[Opening, ...]]:
    """Return g_1(beta), the values of every circuit's g_a, g_b, g_c at gamma, and the openings."""
    with state.stage("Batch opening", 3):
        points = {"g_1": state.beta}
        for i in range(len(state.circuits)):
            points |= {label(f"g_{m}", i): state.gamma for m in MATRICES}
        g_1_at_beta, *rest = state.pool.map(
            lambda name: vector.evaluate(state.polynomials[name].coefficients, points[name]),
            points,
            state.cancel,
        )
        g_at_gamma: list[Triple] = [(a, b, c) for a, b, c in zip(rest[0::3], rest[1::3], rest[2::3])]
        state.dialogue.evaluations([g_1_at_beta, *(values[k] for k in range(3) for values in g_at_gamma)])
        statement = Statement(
            infos=[circuit.info for circuit in state.circuits],
            inputs=[[instance.public for instance in circuit.instances] for circuit in state.circuits],
            largest=state.largest,
            row_combiners=state.row_combiners,
            column_combiners=state.column_combiners,
            etas=state.etas,
            deltas=state.deltas,
            alpha=state.alpha,
            beta=state.beta,
            gamma=state.gamma,
            third_sums=state.third_sums,
            fourth_sums=state.fourth_sums,
            g_1_at_beta=g_1_at_beta,
            g_at_gamma=g_at_gamma,
        )
        polynomials = dict(state.polynomials)
        for i, circuit in enumerate(state.circuits):
            for name, coefficients in circuit.key.polynomials().items():
                polynomials[label(name, i)] = Polynomial(coefficients)
        openings = state.committer.open(
            queries(statement), polynomials, state.dialogue.transcript, state.progress
        )
    return g_1_at_beta, g_at_gamma, openings
