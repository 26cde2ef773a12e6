"""Verifies a transaction: what it executes or deploys, its fee, and that nothing stands in it twice.

What only a chain knows is not looked at: balances, state roots, what was used in other transactions.
Source: snarkVM ``synthesizer/src/vm/verify.rs``.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from avm.base.consensus import HIDING_RECORDS_FROM, Rules
from avm.base.progress import Cancel
from avm.data.record_ciphertext import RecordCiphertext
from avm.ledger.deployment import Deployment
from avm.ledger.deployment_check import verify_deployment
from avm.ledger.execution_check import Keys, verify_execution
from avm.ledger.execution_costs import execution_cost
from avm.ledger.fee_check import verify_fee
from avm.ledger.network import Execution, Fee, Transaction
from avm.ledger.parts import RECORDS
from avm.ledger.rejection import Reason, rejected
from avm.ledger.statements import CREDITS
from avm.ledger.transition import Transition
from avm.varuna.srs.reference_string import SrsVerifier
from avm.vm.costs import CHEAPER_FROM, SPEND_LIMIT
from avm.vm.deployment_costs import deployment_cost
from avm.vm.environment import Environment

MAX_FEE = 10**15
MAX_BYTES = ((1, 128_000), (14, 768_000), (16, 2_304_000))
"""The most bytes of a transaction, from a version of the consensus on."""
FREE = ("split", "upgrade")
"""Functions of credits that pay no fee when they are called alone."""


def verify_transaction(
    transaction: Transaction,
    env: Environment,
    keys: Keys,
    srs: SrsVerifier,
    rules: Rules,
    cancel: Cancel | None = None,
) -> None:
    """Raise VerifyError unless what is executed or deployed is right and proved, and the fee pays for it.

    ``env`` holds credits and the programs of all transitions, or the deployed one, with what they import.
    DecodeError when an owner did not sign; CheckFailure for a program that may not be deployed.
    """
    payload, fee = transaction.payload, transaction.fee
    if payload is None:
        raise rejected(Reason.FORM, "the transaction executes and deploys nothing")
    transaction.check()
    size, most = (
        len(transaction.to_bytes()),
        [most for first, most in MAX_BYTES if rules.version >= first][-1],
    )
    if size > most:
        raise rejected(Reason.FORM, f"the transaction has {size:,} bytes, and {most:,} are the most")
    check_repeats(transaction.transitions())
    if isinstance(payload, Deployment):
        check_deployment_cost(payload, fee, env, rules)
    else:
        check_programs(payload, env, rules)
        check_cost(payload, fee, env, rules)
    if fee is not None:
        verify_fee(fee, payload.id, env.programs[CREDITS], keys, srs, rules)
    if isinstance(payload, Deployment):
        verify_deployment(payload, env, srs, rules, cancel)
    else:
        verify_execution(payload, env.programs, keys, srs, rules)


def check_repeats(transitions: Iterable[Transition]) -> None:
    """Raise VerifyError when something that must be used once on a chain stands in a transaction twice."""
    seen = set()
    for what, value in _used(transitions):
        if (what, value) in seen:
            raise rejected(Reason.DOUBLE_USE, f"the transaction has a {what} twice")
        seen.add((what, value))


def _used(transitions: Iterable[Transition]) -> Iterator[tuple[str, Hashable]]:
    for each in transitions:
        yield from (("transition", each.id), ("transition public key", each.tpk), ("commitment", each.tcm))
        for part in each.inputs:
            yield "input", part.id
            if part.tag is not None:
                yield "tag", part.tag
        for part in each.outputs:
            yield "output", part.id
            if part.kind in RECORDS and part.value:
                yield "nonce", RecordCiphertext.parse(part.value).nonce


def check_programs(execution: Execution, env: Environment, rules: Rules) -> None:
    """Raise VerifyError when a program may not be executed, or an upgrade of records is not alone."""
    for each in execution.transitions:
        if (each.program, each.function) == (CREDITS, "upgrade") and (
            len(execution.transitions) > 1 or not rules.inclusion
        ):
            raise rejected(Reason.FORM, "records are upgraded alone, from consensus version 8 on")
        program = env.programs.get(each.program)
        if rules.version < HIDING_RECORDS_FROM or each.program == CREDITS or program is None:
            continue
        if program.constructor is None and env.deployment(each.program).edition == 0:
            raise rejected(
                Reason.FORM, f"{each.program} of edition 0 has no constructor, so it is not executed"
            )


def is_free(execution: Execution) -> bool:
    """Whether an execution costs no fee."""
    first = execution.transitions[0]
    return len(execution.transitions) == 1 and first.program == CREDITS and first.function in FREE


def check_deployment_cost(deployment: Deployment, fee: Fee | None, env: Environment, rules: Rules) -> None:
    """Raise VerifyError unless a fee covers a deployment; CheckFailure when its code costs too much."""
    keys = [key for _, key, _ in deployment.keys]
    cost = deployment_cost(env, len(deployment.to_bytes()), keys, rules.version)
    if rules.version >= CHEAPER_FROM and cost.constructor > SPEND_LIMIT:
        raise rejected(
            Reason.FORM, f"the constructor costs {cost.constructor:,}, and {SPEND_LIMIT:,} is the most"
        )
    if fee is None:
        raise rejected(Reason.FORM, "the deployment has no fee")
    _check_amount(fee, cost.total)


def check_cost(execution: Execution, fee: Fee | None, env: Environment, rules: Rules) -> None:
    """Raise VerifyError unless a fee is there where one is due, and covers the cost."""
    free = is_free(execution)
    if fee is None:
        if not free:
            raise rejected(Reason.FORM, "the execution has no fee")
        return
    if free:
        _check_amount(fee, 0)
        if fee.base_amount:
            raise rejected(Reason.FORM, "the execution costs nothing, so its fee has no base")
        return
    cost = execution_cost(execution.transitions, env.programs, rules)
    if rules.version >= CHEAPER_FROM and cost.finalize > SPEND_LIMIT:
        raise rejected(
            Reason.FORM, f"the run on chain costs {cost.finalize:,}, and {SPEND_LIMIT:,} is the most"
        )
    _check_amount(fee, cost.total)


def _check_amount(fee: Fee, cost: int) -> None:
    if fee.amount > MAX_FEE:
        raise rejected(Reason.FORM, f"a fee of {fee.amount:,} microcredits is more than {MAX_FEE:,}")
    if fee.base_amount < cost:
        raise rejected(Reason.FORM, f"the fee is {fee.base_amount:,} microcredits, the cost {cost:,}")
