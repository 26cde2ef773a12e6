"""The ways to run a program: a function with its finalize block, a future, a constructor, a view."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

from avm.account.address import address_text, parse_address
from avm.base.errors import CheckFailure, ParseFailure, shown
from avm.base.progress import NULL_PROGRESS, Cancel, Progress
from avm.data.future import Future
from avm.isa.machine import MachineValue
from avm.isa.operand import Register
from avm.isa.types import RegisterType, register_type
from avm.program.model import Body, kind_of
from avm.program.scope import Scope
from avm.types.literal_type import LiteralType
from avm.vm.debug_map import NO_DEBUG, DebugMap
from avm.vm.environment import BlockContext, Environment
from avm.vm.interpreter import Interpreter, Point, Run, Stopped
from avm.vm.store import FinalizeStore, MemoryStore, Overlay
from avm.vm.trace import MappingSnapshot, Trace, TraceOutput
from avm.vm.values import read_input, require

SNAPSHOT_LIMIT = 1000


def execute(
    env: Environment,
    function: str,
    inputs: Sequence[str | MachineValue],
    *,
    signer: str | Point,
    store: FinalizeStore | None = None,
    block: BlockContext | None = None,
    debug: DebugMap | None = None,
    finalize: bool = True,
    transition_id: int = 0,
    random_below: Callable[[int], int] = secrets.randbelow,
    cancel: Cancel | None = None,
    progress: Progress = NULL_PROGRESS,
) -> Trace:
    """Run ``function`` of the main program and then, if ``finalize`` is set, its finalize block.

    ``progress`` hears how many steps are recorded; how many there will be nobody knows.

    A halt is no exception: it is ``Trace.halt``. ``store`` is only read; the changes are
    ``Trace.operations``. Raises ``CheckFailure`` or ``ParseFailure`` for an unknown function and inputs that
    do not fit, ``Unsupported`` for instructions that are not built, ``Cancelled``.
    """
    entry = env.program.functions.get(function)
    if entry is None:
        known = ", ".join(env.program.functions) or "none"
        raise CheckFailure(
            f"'{env.program.id}' has no function {shown(function)}", hint=f"Its functions: {known}."
        )
    values = read_inputs(env, entry, inputs)
    point = parse_address(signer) if isinstance(signer, str) else signer
    run = _run(env, point, store, block, debug, transition_id, random_below, cancel, progress)

    def work(interpreter: Interpreter) -> tuple[MachineValue, ...]:
        outputs = interpreter.call_function(env.program, entry, values, point, None)
        if finalize and entry.finalize is not None:
            future = outputs[-1]
            assert isinstance(future, Future)
            interpreter.finalize(future, None)
        return outputs

    return _trace(run, entry, values, work)


def execute_future(
    env: Environment,
    future: Future,
    *,
    store: FinalizeStore,
    block: BlockContext,
    debug: DebugMap | None = None,
    signer: str | Point = (0, 1),
    transition_id: int = 0,
    cancel: Cancel | None = None,
) -> Trace:
    """Run the finalize block of a future, as a block does with each accepted transaction."""
    if future.program_id not in env.programs:
        raise CheckFailure(f"the program '{future.program_id}' is not loaded")
    entry = env.programs[future.program_id].functions.get(future.function)
    if entry is None or entry.finalize is None:
        raise CheckFailure(f"'{future.program_id}/{future.function}' does not have a finalize block")
    point = parse_address(signer) if isinstance(signer, str) else signer
    run = _run(env, point, store, block, debug, transition_id, secrets.randbelow, cancel)

    def work(interpreter: Interpreter) -> tuple[MachineValue, ...]:
        interpreter.finalize(future, None)
        return ()

    return _trace(run, entry.finalize, tuple(future.arguments), work)


def execute_constructor(
    env: Environment,
    *,
    store: FinalizeStore | None = None,
    block: BlockContext | None = None,
    debug: DebugMap | None = None,
    signer: str | Point = (0, 1),
    cancel: Cancel | None = None,
) -> Trace:
    """Run the constructor of the main program, as a deployment does."""
    constructor = env.program.constructor
    if constructor is None:
        raise CheckFailure(f"'{env.program.id}' has no constructor")
    point = parse_address(signer) if isinstance(signer, str) else signer
    run = _run(env, point, store, block, debug, 0, secrets.randbelow, cancel)
    return _trace(run, constructor, (), lambda i: i.run_body(env.program, constructor, ()))


def execute_view(
    env: Environment,
    view: str,
    inputs: Sequence[str | MachineValue],
    *,
    store: FinalizeStore,
    block: BlockContext | None = None,
    debug: DebugMap | None = None,
    cancel: Cancel | None = None,
    progress: Progress = NULL_PROGRESS,
) -> Trace:
    """Run a view of the main program against ``store``."""
    body = env.program.views.get(view)
    if body is None:
        raise CheckFailure(f"'{env.program.id}' has no view '{view}'")
    values = read_inputs(env, body, inputs)
    run = _run(env, (0, 1), store, block, debug, 0, secrets.randbelow, cancel, progress)
    return _trace(run, body, values, lambda i: i.run_body(env.program, body, values))


def read_inputs(
    env: Environment, body: Body, inputs: Sequence[str | MachineValue]
) -> tuple[MachineValue, ...]:
    """Parse and check the inputs of a body of the main program."""
    if len(inputs) != len(body.inputs):
        raise CheckFailure(f"'{body.name}' takes {len(body.inputs)} inputs, {len(inputs)} are given")
    scope = Scope(env.program, body, env.programs)
    values: list[MachineValue] = []
    for item, given in zip(body.inputs, inputs, strict=True):
        type_ = register_type(item.type)
        name = f"the input r{item.register} of '{body.name}'"
        value = _read(given, type_, name) if isinstance(given, str) else given
        require(value, type_, scope, name)
        values.append(value)
    return tuple(values)


def _read(text: str, type_: RegisterType, name: str) -> MachineValue:
    """Parse an input; a failure says which input it is and how its type is written."""
    try:
        return read_input(text, type_)
    except ParseFailure as failure:
        number = text.strip().lstrip("-").replace("_", "")
        bare = isinstance(type_, LiteralType) and number.isdigit()
        hint = f"Write {text.strip()}{type_}." if bare else failure.hint or f"The type is {type_}."
        raise ParseFailure(f"{name}: {failure.message}", place=failure.place, hint=hint) from failure


def _run(
    env: Environment,
    signer: Point,
    store: FinalizeStore | None,
    block: BlockContext | None,
    debug: DebugMap | None,
    transition_id: int,
    random_below: Callable[[int], int],
    cancel: Cancel | None,
    progress: Progress = NULL_PROGRESS,
) -> Run:
    overlay = Overlay(store if store is not None else MemoryStore())
    return Run(
        env,
        signer,
        overlay,
        block or BlockContext(),
        debug or NO_DEBUG,
        transition_id,
        random_below,
        cancel,
        progress,
    )


def _snapshots(run: Run) -> tuple[MappingSnapshot, ...]:
    found: list[MappingSnapshot] = []
    for program in run.env.programs.values():
        for mapping in program.mappings:
            entries = []
            for entry in run.overlay.base.entries(program.id, mapping):
                entries.append(entry)
                if len(entries) >= SNAPSHOT_LIMIT:
                    break
            found.append(MappingSnapshot(program.id, mapping, tuple(entries)))
    return tuple(found)


def _trace(
    run: Run,
    body: Body,
    values: tuple[MachineValue, ...],
    work: Callable[[Interpreter], tuple[MachineValue, ...]],
) -> Trace:
    interpreter = Interpreter(run)
    snapshots = _snapshots(run)
    results: tuple[MachineValue, ...] = ()
    try:
        results = work(interpreter)
    except Stopped:
        if interpreter.frames[0].done:
            results = interpreter.frames[0].outputs
    declared = body.outputs if results else ()
    outputs = tuple(
        TraceOutput(o.type, v, o.operand.locator if isinstance(o.operand, Register) else None)
        for o, v in zip(declared, results, strict=True)
    )
    halted = interpreter.halt is not None
    return Trace(
        program=run.env.program.id,
        function=body.name,
        kind=kind_of(body),
        inputs=values,
        outputs=outputs,
        frames=tuple(interpreter.frames),
        steps=tuple(interpreter.steps),
        operations=() if halted else tuple(run.overlay.operations),
        snapshots=snapshots,
        halt=interpreter.halt,
        signer=address_text(run.signer),
    )
