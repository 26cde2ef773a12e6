"""The least fee of an execution from its transitions: before it is proved, also of calls that values name.

Its proof's size follows from how often each circuit occurs. Source: snarkVM
``synthesizer/process/src/cost.rs`` (``execution_cost_for_authorization``, ``execution_finalize_cost``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from avm.account.keys import ComputeKey
from avm.account.signature import Signature
from avm.algebra import edwards
from avm.algebra.edwards import Point
from avm.base.consensus import Rules
from avm.data.record import Record
from avm.data.request import InputId, RecordInputId, Request, RequestId, hash_id
from avm.data.types import RecordValue, kind_of
from avm.isa.machine import MachineValue
from avm.ledger.authorize import function_of, is_dynamic, run_function, transition_of
from avm.ledger.call_tree import call_tree, in_order
from avm.ledger.network import Execution
from avm.ledger.parts import RECORDS
from avm.ledger.statements import translation_publics
from avm.ledger.transition import Transition
from avm.program.model import Program
from avm.varuna.proof import proof_size
from avm.vm.costs import ExecutionCost, body_cost, discount, execution_storage_cost
from avm.vm.environment import Environment
from avm.vm.interpreter import RunConfig
from avm.vm.trace import Frame, Trace


def batch_sizes(transitions: Sequence[Transition], programs: Mapping[str, Program]) -> list[int]:
    """Return the number of instances of each circuit in the proof of an execution.

    VerifyError when the transitions are not those of a run.
    """
    functions = Counter((each.program, each.function) for each in transitions)
    records = sum(part.kind in RECORDS for each in transitions for part in each.inputs)
    translations = translation_publics(in_order(call_tree(transitions, programs)))
    sizes = [*functions.values(), *map(len, translations.values())]
    return [*sizes, records] if records else sizes


def execution_cost(
    transitions: Sequence[Transition], programs: Mapping[str, Program], rules: Rules
) -> ExecutionCost:
    """Return the least fee of the execution of these transitions, proved or not; VerifyError as above."""
    size = len(Execution(tuple(transitions), 0).to_bytes()) + proof_size(batch_sizes(transitions, programs))
    work = 0
    for each in transitions:
        program = programs[each.program]
        block = program.functions[each.function].finalize
        env = Environment(program, programs)
        work += 0 if block is None else body_cost(env, program, block, rules.version)
    return ExecutionCost(size, execution_storage_cost(size), work // discount(rules.version))


def estimate_cost(
    env: Environment, function: str, inputs: Sequence[str | MachineValue], signer: Point, rules: Rules
) -> ExecutionCost:
    """Return what a call by an account would cost, without its key: the function is run, and not signed.

    Raises:
        Halt: the run halts.
        CheckFailure, ParseFailure: the function is unknown, or inputs do not fit.
    """
    trace, frames = run_function(env, function, inputs, RunConfig(signer=signer))
    ended = sorted(frames, key=lambda frame: (frame.end_step, -frame.id))
    made = [
        transition_of(_unsigned(env, trace, frame, signer), function_of(env, frame), frame.outputs)
        for frame in ended
    ]
    return execution_cost(made, env.programs, rules)


def _unsigned(env: Environment, trace: Trace, frame: Frame, signer: Point) -> Request:
    """Return a request of the size of the one that the signer would make; nobody can use it."""
    view_key = frame.transition_view_key
    assert view_key is not None
    nobody = ComputeKey(edwards.IDENTITY, edwards.IDENTITY)
    ids: list[RequestId] = []
    blank = Request(
        *(signer, frame.program, frame.name, (), frame.inputs, Signature(0, 0, nobody)),
        *(0, view_key, frame.id, 0, is_dynamic(trace, frame)),
    )
    for index, (item, value) in enumerate(zip(function_of(env, frame).inputs, frame.inputs, strict=True)):
        kind = kind_of(item.type)
        if isinstance(item.type, RecordValue) and isinstance(value, Record):
            ids.append(RecordInputId(0, edwards.IDENTITY, 0, 0, 0))
        else:
            ids.append(InputId(kind, hash_id(kind, blank.function_id, value, view_key, index)))
    return replace(blank, input_ids=tuple(ids))
