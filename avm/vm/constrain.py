"""Turns a run function into constraints: inputs, instructions in order with closures in place, outputs.

Public inputs and outputs are public variables, private inputs private ones, private outputs stay inside.
The future of a function is bound by its arguments, which are made public too. Synthesis starts from the
inputs of the trace and never looks at later values, so its matrices do not depend on the witness.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from avm.account.address import address_text, parse_address
from avm.base.errors import CheckFailure, Unsupported
from avm.base.progress import NULL_PROGRESS, Cancel, Progress
from avm.base.span import Span
from avm.data.circuit_values import CircuitArray, CircuitPlaintext, expose, find, inject
from avm.data.future import Future
from avm.data.literal import Literal
from avm.data.plaintext import Array, Plaintext, Struct
from avm.data.types import PlaintextValue, Visibility
from avm.isa.instruction import Instruction
from avm.isa.machine import MachineValue
from avm.isa.operand import ContextOperand, GeneratorPowers, Operand, ProgramId, Register
from avm.isa.statement import Statement
from avm.isa.types import register_type
from avm.isa.wire import CircuitFuture
from avm.program.model import Body, Closure, Function, kind_of
from avm.program.scope import Scope
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem, Counts
from avm.types.literal_type import LiteralType
from avm.vm.blank import Blanks
from avm.vm.debug_map import NO_DEBUG, DebugMap
from avm.vm.environment import Environment
from avm.vm.limits import ELEMENTS_A_STEP, MAX_LITERALS, MAX_STEPS, too_many_steps
from avm.vm.prepared import prepare
from avm.vm.trace import Frame, Trace
from avm.vm.values import generator_value

_MODES = {
    Visibility.CONSTANT: Mode.CONSTANT,
    Visibility.PUBLIC: Mode.PUBLIC,
    Visibility.PRIVATE: Mode.PRIVATE,
}
Wire = CircuitPlaintext | CircuitFuture


@dataclass(frozen=True, slots=True)
class InstructionCount:
    """What one executed instruction added: ``index`` is its position in ``component`` (``kind`` of body).

    ``text`` is the instruction, or ``input r0`` and ``output r1``. ``first_row`` is its first row; what
    a call's closure adds is counted with the closure's instructions, not with the call.
    """

    kind: str
    component: str
    index: int
    text: str
    span: Span | None
    counts: Counts
    first_row: int


@dataclass(frozen=True)
class Circuit:
    """A constraint system with its assignment, and what each instruction added to it."""

    system: ConstraintSystem
    program: str
    function: str
    per_instruction: tuple[InstructionCount, ...]

    @cached_property
    def public_inputs(self) -> tuple[tuple[str, int], ...]:
        """Name and value of each public variable in column order, without the leading one."""
        values = self.system.assignment().public
        return tuple((self.system.public_name(i), values[i]) for i in range(1, len(values)))

    @property
    def is_satisfied(self) -> bool:
        """Whether the assignment satisfies every constraint."""
        return self.system.is_satisfied


def constrain(
    env: Environment,
    trace: Trace,
    *,
    frame: int = 0,
    debug: DebugMap | None = None,
    limit: int | None = None,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> Circuit:
    """Synthesize the function that ran in ``trace.frames[frame]``.

    ``CheckFailure`` once there are more than ``limit`` constraints.

    Raises ``Unsupported`` for instructions and values whose constraints are not built yet.
    """
    ran = trace.frames[frame]
    body = env.programs[ran.program].functions.get(ran.name)
    if ran.kind != "function" or body is None:
        raise CheckFailure("only functions have constraints", hint="Finalize code runs in public.")
    calls = (f for f in trace.frames if f.parent == ran.id and f.kind == "function")
    results = _Recorded(iter(sorted(calls, key=lambda f: f.id)))
    return _Synthesis(env, trace.signer, ran, results, debug or NO_DEBUG, progress, cancel, limit).run(body)


def circuit_of(env: Environment, function: str, *, literals: int = MAX_LITERALS) -> Circuit:
    """Synthesize a function of the main program without a run; the matrices are those of every run.

    The assignment is of made-up values and satisfies nothing in general. Raises ``CheckFailure`` for an
    unknown function; ``Unsupported`` as ``constrain`` does, and when inputs and results of calls have more
    than ``literals`` literals together.
    """
    body = env.program.functions.get(function)
    if body is None:
        raise CheckFailure(f"'{env.program.id}' has no function '{function}'")
    blanks, scope = Blanks(literals), Scope(env.program, body, env.programs)
    inputs = tuple(blanks.value(register_type(item.type), scope) for item in body.inputs)
    someone = address_text((0, 1))
    frame = Frame(0, None, "function", env.program.id, function, None, 0, someone, inputs)
    bound = _Bound()
    return _Synthesis(env, someone, frame, blanks, NO_DEBUG, NULL_PROGRESS, None, None, bound).run(body)


class _Results(Protocol):
    """What calls of other programs returned."""

    def outputs(self, function: Function, home: Scope) -> tuple[MachineValue, ...]:
        """Return the outputs of the next call, which is of ``function``."""
        ...


@dataclass
class _Bound:
    """Refuses what a run would refuse for its size, where there was no run."""

    steps: int = 0
    bodies: set[tuple[str, str, str]] = field(default_factory=set)

    def enter(self, scope: Scope) -> None:
        """Check the values that a body makes."""
        name = (scope.program, scope.place, scope.name)
        if name not in self.bodies:
            self.bodies.add(name)
            prepare(scope, NO_DEBUG, lambda: None)

    def step(self, results: Sequence[Wire]) -> None:
        """Count an instruction, long arrays as more."""
        arrays = (len(r.elements) for r in results if isinstance(r, CircuitArray))
        self.steps += 1 + sum(length // ELEMENTS_A_STEP for length in arrays)
        if self.steps > MAX_STEPS:
            raise too_many_steps()


@dataclass
class _Recorded:
    """The calls of a run, in order."""

    frames: Iterator[Frame]

    def outputs(self, function: Function, home: Scope) -> tuple[MachineValue, ...]:
        ran = next(self.frames, None)
        if ran is None or not ran.done:
            target = f"{home.program}/{function.name}"
            raise Unsupported(f"the call of '{target}' did not run to its end, so it has no outputs to bind")
        return ran.outputs


@dataclass
class _Synthesis:
    env: Environment
    signer: str
    frame: Frame
    results: _Results
    debug: DebugMap
    progress: Progress
    cancel: Cancel | None
    limit: int | None
    bound: _Bound | None = None
    cs: ConstraintSystem = field(default_factory=ConstraintSystem)
    counted: list[InstructionCount] = field(default_factory=list)
    surroundings: dict[str, CircuitPlaintext] = field(default_factory=dict)
    inner: Counts | None = None

    def run(self, function: Function) -> Circuit:
        program = self.env.programs[self.frame.program]
        machine = _Machine(self, Scope(program, function, self.env.programs))
        for position, (item, value) in enumerate(zip(function.inputs, self.frame.inputs, strict=True)):
            if not isinstance(item.type, PlaintextValue):
                raise Unsupported(f"the constraints of an input of type {item.type} are not built yet")
            mode = _MODES[item.type.visibility]
            name = f"r{item.register}"
            with (
                self.cs.instruction_scope(f"input {name}", position),
                self.cs.gadget("input"),
                self.cs.named(name),
            ):
                before = self.cs.counts()
                machine.registers[item.register] = inject(self.cs, mode, _plaintext(value))
            self.count(machine.scope, position, f"input {name}", None, before, 0)
        machine.run(function)
        for position, output in enumerate(function.outputs):
            text = f"output {output.operand}"
            span = self.debug.span_of(self.frame.program, self.frame.name, "function", -1 - position)
            before, row = self.cs.counts(), self.cs.num_constraints
            with self.cs.instruction_scope(text, position, span):
                wire = machine.load(output.operand)
                visible = not (
                    isinstance(output.type, PlaintextValue) and output.type.visibility is Visibility.PRIVATE
                )
                if visible:
                    self.expose(wire, f"output {position}")
            self.count(machine.scope, position, text, span, before, row)
        if not _can_be_indexed(self.cs):
            self.pad()
        return Circuit(self.cs, self.frame.program, self.frame.name, tuple(self.counted))

    def pad(self) -> None:
        """Add two products of free variables, so that a function that constrains nothing has a circuit.

        On the network the request of a function is part of its circuit, never empty. The products hold
        for any values of three variables that nothing else reads, so they change nothing that is proved.
        """
        with self.cs.instruction_scope("padding"), self.cs.gadget("padding"):
            a, b, product = (self.cs.new_private(1) for _ in range(3))
            self.cs.enforce(a, b, product)
            self.cs.enforce(b, a, product)

    def expose(self, value: Wire, name: str) -> None:
        """Bind a value to public variables: a future by its arguments, one after another."""
        if isinstance(value, CircuitFuture):
            for index, argument in enumerate(value.arguments):
                self.expose(argument, f"{name}[{index}]")
        else:
            expose(value, name)

    def count(self, scope: Scope, index: int, text: str, span: Span | None, before: Counts, row: int) -> None:
        counts = self.cs.counts() - before
        place = kind_of(scope.body)
        self.counted.append(InstructionCount(place, scope.name, index, text, span, counts, row))

    def surrounding(self, name: str) -> CircuitPlaintext:
        """Inject the signer or caller as a public address, once."""
        if name not in self.surroundings:
            text = self.signer if name == "self.signer" else self.frame.caller
            with self.cs.named(name), self.cs.gadget("input"):
                address = Literal(LiteralType.ADDRESS, parse_address(text))
                self.surroundings[name] = inject(self.cs, Mode.PUBLIC, address)
        return self.surroundings[name].clone()

    def callee(self, function: Function, home: Scope, values: Sequence[Wire]) -> tuple[Wire, ...]:
        """Bind a call of another program: what it takes and returns is public here and proved there."""
        target = f"{home.program}/{function.name}"
        outputs = self.results.outputs(function, home)
        for index, value in enumerate(values):
            self.expose(value, f"{target} input {index}")
        results: list[Wire] = []
        for index, result in enumerate(outputs):
            with self.cs.named(f"{target} output {index}"):
                results.append(self._public(result))
        return tuple(results)

    def _public(self, value: MachineValue) -> Wire:
        if isinstance(value, Future):
            arguments = tuple(self._public(a) for a in value.arguments)
            return CircuitFuture(value.program_id, value.function, arguments)
        return inject(self.cs, Mode.PUBLIC, _plaintext(value))


def _can_be_indexed(cs: ConstraintSystem) -> bool:
    """Whether each matrix has two entries, the fewest that can be committed to."""
    missing = [2, 2, 2]
    for row in cs.rows():
        for matrix, combination in enumerate(row):
            missing[matrix] -= len(combination.terms) + bool(combination.constant)
        if max(missing) <= 0:
            return True
    return False


@dataclass
class _Machine:
    """The circuit's registers of one body; opcodes see it as ``CircuitMachine``."""

    synthesis: _Synthesis
    scope: Scope
    registers: dict[int, Wire] = field(default_factory=dict)

    def call(self, statement: Statement, values: Sequence[Any]) -> tuple[Any, ...]:
        """Synthesize a closure in place, or bind a function of another program."""
        program, _, name = statement.target.rpartition("/")
        home = self.scope.external(program) if program else self.scope.owner
        body: Function | Closure = home.functions.get(name) or home.closures[name]
        scope = Scope(home, body, self.synthesis.env.programs)
        if isinstance(body, Function):
            return self.synthesis.callee(body, scope, values)
        machine = _Machine(self.synthesis, scope)
        machine.registers = {i.register: v for i, v in zip(body.inputs, values, strict=True)}
        before = self.synthesis.cs.counts()
        machine.run(body)
        self.synthesis.inner = self.synthesis.cs.counts() - before
        return tuple(machine.load(o.operand) for o in body.outputs)

    def run(self, body: Body) -> None:
        """Synthesize the instructions in order."""
        if self.synthesis.bound is not None:
            self.synthesis.bound.enter(self.scope)
        for position, instruction in enumerate(body.instructions):
            if self.synthesis.cancel is not None:
                self.synthesis.cancel.check()
            limit = self.synthesis.limit
            if limit is not None and self.synthesis.cs.num_constraints > limit:
                raise CheckFailure(f"the circuit has more than {limit:,} constraints")
            if kind_of(body) == "function":
                self.synthesis.progress.step(position, len(body.instructions))
            self._step(position, instruction)

    def _step(self, position: int, instruction: Instruction) -> None:
        synthesis, cs, scope = self.synthesis, self.synthesis.cs, self.scope
        span = synthesis.debug.span_of(scope.program, scope.name, scope.place, position)
        before, row = cs.counts(), cs.num_constraints
        synthesis.inner = None
        with (
            cs.instruction_scope(f"{scope.name}: {instruction}", position, span),
            cs.gadget(instruction.mnemonic),
        ):
            try:
                operands = [self.load(o) for o in instruction.operands]
                results = instruction.op.synthesize(cs, operands, instruction, self)
            except Unsupported as failure:
                failure.place = failure.place or span or instruction.span
                raise
        self.registers.update(zip(instruction.destinations, results, strict=True))
        if synthesis.bound is not None:
            synthesis.bound.step(results)
        if synthesis.inner is not None:
            counts, synthesis.inner = cs.counts() - before - synthesis.inner, None
            found = InstructionCount(scope.place, scope.name, position, str(instruction), span, counts, row)
            synthesis.counted.append(found)
        else:
            synthesis.count(scope, position, str(instruction), span, before, row)

    def load(self, operand: Operand) -> Wire:
        """Return a copy of an operand; literals become constants anew each time they are read."""
        cs = self.synthesis.cs
        if isinstance(operand, Register):
            return self._register(operand)
        if isinstance(operand, Literal):
            return inject(cs, Mode.CONSTANT, operand)
        if isinstance(operand, ProgramId):
            from avm.data.identifier import program_address

            return inject(cs, Mode.CONSTANT, Literal(LiteralType.ADDRESS, program_address(operand.name)))
        if isinstance(operand, GeneratorPowers):
            return inject(cs, Mode.CONSTANT, _plaintext(generator_value(operand)))
        if isinstance(operand, ContextOperand) and operand.name.startswith("self."):
            return self.synthesis.surrounding(operand.name)
        raise Unsupported(f"the constraints of the operand '{operand}' are not built yet")

    def _register(self, register: Register) -> Wire:
        value = self.registers[register.locator]
        accesses = list(register.accesses)
        while isinstance(value, CircuitFuture) and accesses:
            index = accesses.pop(0)
            assert isinstance(index, int), "the check allows indices of futures only"
            value = value.arguments[index]
        if isinstance(value, CircuitFuture) or not accesses:
            return value.clone()
        return find(value, accesses)


def _plaintext(value: MachineValue) -> Plaintext:
    if isinstance(value, Literal | Struct | Array):
        return value
    raise Unsupported(f"the constraints of a {type(value).__name__.lower()} are not built yet")
