"""Turns a run function into constraints: inputs, instructions in order with closures in place, outputs.

Public inputs and outputs are public variables, private inputs private ones, private outputs stay inside.
The future of a function is bound by its arguments, which are made public too. Synthesis starts from the
inputs of the trace and never looks at later values, so its matrices do not depend on the witness.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from avm.account.address import address_text, parse_address
from avm.base.errors import CheckFailure, Unsupported
from avm.base.progress import NULL_PROGRESS, Cancel, Progress, looks
from avm.data.circuit_future import CircuitFuture
from avm.data.circuit_values import CircuitArray, expose, inject
from avm.data.future import Future
from avm.data.given_values import given_values
from avm.data.literal import Literal
from avm.data.plaintext import Array, Plaintext, Struct
from avm.data.types import PlaintextValue, Visibility
from avm.isa.machine import MachineValue
from avm.isa.operand import ContextOperand, GeneratorPowers
from avm.isa.statement import Statement
from avm.isa.types import register_type
from avm.isa.wire import Wire, as_argument, as_plaintext, part_of
from avm.program.model import Input, Output
from avm.program.scope import Scope
from avm.r1cs.hints import COPY
from avm.r1cs.linear import ONE, Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.literal_type import LiteralType
from avm.vm.activation import ColumnOrder, generator_wire, is_exposed
from avm.vm.blank import MOST_LITERALS, Blanks
from avm.vm.circuit import Circuit, Tally
from avm.vm.environment import Environment
from avm.vm.limits import StepBudget
from avm.vm.prepared import PreparedBodies
from avm.vm.reuse import Origins
from avm.vm.trace import Frame, Trace

_MODES = {
    Visibility.CONSTANT: Mode.CONSTANT,
    Visibility.PUBLIC: Mode.PUBLIC,
    Visibility.PRIVATE: Mode.PRIVATE,
}

FEWEST_ENTRIES = 2
"""Entries of the smallest matrix that can be committed to."""


def constrain(
    env: Environment,
    trace: Trace,
    *,
    frame: int = 0,
    limit: int | None = None,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> Circuit:
    """Return the circuit of the function that ran in ``trace.frames[frame]``, with the values of the run.

    It is synthesized once for an environment; later runs compute their witness alone.
    Raises ``Halt`` as soon as there are more than ``limit`` constraints; ``Unsupported`` for instructions and
    values whose constraints are not built yet.
    """
    ran = trace.frames[frame]
    home = env.programs[ran.program]
    body = home.functions.get(ran.name)
    if ran.kind != "function" or body is None:
        raise CheckFailure("only functions have constraints", hint="Finalize code runs in public.")
    called = (f for f in trace.frames if f.parent == ran.id and f.kind == "function")
    calls = tuple(sorted(called, key=lambda f: f.id))
    run = _Run(ran.inputs, {"self.signer": trace.signer, "self.caller": ran.caller}, calls)
    key = ("bare", home.id, body.name)
    if all(call.done for call in calls) and (kept := env.circuits.find(key, run, limit)) is not None:
        return kept
    cs = ConstraintSystem(constraint_limit=limit, cancel=cancel)
    synthesis = _Synthesis(run, partial(_recorded, iter(calls)), cs, progress, cancel)
    circuit = synthesis.run(Scope(home, body, env.programs))
    env.circuits.keep(key, circuit, synthesis.origins)
    return circuit


@dataclass(frozen=True)
class _Run:
    """What a run hands to the circuit of its function: inputs, addresses by name, and what calls returned."""

    inputs: Sequence[MachineValue]
    addresses: Mapping[str, str]
    calls: tuple[Frame, ...] = ()

    def result(self, call: int, output: int) -> MachineValue:
        """Return what a call returned."""
        return self.calls[call].outputs[output]

    def address(self, name: str) -> Literal:
        """Return an address as a value."""
        return Literal(LiteralType.ADDRESS, parse_address(self.addresses[name]))


def circuit_of(
    env: Environment,
    function: str,
    *,
    inputs: Sequence[MachineValue] | None = None,
    results: Outputs | None = None,
    limit: int | None = None,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> Circuit:
    """Synthesize a function of the main program without a run; the matrices are those of every run.

    ``inputs`` and the ``results`` of calls are made up unless given, and the signer is: the assignment
    satisfies nothing in general. Raises ``CheckFailure`` for an unknown function; ``Halt`` as ``constrain``
    does; ``Unsupported`` too, and when what is made up has more than ``MOST_LITERALS`` literals.
    """
    body = env.program.functions.get(function)
    if body is None:
        raise CheckFailure(f"'{env.program.id}' has no function '{function}'")
    blanks, scope = Blanks(MOST_LITERALS), Scope(env.program, body, env.programs)
    if inputs is None:
        inputs = [blanks.value(register_type(item.type), scope) for item in body.inputs]
    run = _Run(inputs, dict.fromkeys(("self.signer", "self.caller"), address_text((0, 1))))
    outputs, cs = results or blanks.outputs, ConstraintSystem(constraint_limit=limit, cancel=cancel)
    return _Synthesis(run, outputs, cs, progress, cancel).run(scope)


Outputs = Callable[[Scope], Sequence[MachineValue]]
"""What the next call of a function of another program, whose scope is given, returned."""


def _recorded(frames: Iterator[Frame], scope: Scope) -> Sequence[MachineValue]:
    """The outputs of the next of the calls of a run."""
    ran = next(frames, None)
    if ran is None or not ran.done:
        target = f"{scope.program}/{scope.name}"
        raise Unsupported(f"the call of '{target}' did not run to its end, so it has no outputs to bind")
    return ran.outputs


@dataclass
class _Synthesis:
    """What all bodies of one synthesis share."""

    given: _Run
    results: Outputs
    cs: ConstraintSystem
    progress: Progress
    cancel: Cancel | None
    budget: StepBudget = field(default_factory=StepBudget)
    origins: Origins[_Run] = field(default_factory=Origins)
    calls: int = 0
    """Calls of other programs so far."""

    def __post_init__(self) -> None:
        self.tally = Tally(self.cs)
        self.look = looks(self.cancel)
        self.bodies = PreparedBodies()

    def run(self, scope: Scope) -> Circuit:
        _CircuitActivation(self, scope, {}).run_function()
        if min(self.cs.num_entries) < FEWEST_ENTRIES:
            self.pad()
        return Circuit(self.cs, scope.program, scope.name, tuple(self.tally.entries))

    def begin_step(self, position: int, scope: Scope) -> None:
        """Raise when the synthesis is stopped or takes too many steps."""
        self.look()
        self.budget.step()
        if scope.place == "function":
            self.progress.step(position, len(scope.body.instructions))

    def pad(self) -> None:
        """Add two products of free variables, so that a function that constrains nothing has a circuit.

        On the network the request of a function is part of its circuit, never empty. The products hold
        for any values of three variables that nothing else reads, so they change nothing that is proved.
        """
        with self.cs.instruction_scope("padding"), self.cs.gadget("padding"):
            a, b, product = (self.cs.derive(COPY, [ONE], mode=Mode.PRIVATE)[0] for _ in range(3))
            self.cs.enforce(a, b, product)
            self.cs.enforce(b, a, product)

    def expose(self, value: Wire, name: str) -> None:
        """Bind a value to public variables: a future by its arguments, one after another."""
        if isinstance(value, CircuitFuture):
            for index, argument in enumerate(value.arguments):
                self.expose(argument, f"{name}[{index}]")
        else:
            expose(as_plaintext(value), name)

    def public(self, value: MachineValue) -> Wire:
        """Make a value public that comes from outside."""
        if isinstance(value, Future):
            arguments = [as_argument(self.public(a)) for a in value.arguments]
            return CircuitFuture(self.cs, value.program_id, value.function, arguments)
        return inject(self.cs, Mode.PUBLIC, _plaintext(value))


class _CircuitActivation(ColumnOrder[Wire]):
    """A body whose registers hold wires; opcodes see it as ``CircuitMachine``."""

    def __init__(self, synthesis: _Synthesis, scope: Scope, addresses: dict[str, Wire]) -> None:
        super().__init__(scope, addresses)
        self.synthesis, self.cs = synthesis, synthesis.cs
        self.lines = synthesis.bodies.body(scope, synthesis.look).lines

    def take_input(self, position: int, item: Input) -> None:
        if not isinstance(item.type, PlaintextValue):
            raise Unsupported(f"the constraints of an input of type {item.type} are not built yet")
        name, cs = f"r{item.register}", self.cs
        counting = self.synthesis.tally.counting(self.scope, position, f"input {name}")
        with counting, cs.gadget("input"), cs.named(name):
            synthesis = self.synthesis
            value = _plaintext(synthesis.given.inputs[position])
            synthesis.origins.add(value, given_values, lambda run: _plaintext(run.inputs[position]))
            self.registers[item.register] = inject(cs, _MODES[item.type.visibility], value)

    def give_output(self, position: int, output: Output) -> None:
        text, scope = f"output {output.operand}", self.scope
        with self.synthesis.tally.counting(scope, position, text, output.span):
            wire = self.load(output.operand)
            if is_exposed(output.type):
                self.synthesis.expose(wire, f"output {position}")

    def address(self, name: str) -> Wire:
        value = self.synthesis.given.address(name)
        self.synthesis.origins.add(value, given_values, lambda run: run.address(name))
        with self.cs.named(name), self.cs.gadget("input"):
            return inject(self.cs, Mode.PUBLIC, value)

    def constant(self, value: Plaintext) -> Wire:
        """Make constants anew each time they are read."""
        return inject(self.cs, Mode.CONSTANT, value)

    def generator(self, operand: GeneratorPowers) -> Wire:
        return generator_wire(self.cs, operand)

    def context(self, operand: ContextOperand) -> Wire:
        return super().context(operand).clone()

    def part(self, value: Wire, accesses: Sequence[str | int]) -> Wire:
        """Return a copy of a value or of a part of it."""
        return part_of(value, accesses)

    def call_function(self, scope: Scope, values: Sequence[Wire]) -> tuple[Wire, ...]:
        """Bind a call of another program: what it takes and returns is public here and proved there."""
        synthesis, target = self.synthesis, f"{scope.program}/{scope.name}"
        outputs = synthesis.results(scope)
        for index, value in enumerate(values):
            synthesis.expose(value, f"{target} input {index}")
        results: list[Wire] = []
        for index, result in enumerate(outputs):
            found = partial(_Run.result, call=synthesis.calls, output=index)
            synthesis.origins.add(result, given_values, found)
            with self.cs.named(f"{target} output {index}"):
                results.append(synthesis.public(result))
        synthesis.calls += 1
        return tuple(results)

    def call_dynamic(self, statement: Statement, operands: Sequence[Wire]) -> tuple[Wire, ...]:
        """Not part of this circuit."""
        raise Unsupported("the constraints of 'call.dynamic' are not built yet")

    def make_record(self, name: str, values: Sequence[Wire], register: int) -> Wire:
        """Not part of this circuit."""
        raise Unsupported(f"the constraints of a cast to {name}.record are not built yet")

    def run_inline(self, scope: Scope, values: Sequence[Wire]) -> tuple[Wire, ...]:
        """Synthesize a closure in place."""
        closure = _CircuitActivation(self.synthesis, scope, self.addresses)
        closure.begin(values)
        before = self.cs.counts()
        closure.walk()
        self.synthesis.tally.inner = self.cs.counts() - before
        return closure.outputs()

    def step(self, position: int) -> None:
        """Synthesize an instruction."""
        synthesis, cs, scope, line = self.synthesis, self.cs, self.scope, self.lines[position]
        instruction = line.instruction
        synthesis.begin_step(position, scope)
        label = f"{scope.name}: {line.text}"
        with (
            synthesis.tally.counting(scope, position, line.text, instruction.span, label=label),
            cs.gadget(instruction.mnemonic),
        ):
            try:
                operands = [self.load(o) for o in instruction.operands]
                results = instruction.op.synthesize(cs, operands, instruction, self)
            except Unsupported as failure:
                failure.place = failure.place or instruction.span
                raise
        self.registers.update(zip(instruction.destinations, results, strict=True))
        for result in results:
            if isinstance(result, CircuitArray):
                synthesis.budget.array(len(result.elements))


def _plaintext(value: MachineValue) -> Plaintext:
    if isinstance(value, Literal | Struct | Array):
        return value
    raise Unsupported(f"the constraints of a {type(value).__name__.lower()} are not built yet")
