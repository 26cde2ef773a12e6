"""What the proof of an execution must show: the public inputs of each circuit, computed from the transitions.

Nothing comes from the proof's side. Every transition is an instance of its function's circuit, every record
that is spent one of the inclusion circuit, and every record that crosses a dynamic call one of the
translation circuit of its type. Source: snarkVM ``synthesizer/process/src/verify_execution``
(``to_transition_verifier_inputs``) and ``trace/{inclusion,translation}`` (``prepare_verifier_inputs``).
"""

from __future__ import annotations

from collections.abc import Sequence

from avm.base.consensus import MAINNET_HEIGHTS, STRICT_TYPES_FROM, Rules
from avm.data.future import Future
from avm.data.identifier import function_id, identifier_field, program_address
from avm.data.request import shown_id
from avm.data.types import DynamicFuture, ExternalRecordValue, RecordValue, ValueType
from avm.isa.types import InterfaceType, RegisterType
from avm.ledger import state
from avm.ledger.call_tree import Node
from avm.ledger.parts import (
    EXTERNAL,
    RECORDS,
    WITH_DYNAMIC_ID,
    caller_kind,
    fits,
    input_publics,
    output_publics,
)
from avm.ledger.rejection import Reason, rejected
from avm.ledger.transition import Part, Transition
from avm.ledger.transition_codec import shown_value
from avm.primitives.merkle import bhp_leaf

Publics = list[int]
"""The public inputs of one instance, the leading 1 included."""
CREDITS = "credits.aleo"
_HIDING_RECORDS_HEIGHT = MAINNET_HEIGHTS[7]


def transition_publics(node: Node, parent: str | None, rules: Rules) -> Publics:
    """Return the public inputs of a transition's circuit; ``parent`` is the calling program, if there is one.

    VerifyError when a call and what it calls do not fit together.
    """
    transition = node.transition
    checksum = node.program.checksum_field()
    publics = [1] if checksum is None else [1, checksum]
    publics += [*transition.tpk, transition.tcm, transition.scm]
    publics += [field for part in transition.inputs for field in input_publics(part)]
    publics += [int(parent is None), *program_address(transition.program if parent is None else parent)]
    for child in node.children:
        publics += _call_publics(child, rules)
    return publics + [field for part in transition.outputs for field in output_publics(part)]


def _call_publics(child: Node, rules: Rules) -> Publics:
    """Return what a caller's circuit shows of a call."""
    assert child.call is not None
    transition, dynamic = child.transition, child.call.is_dynamic
    if rules.version >= STRICT_TYPES_FROM:
        check_types(child, dynamic)
    if not dynamic:
        inputs = [field for part in transition.inputs for field in input_publics(part)]
        return [transition.tcm, *inputs, *(part.id for part in transition.outputs)]
    name, _, network = transition.program.partition(".")
    identity = function_id(transition.program, transition.function)
    publics = [identifier_field(part) for part in (name, network, transition.function)]
    publics += [identity, transition.tcm]
    types = child.call.instruction.types
    count = len(transition.inputs)
    for part, type_ in zip(transition.inputs, types[:count]):
        publics += _dynamic_input(part, type_)  # type: ignore[arg-type]
    for index, (part, type_) in enumerate(zip(transition.outputs, types[count:])):
        publics.append(_dynamic_output(part, type_, identity, transition.tcm, count + index))  # type: ignore[arg-type]
    return publics


def _dynamic_input(part: Part, type_: ValueType) -> Publics:
    """Return what a dynamic call shows of an input."""
    if part.kind in (RECORDS[0], EXTERNAL[0]) or not _seen_as(part, type_):
        raise rejected(Reason.FORM, f"a dynamic call passes a {type_}, the transition has a {part.kind}")
    return [part.id if part.dynamic_id is None else part.dynamic_id]


