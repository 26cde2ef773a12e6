"""Executions of the network: a call is authorized, proved as one batch with all it calls, and verified.

``authorize`` signs and says what the proof will need; ``prove`` makes it, and verifies it with keys derived
from the programs. What a proof is held against beside, the state of a chain, is not looked at.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from avm.algebra import load_kernels
from avm.api.accounts import Account
from avm.api.artifacts import Built
from avm.api.network_circuits import CircuitReport, describe, environment, string_of
from avm.base.consensus import VARUNA_V3_FROM, Rules
from avm.base.errors import AvmError
from avm.base.json_value import JsonObject, JsonValue
from avm.base.progress import NULL_PROGRESS, Cancel, Progress, looks
from avm.data.value import inline

if TYPE_CHECKING:
    from avm.data.value import Value
    from avm.ledger.authorize import AuthorizedRun
    from avm.ledger.network import Execution, Fee, Transaction
    from avm.ledger.transition import Part
    from avm.storage.network_proving import CachedKeys
    from avm.storage.parameters import Parameters
    from avm.varuna.srs.reference_string import Srs
    from avm.vm.costs import ExecutionCost
    from avm.vm.environment import Environment

NO_CHAIN = 1
"""The state root of executions that no chain was named for: no network takes it."""


@dataclass(frozen=True, slots=True)
class PartReport:
    """An input or output: as the network sees it, and what it means to the one who made the call."""

    kind: str
    id: str
    shown: str
    meaning: str = field(repr=False)

    def to_dict(self) -> JsonObject:
        """Return the report as plain data."""
        return {"kind": self.kind, "id": self.id, "shown": self.shown, "value": self.meaning}


@dataclass(frozen=True, slots=True)
class TransitionReport:
    """One call of an execution."""

    id: str
    program: str
    function: str
    inputs: tuple[PartReport, ...]
    outputs: tuple[PartReport, ...]

    def to_dict(self) -> JsonObject:
        """Return the report as plain data."""
        return {
            "id": self.id,
            "program": self.program,
            "function": self.function,
            "inputs": [each.to_dict() for each in self.inputs],
            "outputs": [each.to_dict() for each in self.outputs],
        }


@dataclass(frozen=True)
class Authorized:
    """A signed run, not yet proved; ``circuits`` are those that its proof is of."""

    env: Environment = field(repr=False)
    run: AuthorizedRun = field(repr=False)
    signer: Account
    rules: Rules
    outputs: tuple[str, ...] = field(repr=False)
    transitions: tuple[TransitionReport, ...]
    circuits: tuple[CircuitReport, ...]
    cost: ExecutionCost

    @property
    def highest_power(self) -> int:
        """The power of the reference string that the proof needs."""
        return max(each.highest_power for each in self.circuits)

    def to_dict(self) -> JsonObject:
        """Return what is told of it as plain data; private values are among them."""
        return {
            "signer": self.signer.address,
            "outputs": list(self.outputs),
            "transitions": [each.to_dict() for each in self.transitions],
            "circuits": [each.to_dict() for each in self.circuits],
            "cost": cost_of(self.cost),
            "varuna_version": self.rules.varuna,
        }


@dataclass(frozen=True)
class Executed:
    """A proved and verified execution, with the fee that pays for it where one was asked for."""

    authorized: Authorized
    execution: Execution = field(repr=False)
    fee: Fee | None
    insecure: bool
    seconds: float

    @property
    def id(self) -> str:
        """The id of the execution, which its fee names."""
        return f"{self.execution.id}field"

    @property
    def document(self) -> JsonObject:
        """The network's JSON of the execution."""
        return self.execution.to_json()

    @property
    def transaction(self) -> Transaction:
        """The execution with its fee."""
        from avm.ledger.network import Transaction

        return Transaction(self.execution, self.fee)

    def to_dict(self) -> JsonObject:
        """Return what is told of it as plain data."""
        data: dict[str, JsonValue] = {
            **self.authorized.to_dict(),
            "id": self.id,
            "srs": "development" if self.insecure else "official",
            "bytes": len(self.execution.to_bytes()),
            "seconds": round(self.seconds, 4),
        }
        if self.fee is not None:
            data["fee"] = {"id": self.transaction.id_text, "amount": self.fee.amount}
        return data


