"""Verifies fees of the network: one transition of credits that pays for one execution or deployment.

Whether the payer has the money only the chain knows, when the fee's future runs or the record is spent.
Source: snarkVM ``synthesizer/process/src/verify_fee.rs``.
"""

from __future__ import annotations

from avm.base.consensus import Rules
from avm.base.errors import AvmError
from avm.data.literal import Literal
from avm.data.plaintext import parse_plaintext
from avm.ledger.call_tree import call_tree
from avm.ledger.execution_check import (
    CircuitStatement,
    Keys,
    check_parts,
    inclusion_statement,
    verify_statements,
)
from avm.ledger.network import Proven
from avm.ledger.rejection import Reason, rejected
from avm.ledger.statements import check_types, transition_publics
from avm.ledger.transition import Part
from avm.program.model import Program
from avm.types.literal_type import LiteralType
from avm.varuna.srs.reference_string import SrsVerifier

PUBLIC, PRIVATE = "fee_public", "fee_private"


def verify_fee(
    fee: Proven, paid_for: int, credits: Program, keys: Keys, srs: SrsVerifier, rules: Rules
) -> tuple[CircuitStatement, ...]:
    """Return what the proof of a fee for the execution or deployment of an id shows.

    Raises:
        VerifyError: it is no fee, pays for something else, or is not proved.
    """
    if len(fee.transitions) != 1:
        raise rejected(Reason.FORM, "a fee has one transition")
    transition = fee.transitions[0]
    if transition.program != credits.id or transition.function not in (PUBLIC, PRIVATE):
        raise rejected(Reason.FORM, f"{transition.program}/{transition.function} does not pay a fee")
    node = call_tree([transition], {credits.id: credits})
    check_types(node, False)
    check_parts(transition, rules)
    if _field(transition.inputs[-1]) != paid_for:
        raise rejected(Reason.FORM, "the fee is for another execution or deployment")
    publics = transition_publics(node, None, rules)
    name = transition.function
    statements = (
        CircuitStatement(f"{credits.id}/{name}", keys.of(credits.id, name), (publics,)),
        *inclusion_statement(fee, keys, rules),
    )
    verify_statements(statements, fee, srs, rules)
    return statements


def _field(part: Part) -> int:
    """Return the value of a public input of type field; VerifyError when it is none."""
    try:
        value = parse_plaintext(part.value)
    except AvmError as error:
        raise rejected(Reason.FORM, f"the fee does not say what it is for: {error.message}") from error
    if not isinstance(value, Literal) or value.type is not LiteralType.FIELD:
        raise rejected(Reason.FORM, "the fee does not say what it is for")
    number: int = value.value
    return number
