"""The least fee of a deployment: its bytes, its circuits, its constructor and its name.

Amounts are microcredits. Source: snarkVM ``synthesizer/process/src/cost.rs`` (``deployment_cost``,
``constructor_cost_in_microcredits_v2``).
"""

from __future__ import annotations

from dataclasses import dataclass

from avm.base.consensus import Rules
from avm.ledger.deployment import Deployment
from avm.vm.costs import body_cost, discount, namespace_cost
from avm.vm.environment import Environment

_BYTE, _CONSTRAINT, _CONSTRUCTOR = 1_000, 25, 100
"""Prices of a byte, of a variable or constraint, and of the constructor's work, before the discount."""
_PENALTY_ABOVE, _PENALTY_FROM = 512_000, 16
"""From a version of the consensus on, more bytes than these cost by their square."""
DENSITY_VERSIONS = (18, 19, 20, 21)
"""Versions in which the entries of the matrices count in the place of variables and constraints."""


@dataclass(frozen=True, slots=True)
class DeploymentCost:
    """The least fee of a deployment and what it is made of; ``size`` is in bytes."""

    size: int
    storage: int
    synthesis: int
    constructor: int
    namespace: int

    @property
    def total(self) -> int:
        """Microcredits to pay at least."""
        return self.storage + self.synthesis + self.constructor + self.namespace


def deployment_cost(deployment: Deployment, env: Environment, rules: Rules) -> DeploymentCost:
    """Return what a deployment costs; ``env`` is its program, loaded with its imports."""
    size, program = len(deployment.to_bytes()), deployment.program
    storage = size * _BYTE
    if size > _PENALTY_ABOVE and rules.version >= _PENALTY_FROM:
        storage = size * size * _BYTE // _PENALTY_ABOVE
    body = program.constructor
    work = 0 if body is None else body_cost(env, program, body, rules.version)
    return DeploymentCost(
        size,
        storage,
        _circuits(deployment, rules) * _CONSTRAINT // discount(rules.version),
        work * _CONSTRUCTOR // discount(rules.version),
        namespace_cost(program.id.removesuffix(".aleo")),
    )


def _circuits(deployment: Deployment, rules: Rules) -> int:
    """Return the numbers of circuits that are paid for."""
    if rules.version in DENSITY_VERSIONS:
        infos = [key.info for _, key, _ in deployment.keys]
        return sum(info.num_non_zero_a + info.num_non_zero_b + info.num_non_zero_c for info in infos)
    return deployment.num_variables + deployment.num_constraints