def cost_of(cost: ExecutionCost) -> JsonObject:
    """Return a cost as plain data, in microcredits."""
    return {"total": cost.total, "storage": cost.storage, "finalize": cost.finalize, "bytes": cost.size}


def rules_of(varuna: int) -> Rules:
    """The newest rules under which proofs have a version of Varuna, 2 or 3."""
    return Rules() if varuna == 3 else Rules(VARUNA_V3_FROM - 1)


def authorize(
    built: Built,
    function: str,
    inputs: Sequence[str],
    signer: Account,
    parameters: Parameters,
    *,
    varuna: int = 3,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> Authorized:
    """Run a function and sign every call, and find out what its proof needs.

    Raises:
        Halt: the run halts.
        AvmError: the build failed, the function is unknown or a view, inputs do not fit; EAVM1406 when the
            run spends a record of a chain, which is not known here.
    """
    load_kernels(progress, cancel)
    env = environment(built, cancel)
    _check_function(env, function)
    progress.stage("Authorize", "run and sign every call")
    return authorize_in(env, function, inputs, signer, parameters, rules_of(varuna), progress, cancel)


def authorize_in(
    env: Environment,
    function: str,
    inputs: Sequence[str],
    signer: Account,
    parameters: Parameters,
    rules: Rules,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> Authorized:
    """Authorize a call in an environment. Raises as ``authorize``."""
    from avm.ledger.authorize import authorize as sign_run
    from avm.ledger.circuits_needed import circuits_of, spent_from_chain
    from avm.ledger.execution_costs import execution_cost

    run = sign_run(env, function, list(inputs), signer.key, cancel)
    spending = next(spent_from_chain(run), None)
    if spending is not None:
        raise AvmError(
            f"{spending.program}/{spending.function} spends a record that this run does not make",
            code="EAVM1406",
            hint="its proof needs the record's state path on the chain that holds it, and no chain is known "
            "here: call a function that takes no record, or one that makes the record it spends; "
            "`avm run` runs it all the same",
        )
    transitions = run.authorization.transitions
    names = circuits_of(transitions, env.programs)
    progress.stage("Circuits", f"{len(names)} to prove")
    circuits = tuple(describe(env, each, parameters, rules.inclusion, cancel=cancel) for each in names)
    for each in circuits:
        if each.why_not:
            raise AvmError(f"{each.title} cannot be proved yet: {each.why_not}", code="EAVM0400")
    return Authorized(
        env,
        run,
        signer,
        rules,
        tuple(inline(output.value) for output in run.trace.outputs),
        tuple(_transition(run, index) for index in run.order),
        circuits,
        execution_cost(transitions, env.programs, rules),
    )


def _check_function(env: Environment, function: str) -> None:
    if function in env.program.views:
        raise AvmError(
            f"'{function}' is a view: it reads what is on chain and makes no proof",
            code="EAVM1403",
            hint="run it with `avm run`, or execute a function",
        )
    if function not in env.program.functions:
        raise AvmError(
            f"'{env.program.id}' has no function '{function}'",
            code="EAVM1404",
            hint=f"it has {', '.join(env.program.functions) or 'none'}",
        )


def _transition(run: AuthorizedRun, index: int) -> TransitionReport:
    """Return a transition as its signer sees it."""
    transition, frame = run.transitions[index], run.frames[index]
    inputs = zip(transition.inputs, frame.inputs, strict=True)
    outputs = zip(transition.outputs, frame.outputs, strict=True)
    return TransitionReport(
        transition.id_text,
        transition.program,
        transition.function,
        tuple(_part(part, value) for part, value in inputs),
        tuple(_part(part, value) for part, value in outputs),
    )


def _part(part: Part, value: Value) -> PartReport:
    return PartReport(part.kind, f"{part.id}field", part.value, inline(value))


def state_root_of(text: str) -> int:
    """Return the state root of a text (``sr1…``), ``NO_CHAIN`` for an empty one; ``AvmError`` for others."""
    from avm.ledger.ids import Kind, parse_id

    return parse_id(Kind.STATE_ROOT, text.strip()) if text else NO_CHAIN


def prove(
    authorized: Authorized,
    parameters: Parameters,
    *,
    state_root: str = "",
    srs: str = "auto",
    priority_fee: int | None = None,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> Executed:
    """Prove a run as one batch and verify it; with ``priority_fee`` (microcredits) its public fee too.

    Raises:
        AvmError: a text is no state root, or no reference string reaches the circuits.
        VerifyError: the proof does not verify, which would be a bug.
    """
    from avm.ledger.proving import prove_execution

    root, rules = state_root_of(state_root), authorized.rules
    started = time.perf_counter()
    string = string_of(authorized.highest_power, parameters, srs, progress, cancel)
    proving = _proving(parameters, string, progress, cancel)
    execution = prove_execution(
        authorized.env, authorized.run, root, proving, rules, progress=progress, cancel=cancel
    )
    _verify(authorized.env, execution, rules, proving, progress, cancel)
    took = time.perf_counter() - started
    fee = None
    if priority_fee is not None:
        base = _base_fee(authorized, execution)
        fee = pay(
            execution.id,
            base,
            priority_fee,
            authorized.signer,
            parameters,
            root=root,
            rules=rules,
            srs="development" if string.insecure else "official",
            progress=progress,
            cancel=cancel,
        )
    return Executed(authorized, execution, fee, string.insecure, took)


def _base_fee(authorized: Authorized, execution: Execution) -> int:
    from avm.ledger.transaction_check import is_free

    return 0 if is_free(execution) else authorized.cost.total


def _proving(parameters: Parameters, string: Srs, progress: Progress, cancel: Cancel | None) -> CachedKeys:
    from avm.storage.network_proving import CachedKeys

    return CachedKeys(parameters, string, progress, cancel)


def _verify(
    env: Environment,
    execution: Execution,
    rules: Rules,
    proving: CachedKeys,
    progress: Progress,
    cancel: Cancel | None,
) -> None:
    from avm.ledger.execution_check import verify_execution
    from avm.storage.derived_keys import DerivedKeys

    looks(cancel)()
    progress.stage("Verify", "keys of the programs, pairings")
    keys = DerivedKeys(env, rules, proving, progress, cancel)
    verify_execution(execution, env.programs, keys, proving.srs.verifier(), rules)


def pay(
    paid_for: int,
    base: int,
    priority: int,
    signer: Account,
    parameters: Parameters,
    *,
    root: int,
    rules: Rules,
    srs: str = "auto",
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> Fee:
    """Return a proved and verified public fee for the execution or deployment of an id, in microcredits.

    Whether the payer has the money only the chain knows.
    """
    from avm.ledger.fee_check import PUBLIC, verify_fee
    from avm.ledger.proving import prove_fee
    from avm.storage.derived_keys import DerivedKeys
    from avm.storage.network_keys import credits_program
    from avm.vm.environment import load

    credits = credits_program()
    env = load(credits)
    given = [f"{base}u64", f"{priority}u64", f"{paid_for}field"]
    made = authorize_in(env, PUBLIC, given, signer, parameters, rules, progress, cancel)
    proving = _proving(
        parameters, string_of(made.highest_power, parameters, srs, progress, cancel), progress, cancel
    )
    fee = prove_fee(env, made.run, root, proving, rules, progress=progress, cancel=cancel)
    keys = DerivedKeys(env, rules, proving, progress, cancel)
    verify_fee(fee, paid_for, credits, keys, proving.srs.verifier(), rules)
    return fee
