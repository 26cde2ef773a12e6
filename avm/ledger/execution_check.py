"""Verifies an execution of the network: its form, then one proof over all of its circuits.

Everything that the proof is held against is computed from the transitions and the programs; the keys come
from whoever asks. What is not looked at: whether the state root is one of the chain, and whether ids were
used before. Source: snarkVM ``synthesizer/process/src/{verify_execution,trace}``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from avm.base.consensus import (
    CREDITS_TRANSLATION_FROM,
    DYNAMIC_CALLS_FROM,
    RECORDS_EXIST_FROM,
    STRICT_TYPES_FROM,
    Rules,
)
from avm.base.errors import AvmError, DecodeError, VerifyError
from avm.base.limits import MAX_INSTANCES
from avm.data.identifier import function_id
from avm.ledger.call_tree import Node, call_tree, in_order
from avm.ledger.network import Proven
from avm.ledger.parts import check_input, check_output
from avm.ledger.records_exist import check_records_exist
from avm.ledger.rejection import Reason, rejected
from avm.ledger.state import MAX_TRANSITIONS
from avm.ledger.statements import (
    CREDITS,
    Publics,
    check_types,
    inclusion_publics,
    transition_publics,
    translation_publics,
)
from avm.ledger.transition import Transition
from avm.program.model import Program
from avm.varuna.proof import Proof
from avm.varuna.srs.reference_string import SrsVerifier
from avm.varuna.verifier import verify_batch
from avm.varuna.verifying_key import VerifyingKey
from avm.varuna.version import VarunaVersion

FEES = ((CREDITS, "fee_private"), (CREDITS, "fee_public"))


class Keys(Protocol):
    """The verifying keys that the chain knows."""

    def of(self, program: str, name: str) -> VerifyingKey:
        """The key of a function, or of the translation circuit of a record; VerifyError when unknown."""
        ...

    def inclusion(self, version: int) -> VerifyingKey:
        """The key of the inclusion circuit, version 0 or 1."""
        ...


@dataclass(frozen=True, slots=True)
class CircuitStatement:
    """What a proof shows for one circuit: its name, its key, and the public inputs of each instance."""

    name: str
    key: VerifyingKey
    instances: tuple[Publics, ...]


def execution_statement(
    execution: Proven, programs: Mapping[str, Program], keys: Keys, rules: Rules
) -> tuple[CircuitStatement, ...]:
    """Return what the proof of an execution must show.

    Raises:
        VerifyError: the execution is not one that a run leaves, or shows a value that is not its own.
    """
    transitions = execution.transitions
    if len(transitions) > MAX_TRANSITIONS:
        raise rejected(
            Reason.FORM, f"an execution has at most {MAX_TRANSITIONS} transitions, not {len(transitions)}"
        )
    if len({transition.id for transition in transitions}) != len(transitions):
        raise rejected(Reason.FORM, "the execution has a transition twice")
    if any((each.program, each.function) in FEES for each in transitions):
        raise rejected(Reason.FORM, "a fee is no part of an execution")
    root = call_tree(transitions, programs)
    if rules.version >= RECORDS_EXIST_FROM:
        check_records_exist(root, programs)
    nodes = in_order(root)
    for node in nodes:
        check_parts(node.transition, rules)
        if rules.version < STRICT_TYPES_FROM or node is root:
            check_types(node, None if rules.version < STRICT_TYPES_FROM else False)
    if len({transition.scm for transition in transitions}) != 1:
        raise rejected(Reason.FORM, "the transitions have different signers")
    statements = _function_statements(nodes, keys, rules)
    statements += _translation_statements(nodes, keys, rules)
    return tuple(statements + inclusion_statement(execution, keys, rules))


def _function_statements(nodes: Sequence[Node], keys: Keys, rules: Rules) -> list[CircuitStatement]:
    parents = {child.index: node.transition.program for node in nodes for child in node.children}
    instances: dict[tuple[str, str], list[Publics]] = {}
    for node in nodes:
        publics = transition_publics(node, parents.get(node.index), rules)
        instances.setdefault((node.program.id, node.function.name), []).append(publics)
    return [
        CircuitStatement("/".join(name), keys.of(*name), tuple(found)) for name, found in instances.items()
    ]


def _translation_statements(nodes: Sequence[Node], keys: Keys, rules: Rules) -> list[CircuitStatement]:
    found = translation_publics(nodes)
    if (CREDITS, "credits") in found and rules.version < CREDITS_TRANSLATION_FROM:
        raise rejected(Reason.FORM, "records of credits are not translated before consensus version 18")
    return [
        CircuitStatement(f"translation of {'/'.join(name)}", keys.of(*name), tuple(each))
        for name, each in found.items()
    ]


def inclusion_statement(execution: Proven, keys: Keys, rules: Rules) -> list[CircuitStatement]:
    """Return what the proof must show of the records that are spent: one circuit, or none."""
    found = inclusion_publics(execution.transitions, execution.state_root, rules)
    if not found:
        return []
    return [CircuitStatement("inclusion", keys.inclusion(rules.inclusion), tuple(found))]


def check_parts(transition: Transition, rules: Rules) -> None:
    """Raise VerifyError unless every part of a transition is complete and has the id of what it shows."""
    function = function_id(transition.program, transition.function)
    record_version = rules.inclusion
    try:
        for index, part in enumerate(transition.inputs):
            check_input(part, function, transition.tcm, index)
        for index, part in enumerate(transition.outputs, len(transition.inputs)):
            check_output(part, function, transition.tcm, index, record_version)
    except VerifyError:
        raise
    except AvmError as error:
        raise rejected(
            Reason.FORM, f"a value of {transition.function} cannot be read: {error.message}"
        ) from error


def verify_statements(
    statements: Sequence[CircuitStatement], proven: Proven, srs: SrsVerifier, rules: Rules
) -> None:
    """Raise VerifyError unless the proof shows all of the statements."""
    if proven.state_root == 0:
        raise rejected(Reason.FORM, "the state root is zero")
    if proven.proof is None:
        raise rejected(Reason.PROOF, "there is no proof")
    total = sum(len(statement.instances) for statement in statements)
    if rules.version >= DYNAMIC_CALLS_FROM and total > MAX_INSTANCES:
        raise rejected(Reason.PROOF, f"a proof is of at most {MAX_INSTANCES} instances, not {total}")
    for statement in statements:
        for publics in statement.instances:
            if 1 << (len(publics) - 1).bit_length() != statement.key.info.num_public_inputs:
                raise rejected(
                    Reason.PROOF, f"the key of {statement.name} is not for {len(publics)} public inputs"
                )
    try:
        proof = Proof.from_bytes(proven.proof)
    except DecodeError as error:
        raise rejected(Reason.PROOF, f"the proof cannot be read: {error.message}") from error
    batch = [(statement.key, statement.instances) for statement in statements]
    report = verify_batch(batch, srs, proof, version=VarunaVersion(rules.varuna))
    if not report.valid:
        raise rejected(Reason.PROOF, f"the proof is not valid: {', '.join(report.failed)} failed")


def verify_execution(
    execution: Proven, programs: Mapping[str, Program], keys: Keys, srs: SrsVerifier, rules: Rules
) -> tuple[CircuitStatement, ...]:
    """Return what the proof of an execution shows, function by function; VerifyError unless it does.

    ``programs`` are those of its transitions with all that they import.
    """
    statements = execution_statement(execution, programs, keys, rules)
    verify_statements(statements, execution, srs, rules)
    return statements
