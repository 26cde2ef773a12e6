"""The least fee of an execution from its transitions: before it is proved, also of calls that values name.

Its proof's size follows from how often each circuit occurs. Source: snarkVM
``synthesizer/process/src/cost.rs`` (``execution_cost_for_authorization``, ``execution_finalize_cost``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from avm.base.consensus import Rules
from avm.ledger.call_tree import call_tree, in_order
from avm.ledger.network import Execution
from avm.ledger.parts import RECORDS
from avm.ledger.statements import translation_publics
from avm.ledger.transition import Transition
from avm.program.model import Program
from avm.varuna.proof import proof_size
from avm.vm.costs import ExecutionCost, body_cost, discount, execution_storage_cost
from avm.vm.environment import Environment


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
