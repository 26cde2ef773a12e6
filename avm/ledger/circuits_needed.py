"""Which circuits prove transitions, by name, and each of them without a run.

Keys follow from programs alone: whoever verifies derives them from what this module synthesizes. Source:
snarkVM ``synthesizer/process/src/{verify_execution,trace}``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from avm.base.errors import CheckFailure
from avm.base.progress import NULL_PROGRESS, Cancel, Progress
from avm.data.request import RecordInputId
from avm.ledger.authorize import AuthorizedRun
from avm.ledger.call_tree import call_tree, in_order
from avm.ledger.parts import RECORDS
from avm.ledger.proving import Name
from avm.ledger.statements import translation_publics
from avm.ledger.transition import Transition
from avm.program.model import Program
from avm.r1cs.system import ConstraintSystem
from avm.vm.environment import Environment
from avm.vm.function_circuit_blank import blank_circuit
from avm.vm.inclusion_circuit import blank_inclusion, synthesize_inclusion
from avm.vm.translation_circuit import blank_translation

FUNCTION, TRANSLATION, INCLUSION = "function", "translation", "inclusion"
"""The kinds of circuits."""


def circuits_of(transitions: Sequence[Transition], programs: Mapping[str, Program]) -> tuple[Name, ...]:
    """Return the circuits of an execution, each once; VerifyError when the transitions are not a run's."""
    names = [(FUNCTION, each.program, each.function) for each in transitions]
    translations = translation_publics(in_order(call_tree(transitions, programs)))
    names += [(TRANSLATION, program, record) for program, record in translations]
    if any(part.kind in RECORDS for each in transitions for part in each.inputs):
        names.append((INCLUSION, "", ""))
    return tuple(dict.fromkeys(names))


def circuits_in(program: Program) -> tuple[Name, ...]:
    """Return the circuits of a program: of its functions, then of its records."""
    functions = [(FUNCTION, program.id, name) for name in program.functions]
    return (*functions, *((TRANSLATION, program.id, name) for name in program.records))


def blank_system(
    env: Environment,
    name: Name,
    inclusion: int = 1,
    *,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> ConstraintSystem:
    """Return a circuit with made-up values; ``inclusion`` is the version of the inclusion circuit.

    Raises:
        CheckFailure: the program is not loaded, or has no such function or record.
        Unsupported: the circuit cannot be built yet.
    """
    kind, program, part = name
    if kind == INCLUSION:
        return synthesize_inclusion(blank_inclusion(), inclusion)
    if program not in env.programs:
        raise CheckFailure(f"the program {program} is not here")
    at = replace(env, program=env.programs[program])
    if kind == TRANSLATION:
        return blank_translation(at, part, cancel=cancel).system
    return blank_circuit(at, part, progress=progress, cancel=cancel).system


def spent_from_chain(run: AuthorizedRun) -> Iterator[Transition]:
    """Yield the transitions that spend a record which the run does not make itself, once for each record."""
    made: set[int] = set()
    for at in run.order:
        transition = run.transitions[at]
        for item in run.requests[at].input_ids:
            if isinstance(item, RecordInputId) and item.commitment not in made:
                yield transition
        made |= {part.id for part in transition.outputs if part.kind in RECORDS}
