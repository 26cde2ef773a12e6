"""Runs bodies of code instruction by instruction and writes down every step."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from avm.account.address import address_text, parse_address
from avm.base.bits import bytes_to_bits_le, int_to_bits_le
from avm.base.errors import AvmError, CheckFailure, Halt, Unsupported
from avm.base.progress import NULL_PROGRESS, Cancel, Progress, looks
from avm.data.future import Future
from avm.data.identifier import identifier_bits, program_address, program_id_bits
from avm.data.literal import Literal
from avm.data.plaintext import Array, Plaintext
from avm.data.record import Entry, Record
from avm.data.types import PlaintextType, RecordValue, Visibility
from avm.isa.machine import MachineValue, Results, Values
from avm.isa.operand import ContextOperand
from avm.isa.types import RegisterType, register_type
from avm.program.model import Body, Program
from avm.program.scope import Scope
from avm.types.literal_type import LiteralType
from avm.vm.activation import Activation
from avm.vm.environment import BlockContext, Environment
from avm.vm.limits import StepBudget
from avm.vm.prepared import PreparedBodies, PreparedInstruction
from avm.vm.store import FinalizeStore, MemoryStore, Overlay
from avm.vm.trace import Access, Frame, HaltInfo, MappingAccess, Step
from avm.vm.values import mismatch, part

Point = tuple[int, int]
PROGRESS_INTERVAL = 256


class Stopped(Exception):
    """Ends a run that halted; where and why is in ``Interpreter.halt``."""


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """Under what a program runs: who signs, which storage and block it sees, who watches.

    ``store`` is only read; without one the storage is empty.
    ``progress`` hears how many steps are recorded; how many there will be nobody knows.
    """

    signer: str | Point = (0, 1)
    store: FinalizeStore | None = None
    block: BlockContext = field(default_factory=BlockContext)
    transition_id: int = 0
    random_below: Callable[[int], int] = secrets.randbelow
    cancel: Cancel | None = None
    progress: Progress = NULL_PROGRESS


class ValueActivation(Activation[MachineValue]):
    """A body at work on values; it is the ``Machine`` that opcodes see."""

    def __init__(
        self, interpreter: Interpreter, scope: Scope, caller: Point, nonce: int = 0, view_key: int = 0
    ) -> None:
        super().__init__(scope)
        self.interpreter = interpreter
        self.caller, self.nonce, self.view_key = caller, nonce, view_key
        self.frame = 0
        self.lines: tuple[PreparedInstruction, ...] = ()
        self.access: MappingAccess | None = None

    @property
    def _overlay(self) -> Overlay:
        return self.interpreter.overlay

    def constant(self, value: Plaintext) -> MachineValue:
        """Return the value itself."""
        return value

    def part(self, value: MachineValue, accesses: Sequence[str | int]) -> MachineValue:
        """Return the value or its part; ``Halt`` when there is no such part."""
        return part(value, accesses) if accesses else value

    def call_function(self, scope: Scope, values: Values) -> Results:
        """Run a function of another program as a transition of its own."""
        return self.interpreter.call_function(scope, values, program_address(self.scope.program), self.frame)

    def run_inline(self, scope: Scope, values: Values) -> Results:
        """Run a closure or view inside its caller."""
        return self.interpreter.run_inline(scope, values, self)

    def make_record(self, name: str, values: Values, register: int) -> Record:
        """Return a new record of version 1, its nonce made from the transition view key."""
        from avm.algebra.edwards import mul
        from avm.primitives.hash_to_curve import generator
        from avm.primitives.poseidon import hash_to_scalar

        definition = self.scope.owner.records[name]
        owner, *entries = values
        assert isinstance(owner, Literal)
        data: list[tuple[str, Entry]] = []
        for (entry, visibility, _), value in zip(definition.entries, entries, strict=True):
            if isinstance(value, Record | Future):
                raise Unsupported("record entries are plaintext")
            data.append((entry, Entry(visibility, value)))
        nonce = mul(generator(), hash_to_scalar(2, [self.view_key, register]))
        private = definition.owner is Visibility.PRIVATE
        return Record(owner.value, private, tuple(data), nonce, 1)

    def _locate(self, target: str) -> tuple[str, str]:
        program, _, mapping = target.rpartition("/")
        return program or self.scope.program, mapping

    def mapping_read(self, target: str, key: Plaintext, kind: str) -> Plaintext | None:
        """Return the value stored under ``key``."""
        program, mapping = self._locate(target)
        found = self._overlay.get(program, mapping, key)
        word = "contains" if kind == "contains" else "read"
        self.access = MappingAccess(word, program, mapping, key, found, found)
        return found

    def find_mapping(self, program: str, name: str) -> tuple[PlaintextType, PlaintextType]:
        """Return key and value type of a mapping named at run time."""
        home = self.interpreter.env.programs.get(program)
        if home is None or name not in home.mappings:
            raise Halt(f"there is no mapping '{program}/{name}'")
        return home.mappings[name].key, home.mappings[name].value

    def fits(self, value: MachineValue, type_: RegisterType) -> bool:
        """Whether a value is of a type."""
        return not mismatch(value, type_, self.scope)

    def mapping_write(self, target: str, key: Plaintext, value: Plaintext) -> None:
        """Store a value."""
        program, mapping = self._locate(target)
        change = self._overlay.set(program, mapping, key, value)
        self.access = MappingAccess(change.kind, program, mapping, key, change.before, value)

    def mapping_remove(self, target: str, key: Plaintext) -> None:
        """Remove a key if it is there."""
        program, mapping = self._locate(target)
        change = self._overlay.remove(program, mapping, key)
        before = None if change is None else change.before
        self.access = MappingAccess("remove", program, mapping, key, before, None)

    def await_future(self, future: MachineValue) -> None:
        """Run the finalize block of a future."""
        if not isinstance(future, Future):
            raise Unsupported("awaiting a dynamic future is not built yet")
        self.interpreter.finalize(future, self.frame)

    def random_seed_bits(self, register: int) -> list[bool]:
        """Return seed, transition, program, body, nonce and register as bits."""
        config = self.interpreter.config
        return [
            *bytes_to_bits_le(config.block.random_seed),
            *int_to_bits_le(config.transition_id, 253),
            *program_id_bits(self.scope.program),
            *identifier_bits(self.scope.name),
            *int_to_bits_le(self.nonce, 64),
            *int_to_bits_le(register, 64),
        ]

    def context(self, operand: ContextOperand) -> MachineValue:
        """Return what the run, the block or a deployment says."""
        interpreter, block = self.interpreter, self.interpreter.config.block
        if operand.name == "self.signer":
            return Literal(LiteralType.ADDRESS, interpreter.signer)
        if operand.name == "self.caller":
            return Literal(LiteralType.ADDRESS, self.caller)
        if operand.name == "block.height":
            return Literal(LiteralType.U32, block.height)
        if operand.name == "block.timestamp":
            return Literal(LiteralType.I64, block.timestamp)
        if operand.name == "network.id":
            return Literal(LiteralType.U16, block.network_id)
        program, _, component = operand.about.partition("/")
        if component or (program and not program.endswith(".aleo")):
            raise Unsupported("checksums of components are not built yet")
        program = program or self.scope.program
        deployment = interpreter.env.deployment(program)
        if operand.name == "edition":
            return Literal(LiteralType.U16, deployment.edition)
        if operand.name == "program_owner":
            if deployment.owner is None:
                raise Halt(f"'{program}' was deployed without an owner, so program_owner halts")
            return Literal(LiteralType.ADDRESS, deployment.owner)
        checksum = self.scope.external(program).checksum()
        return Array(tuple(Literal(LiteralType.U8, byte) for byte in checksum))

    def step(self, position: int) -> None:
        """Take an instruction and write down what it reads and writes."""
        line, interpreter = self.lines[position], self.interpreter
        index = interpreter.begin_step(line.placeholder)
        instruction = line.instruction
        reads: list[Access] = []

        def record(writes: tuple[Access, ...], *, done: bool) -> Step:
            step = Step(
                index,
                self.frame,
                position,
                instruction.mnemonic,
                line.text,
                tuple(reads),
                writes,
                self.access,
                instruction.span,
                len(interpreter.steps) - 1,
                done,
                () if done else tuple((text, type_) for text, _, type_ in line.writes),
            )
            interpreter.steps[index] = step
            return step

        self.access = None
        try:
            for operand, text, register, type_ in line.reads:
                reads.append(Access(text, register, self.load(operand), type_))
            results = instruction.op.evaluate([r.value for r in reads], instruction, self)
        except Halt as halt:
            interpreter.halt = _halt_info(halt, record((), done=False))
            raise Stopped from halt
        except AvmError as failure:
            failure.place = failure.place or instruction.span
            raise
        except Stopped:
            record((), done=False)
            raise
        registers = self.registers
        writes = []
        for (text, register, type_), value in zip(line.writes, results, strict=True):
            registers[register] = value
            if isinstance(value, Array):
                interpreter.budget.array(len(value.elements))
            writes.append(Access(text, register, value, type_))
        record(tuple(writes), done=True)


class Interpreter:
    """Executes bodies and collects frames and steps."""

    def __init__(self, env: Environment, config: RunConfig) -> None:
        self.env, self.config = env, config
        self.signer = parse_address(config.signer) if isinstance(config.signer, str) else config.signer
        self.overlay = Overlay(config.store if config.store is not None else MemoryStore())
        self.steps: list[Step] = []
        self.frames: list[Frame] = []
        self.halt: HaltInfo | None = None
        self.budget = StepBudget()
        self._awaits = 0
        self._look = looks(config.cancel)
        self._bodies = PreparedBodies(self._look)

    def scope(self, program: Program, body: Body) -> Scope:
        """Return the scope of a body of a loaded program."""
        return Scope(program, body, self.env.programs)

    def call_function(self, scope: Scope, values: Values, caller: Point, parent: int | None) -> Results:
        """Run a function as a transition of its own; records it takes must belong to the signer."""
        for item, value in zip(scope.body.inputs, values, strict=True):
            type_ = register_type(item.type)
            if parent is not None and (fault := mismatch(value, type_, scope)):
                raise Halt(
                    f"the input r{item.register} of '{scope.program}/{scope.name}' does not fit: {fault}"
                )
            owner = value.owner if isinstance(value, Record) else self.signer
            if isinstance(type_, RecordValue) and owner != self.signer:
                message = f"the record in r{item.register} does not belong to the signer"
                raise CheckFailure(message) if parent is None else Halt(message)
        from avm.algebra.edwards import mul
        from avm.algebra.fields import FS_MODULUS

        secret = self.config.random_below(FS_MODULUS)
        machine = ValueActivation(self, scope, caller, view_key=mul(self.signer, secret)[0])
        return self._activate(machine, values, parent, secret)

    def run_inline(self, scope: Scope, values: Values, outer: ValueActivation) -> Results:
        """Run a closure or view inside its caller."""
        for item, value in zip(scope.body.inputs, values, strict=True):
            if fault := mismatch(value, register_type(item.type), scope):
                raise Halt(f"the input r{item.register} of '{scope.name}' does not fit: {fault}")
        machine = ValueActivation(self, scope, outer.caller, outer.nonce, outer.view_key)
        return self._activate(machine, values, outer.frame)

    def finalize(self, future: Future, parent: int | None) -> None:
        """Run the finalize block of a future, and of the futures it awaits."""
        program = self.env.programs[future.program_id]
        block = program.functions[future.function].finalize
        if block is None:
            raise Halt(f"'{future.program_id}/{future.function}' has no finalize block")
        nonce = self._awaits
        self._awaits += 1
        machine = ValueActivation(self, self.scope(program, block), self.signer, nonce)
        self._activate(machine, future.arguments, parent)

    def run_body(self, program: Program, body: Body, values: Values) -> Results:
        """Run a constructor or view on its own."""
        return self._activate(ValueActivation(self, self.scope(program, body), self.signer), values, None)

    def begin_step(self, placeholder: Step) -> int:
        """Make room for a step and return its index; raises when the run is stopped or too long."""
        index = len(self.steps)
        if index % PROGRESS_INTERVAL == 0:
            self.config.progress.step(index, 0)
        self._look()
        self.budget.step()
        self.steps.append(placeholder)
        return index

    def _activate(
        self, machine: ValueActivation, values: Values, parent: int | None, secret: int | None = None
    ) -> Results:
        scope = machine.scope
        machine.frame = len(self.frames)
        machine.lines = self._bodies.lines(scope)
        machine.begin(values)
        kind = scope.place
        frame = Frame(
            machine.frame,
            parent,
            kind,
            scope.program,
            scope.name,
            call_step=None if parent is None else len(self.steps) - 1,
            depth=0 if parent is None else self.frames[parent].depth + 1,
            caller=address_text(machine.caller),
            inputs=tuple(values),
            first_step=len(self.steps),
            done=False,
            transition_view_key=machine.view_key if kind == "function" else None,
            transition_secret=secret,
        )
        self.frames.append(frame)
        try:
            machine.walk()
            outputs = machine.outputs()
            frame = replace(frame, outputs=outputs, done=True)
        finally:
            self.frames[frame.id] = replace(frame, end_step=len(self.steps))
        return outputs


def _halt_info(halt: Halt, step: Step) -> HaltInfo:
    return HaltInfo(
        halt.message,
        step.index,
        step.frame,
        step.position,
        step.opcode,
        step.text,
        step.reads,
        step.span,
        halt.hint,
    )
