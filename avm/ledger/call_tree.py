"""Who called whom in an execution: the tree of its transitions.

An execution lists its transitions in the order in which the calls return, the outermost last, and says
nothing of the tree. Read from its end, each transition is followed by those that it called, the last one
first, so the programs determine the tree; calls whose target is a value take the target from the transition.
Source: snarkVM ``synthesizer/process/src/verify_execution`` (``construct_call_graph``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from avm.ledger.rejection import Reason, rejected
from avm.ledger.transition import Transition
from avm.program.model import Function, Program
from avm.vm.calls import FunctionCall, function_calls


@dataclass(frozen=True, slots=True)
class Node:
    """A transition with its function, its place in the list, and the nodes that it calls, in order.

    ``call`` is the instruction that made it, None for the outermost.
    """

    index: int
    transition: Transition
    program: Program
    function: Function
    call: FunctionCall | None
    children: tuple[Node, ...]


def call_tree(transitions: Sequence[Transition], programs: Mapping[str, Program]) -> Node:
    """Return the outermost node. VerifyError unless the list is the one that some run leaves."""
    at = len(transitions)

    def visit(call: FunctionCall | None) -> Node:
        nonlocal at
        if at == 0:
            raise rejected(Reason.FORM, "the execution has fewer transitions than its functions have calls")
        at -= 1
        index, transition = at, transitions[at]
        name = (transition.program, transition.function)
        if call is not None and call.target not in (None, name):
            raise rejected(
                Reason.FORM, f"transition {index} is of {'/'.join(name)}, which is not called there"
            )
        program, function = function_of(transition, programs)
        if call is not None and call.is_dynamic:
            _check_counts(call, function)
        calls = list(function_calls(program, function, programs))
        children = [visit(inner) for inner in reversed(calls)]
        return Node(index, transition, program, function, call, tuple(reversed(children)))

    if not transitions:
        raise rejected(Reason.FORM, "the execution has no transitions")
    root = visit(None)
    if at:
        raise rejected(Reason.FORM, f"the execution has {at} transitions that nothing calls")
    return root


def function_of(transition: Transition, programs: Mapping[str, Program]) -> tuple[Program, Function]:
    """Return the program and function of a transition.

    VerifyError when they are not there, or have other numbers of inputs or outputs.
    """
    program = programs.get(transition.program)
    function = program.functions.get(transition.function) if program is not None else None
    name = f"{transition.program}/{transition.function}"
    if program is None or function is None:
        raise rejected(Reason.UNKNOWN_PROGRAM, f"there is no function {name}")
    for what, parts, declared in (
        ("inputs", transition.inputs, function.inputs),
        ("outputs", transition.outputs, function.outputs),
    ):
        if len(parts) != len(declared):
            raise rejected(Reason.FORM, f"{name} has {len(declared)} {what}, its transition {len(parts)}")
    return program, function


def _check_counts(call: FunctionCall, function: Function) -> None:
    """Raise VerifyError unless a dynamic call gives and takes as much as the function that it reaches."""
    given, taken = len(call.arguments), len(call.instruction.destinations)
    if (given, taken) != (len(function.inputs), len(function.outputs)):
        raise rejected(Reason.FORM, f"a dynamic call does not have the inputs and outputs of {function.name}")


def in_order(root: Node) -> list[Node]:
    """Return all nodes in the order of the execution, the outermost last."""
    return [node for child in root.children for node in in_order(child)] + [root]
