"""Makes whole transactions of the network: an execution or a deployment, and the fee that it costs.

Source: snarkVM ``synthesizer/process/src/authorize.rs`` (fees), ``synthesizer/src/vm/{execute,deploy}.rs``.
"""

from __future__ import annotations

from dataclasses import dataclass

from avm.account.keys import PrivateKey
from avm.account.signature import sign
from avm.base.consensus import Rules
from avm.base.errors import CheckFailure
from avm.base.progress import NULL_PROGRESS, Cancel, Progress
from avm.data.literal import Literal
from avm.data.record import Record
from avm.ledger.authorize import AuthorizedRun, authorize
from avm.ledger.deployment_check import make_deployment
from avm.ledger.execution_costs import execution_cost
from avm.ledger.fee_check import PRIVATE, PUBLIC
from avm.ledger.inclusions import StatePaths
from avm.ledger.network import Fee, ProgramOwner, Transaction
from avm.ledger.proving import ProvingKeys, prove_execution, prove_fee
from avm.ledger.transaction_check import is_free
from avm.types.literal_type import LiteralType
from avm.vm.deployment_costs import deployment_cost
from avm.vm.environment import Environment


@dataclass(frozen=True)
class Payment:
    """How a fee is paid: by the account of ``key``, in public, or from a record of credits.

    ``credits`` is the program loaded; ``priority`` are microcredits beyond the cost.
    """

    key: PrivateKey
    credits: Environment
    priority: int = 0
    record: Record | None = None


@dataclass(frozen=True)
class Chain:
    """What a proof is made against: a state root, the keys, the rules, and where records stand."""

    state_root: int
    keys: ProvingKeys
    rules: Rules
    paths: StatePaths | None = None
    progress: Progress = NULL_PROGRESS
    cancel: Cancel | None = None


def authorize_fee(payment: Payment, base: int, paid_for: int) -> AuthorizedRun:
    """Return the signed run that pays a fee for an execution or a deployment.

    Raises:
        CheckFailure: the record holds less than the fee.
    """
    amounts = [Literal(LiteralType.U64, base), Literal(LiteralType.U64, payment.priority)]
    inputs = [*amounts, Literal(LiteralType.FIELD, paid_for)]
    if payment.record is None:
        return authorize(payment.credits, PUBLIC, inputs, payment.key)
    held = payment.record.get("microcredits")
    if not isinstance(held, Literal) or held.value < base + payment.priority:
        raise CheckFailure(f"the record does not hold {base + payment.priority:,} microcredits for the fee")
    return authorize(payment.credits, PRIVATE, [payment.record, *inputs], payment.key)


def execution_transaction(
    env: Environment, run: AuthorizedRun, payment: Payment, chain: Chain
) -> Transaction:
    """Prove a run and pay what it costs. Raises as ``prove_execution`` and ``authorize_fee``."""
    execution = prove_execution(
        env,
        run,
        chain.state_root,
        chain.keys,
        chain.rules,
        paths=chain.paths,
        progress=chain.progress,
        cancel=chain.cancel,
    )
    if is_free(execution):
        return Transaction(execution)
    cost = execution_cost(execution.transitions, env.programs, chain.rules).total
    return Transaction(execution, _fee(payment, cost, execution.id, chain))


def deployment_transaction(env: Environment, payment: Payment, chain: Chain) -> Transaction:
    """Deploy the main program, owned by who pays; CheckFailure when a circuit does not fit."""
    owner = payment.key.address
    deployment = make_deployment(env, owner, chain.keys, chain.rules, chain.cancel)
    keys = [key for _, key, _ in deployment.keys]
    cost = deployment_cost(env, len(deployment.to_bytes()), keys, chain.rules.version).total
    signed = ProgramOwner(owner, sign(payment.key, [deployment.id]))
    return Transaction(deployment, _fee(payment, cost, deployment.id, chain), signed)


def _fee(payment: Payment, base: int, paid_for: int, chain: Chain) -> Fee:
    run = authorize_fee(payment, base, paid_for)
    return prove_fee(
        payment.credits,
        run,
        chain.state_root,
        chain.keys,
        chain.rules,
        paths=chain.paths,
        progress=chain.progress,
        cancel=chain.cancel,
    )