def _dynamic_output(part: Part, type_: ValueType, function: int, tcm: int, index: int) -> int:
    """Return what a dynamic call shows of an output."""
    if part.kind == "future" and isinstance(type_, DynamicFuture):
        future = shown_value(part)
        assert isinstance(future, Future)
        return shown_id(function, future.dynamic(), tcm, index)
    if part.kind in (RECORDS[0], EXTERNAL[0]) or not _seen_as(part, type_):
        raise rejected(Reason.FORM, f"a dynamic call takes a {type_}, the transition has a {part.kind}")
    return part.id if part.dynamic_id is None else part.dynamic_id


def _seen_as(part: Part, type_: ValueType) -> bool:
    """Whether a caller that declares a type can see a part in its place."""
    kind = caller_kind(part)
    return fits(Part(kind, part.id), type_, None)


def check_types(node: Node, dynamic: bool | None) -> None:
    """Raise VerifyError unless the parts of a transition are of the kinds that its function declares."""
    function, transition = node.function, node.transition
    sides: Sequence[tuple[str, Sequence[Part], Sequence[InterfaceType | RegisterType]]] = (
        ("input", transition.inputs, [item.type for item in function.inputs]),
        ("output", transition.outputs, [item.type for item in function.outputs]),
    )
    for side, parts, types in sides:
        for index, (part, type_) in enumerate(zip(parts, types, strict=True)):
            if not fits(part, type_, dynamic):
                raise rejected(Reason.FORM, f"{side} {index} of {function.name} is {part.kind}, not {type_}")


def inclusion_publics(transitions: Sequence[Transition], state_root: int, rules: Rules) -> list[Publics]:
    """Return the public inputs of the inclusion circuit, for each record that is spent, in order.

    The local root is that of the tree over the transitions before.
    """
    found = []
    tree = state.transaction_tree(1, ())
    for index, transition in enumerate(transitions):
        serials = [part.id for part in transition.inputs if part.kind in RECORDS]
        for serial in serials:
            publics = [1, state_root, tree.root, serial]
            if rules.inclusion:
                publics += map(int, spending_heights(transition))
            found.append(publics)
        if index + 1 < len(transitions):
            tree.append(bhp_leaf(state.transaction_leaf(1, index, transition.id)))
    return found


def spending_heights(transition: Transition) -> tuple[bool, int]:
    """Return whether a record must be younger than a height, and the height.

    Records of credits must come after the upgrade to hiding records, those that ``upgrade`` takes before it.
    """
    if transition.program != CREDITS:
        return True, 0
    upgrades = (
        transition.function == "upgrade" and len(transition.inputs) == 1 and len(transition.outputs) == 2
    )
    return not upgrades, _HIDING_RECORDS_HEIGHT + 1


def translation_publics(nodes: Sequence[Node]) -> dict[tuple[str, str], list[Publics]]:
    """Return the public inputs of the translation circuits by (program, record), for nodes in order.

    One index counts all translations of the execution: those of a transition's inputs, then its outputs.
    """
    found: dict[tuple[str, str], list[Publics]] = {}
    counted = 0
    for node in nodes:
        transition, function = node.transition, node.function
        identity = function_id(transition.program, transition.function)
        types = [each.type for each in function.inputs] + [each.type for each in function.outputs]
        parts = (*transition.inputs, *transition.outputs)
        for index, (part, type_) in enumerate(zip(parts, types, strict=True)):
            if part.kind not in WITH_DYNAMIC_ID:
                continue
            assert part.dynamic_id is not None
            external = isinstance(type_, ExternalRecordValue)
            if isinstance(type_, ExternalRecordValue) and part.kind == EXTERNAL[1]:
                circuit = (type_.program, type_.name)
            elif isinstance(type_, RecordValue) and part.kind == RECORDS[1]:
                circuit = (transition.program, type_.name)
            else:
                raise rejected(Reason.FORM, f"part {index} of {function.name} is {part.kind}, not {type_}")
            to_static = int(index < len(transition.inputs))
            publics = [1, to_static, int(external), identity, counted, index, part.id, part.dynamic_id]
            found.setdefault(circuit, []).append(publics)
            counted += 1
    return found
