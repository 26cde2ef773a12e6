"""The ways to run a program: a function with its finalize block, a future, a constructor, a view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from avm.account.address import address_text
from avm.base.errors import CheckFailure, ParseFailure, shown
from avm.data.future import Future
from avm.isa.machine import MachineValue, Results
from avm.isa.operand import Register
from avm.isa.types import RegisterType, register_type
from avm.program.model import Body
from avm.program.scope import Scope
from avm.vm.environment import Environment
from avm.vm.interpreter import Interpreter, RunConfig, Stopped
from avm.vm.trace import MappingSnapshot, Trace, TraceOutput
from avm.vm.values import lacks_type, read_input, require

SNAPSHOT_LIMIT = 1000


def execute(
    env: Environment,
    function: str,
    inputs: Sequence[str | MachineValue],
    config: RunConfig,
    *,
    finalize: bool = True,
) -> Trace:
    """Run ``function`` of the main program and then, if ``finalize`` is set, its finalize block.

    A halt is no exception: it is ``Trace.halt``. The changes of storage are ``Trace.operations``.

    Raises:
        CheckFailure, ParseFailure: the function is unknown, or inputs do not fit.
        Unsupported: an instruction is not built.
        Cancelled: the run was stopped.
    """
    entry = env.program.functions.get(function)
    if entry is None:
        known = ", ".join(env.program.functions) or "none"
        raise CheckFailure(
            f"'{env.program.id}' has no function {shown(function)}", hint=f"Its functions: {known}."
        )
    values = read_inputs(env, entry, inputs)

    def work(interpreter: Interpreter) -> Results:
        scope = interpreter.scope(env.program, entry)
        outputs = interpreter.call_function(scope, values, interpreter.signer, None)
        if finalize and entry.finalize is not None:
            future = outputs[-1]
            assert isinstance(future, Future)
            interpreter.finalize(future, None)
        return outputs

    return _trace(Interpreter(env, config), entry, values, work)


def execute_future(
    env: Environment, future: Future, config: RunConfig, known: Sequence[Future] = ()
) -> Trace:
    """Run the finalize block of a future, as a block does with each accepted transaction.

    ``known`` are the futures of the execution, of which dynamic futures stand for one.
    """
    if future.program_id not in env.programs:
        raise CheckFailure(f"the program '{future.program_id}' is not loaded")
    entry = env.programs[future.program_id].functions.get(future.function)
    if entry is None or entry.finalize is None:
        raise CheckFailure(f"'{future.program_id}/{future.function}' does not have a finalize block")

    def work(interpreter: Interpreter) -> Results:
        interpreter.futures += known
        interpreter.finalize(future, None)
        return ()

    return _trace(Interpreter(env, config), entry.finalize, tuple(future.arguments), work)


def execute_constructor(env: Environment, config: RunConfig) -> Trace:
    """Run the constructor of the main program, as a deployment does."""
    constructor = env.program.constructor
    if constructor is None:
        raise CheckFailure(f"'{env.program.id}' has no constructor")
    return _body_trace(env, constructor, (), config)


def execute_view(
    env: Environment, view: str, inputs: Sequence[str | MachineValue], config: RunConfig
) -> Trace:
    """Run a view of the main program against the storage; nobody signs it."""
    body = env.program.views.get(view)
    if body is None:
        raise CheckFailure(f"'{env.program.id}' has no view '{view}'")
    return _body_trace(env, body, read_inputs(env, body, inputs), replace(config, signer=(0, 1)))


def _body_trace(env: Environment, body: Body, values: Results, config: RunConfig) -> Trace:
    return _trace(Interpreter(env, config), body, values, lambda i: i.run_body(env.program, body, values))


def read_inputs(env: Environment, body: Body, inputs: Sequence[str | MachineValue]) -> Results:
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
        bare = lacks_type(text, type_)
        hint = f"Write {text.strip()}{type_}." if bare else failure.hint or f"The type is {type_}."
        raise ParseFailure(f"{name}: {failure.message}", place=failure.place, hint=hint) from failure


def _snapshots(run: Interpreter) -> tuple[MappingSnapshot, ...]:
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
    interpreter: Interpreter, body: Body, values: Results, work: Callable[[Interpreter], Results]
) -> Trace:
    snapshots = _snapshots(interpreter)
    results: Results = ()
    try:
        results = work(interpreter)
    except Stopped:
        if interpreter.activations[0].done:
            results = interpreter.activations[0].outputs_made
    declared = body.outputs if results else ()
    outputs = tuple(
        TraceOutput(o.type, v, o.operand.locator if isinstance(o.operand, Register) else None)
        for o, v in zip(declared, results, strict=True)
    )
    halted = interpreter.halt is not None
    return Trace(
        program=interpreter.env.program.id,
        function=body.name,
        kind=body.kind,
        inputs=values,
        outputs=outputs,
        frames=interpreter.frames(),
        steps=interpreter.recording,
        operations=() if halted else tuple(interpreter.overlay.operations),
        snapshots=snapshots,
        halt=interpreter.halt,
        signer=address_text(interpreter.signer),
    )
