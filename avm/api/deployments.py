"""Deployments of the network: a program with a key and a certificate of each circuit, an owner and a cost."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from avm.algebra import load_kernels
from avm.api.accounts import Account
from avm.api.artifacts import Built
from avm.api.executions import pay, state_root_of
from avm.api.network_circuits import CircuitReport, describe, environment, string_of
from avm.base.consensus import Rules
from avm.base.errors import AvmError
from avm.base.json_value import JsonObject, JsonValue
from avm.base.progress import NULL_PROGRESS, Cancel, Progress

if TYPE_CHECKING:
    from avm.ledger.deployment import Deployment
    from avm.ledger.deployment_costs import DeploymentCost
    from avm.ledger.network import Fee, Transaction
    from avm.storage.parameters import Parameters
    from avm.vm.environment import Environment


@dataclass(frozen=True)
class Deployable:
    """A program that may be deployed, with the circuits that its deployment certifies."""

    env: Environment = field(repr=False)
    circuits: tuple[CircuitReport, ...]
    rules: Rules

    @property
    def highest_power(self) -> int:
        """The power of the reference string that the keys need."""
        return max(each.highest_power for each in self.circuits)


@dataclass(frozen=True)
class Deployed:
    """A deployment, verified, and what it costs; with the transaction where a fee was asked for."""

    deployment: Deployment = field(repr=False)
    owner: str
    cost: DeploymentCost
    insecure: bool
    seconds: float
    transaction: Transaction | None = field(default=None, repr=False)

    @property
    def id(self) -> str:
        """The id, which the owner signs and a fee names."""
        return f"{self.deployment.id}field"

    @property
    def checksum(self) -> str:
        """The checksum of the program, hexadecimal."""
        return (self.deployment.checksum or b"").hex()

    @property
    def document(self) -> JsonObject:
        """The network's JSON of the deployment."""
        return self.deployment.to_json()

    def to_dict(self) -> JsonObject:
        """Return what is told of it as plain data."""
        cost = self.cost
        data: dict[str, JsonValue] = {
            "id": self.id,
            "program": self.deployment.program.id,
            "edition": self.deployment.edition,
            "owner": self.owner,
            "checksum": self.checksum,
            "keys": [name for name, _, _ in self.deployment.keys],
            "cost": {
                "total": cost.total,
                "storage": cost.storage,
                "synthesis": cost.synthesis,
                "constructor": cost.constructor,
                "namespace": cost.namespace,
                "bytes": cost.size,
            },
            "srs": "development" if self.insecure else "official",
            "seconds": round(self.seconds, 4),
        }
        if self.transaction is not None:
            data["transaction_id"] = self.transaction.id_text
        return data


def prepare(
    built: Built,
    parameters: Parameters,
    *,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> Deployable:
    """Check that a program may be deployed, and find its circuits.

    ``AvmError`` for a program that the newest rules refuse, has no functions, or has circuits that cannot be
    built here (EAVM0400).
    """
    from avm.ledger.deployment_check import circuit_names
    from avm.program.versions import check_deployable

    load_kernels(progress, cancel)
    env, rules = environment(built, cancel), Rules()
    check_deployable(env.program, env.programs, rules.version)
    if not env.program.functions:
        raise AvmError(
            f"{env.program.id} has no functions to deploy",
            code="EAVM1404",
            hint="a program on the network has at least one",
        )
    progress.stage("Circuits", "of functions and records")
    circuits = []
    for name, is_record in circuit_names(env, rules):
        kind = "translation" if is_record else "function"
        circuits.append(describe(env, (kind, env.program.id, name), parameters, cancel=cancel))
        if circuits[-1].why_not:
            raise AvmError(
                f"{circuits[-1].title} has no circuit yet: {circuits[-1].why_not}", code="EAVM0400"
            )
    return Deployable(env, tuple(circuits), rules)


def deploy(
    ready: Deployable,
    owner: Account,
    parameters: Parameters,
    *,
    state_root: str = "",
    srs: str = "auto",
    priority_fee: int | None = None,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> Deployed:
    """Make the keys and certificates and verify them; with ``priority_fee`` (microcredits) the transaction.

    ``AvmError`` when no reference string reaches the circuits.
    """
    from avm.ledger.deployment_check import make_deployment, verify_deployment
    from avm.ledger.deployment_costs import deployment_cost
    from avm.storage.network_proving import CachedKeys

    started = time.perf_counter()
    string = string_of(ready.highest_power, parameters, srs, progress, cancel)
    proving = CachedKeys(parameters, string, progress, cancel)
    progress.stage("Certificates", f"{len(ready.circuits)} keys")
    made = make_deployment(ready.env, owner.key.address, proving, ready.rules, cancel)
    progress.stage("Verify", "every key against its circuit")
    verify_deployment(made, ready.env, string.verifier(), ready.rules, cancel)
    took = time.perf_counter() - started
    cost = deployment_cost(made, ready.env, ready.rules)
    transaction = None
    if priority_fee is not None:
        fee = pay(
            made.id,
            cost.total,
            priority_fee,
            owner,
            parameters,
            root=state_root_of(state_root),
            rules=ready.rules,
            srs="development" if string.insecure else "official",
            progress=progress,
            cancel=cancel,
        )
        transaction = _transaction(made, fee, owner)
    return Deployed(made, owner.address, cost, string.insecure, took, transaction)


def _transaction(made: Deployment, fee: Fee, owner: Account) -> Transaction:
    """Return the transaction of a deployment, whose id its owner signs."""
    from avm.account.signature import sign
    from avm.ledger.network import ProgramOwner, Transaction

    return Transaction(made, fee, ProgramOwner(owner.key.address, sign(owner.key, [made.id])))
