"""Runs bodies of code instruction by instruction and writes down every step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from avm.account.address import address_text, parse_address
from avm.base.bits import bytes_to_bits_le, int_to_bits_le
from avm.base.consensus import Rules
from avm.base.errors import AvmError, CheckFailure, Halt
from avm.base.progress import NULL_PROGRESS, Cancel, Progress, looks
from avm.data.dynamic import DynamicFuture
from avm.data.future import Future
from avm.data.identifier import identifier_bits, program_address, program_id_bits
from avm.data.literal import Literal
from avm.data.plaintext import Array, Plaintext
from avm.data.record import Entry, Record
from avm.data.types import PlaintextType, RecordValue, Visibility
from avm.isa.instruction import Instruction
from avm.isa.machine import MachineValue, Results, Values
from avm.isa.operand import ContextOperand, Operand, Register
from avm.isa.types import RegisterType
from avm.program.model import Body, Program
from avm.program.scope import FEE_FUNCTIONS, Scope
from avm.types.literal_type import LiteralType, LiteralValue
from avm.vm.activation import Activation
from avm.vm.environment import BlockContext, Environment
from avm.vm.limits import StepBudget
from avm.vm.prepared import PreparedBody
from avm.vm.recording import FrameRecord, Recording
from avm.vm.step import MappingAccess, Step
from avm.vm.store import FinalizeStore, MemoryStore, Overlay
from avm.vm.trace import Frame, HaltInfo, TransitionKeys
from avm.vm.values import mismatch, to_dynamic, to_static

if TYPE_CHECKING:
    from avm.varuna.srs.reference_string import SrsVerifier

Point = tuple[int, int]
PROGRESS_INTERVAL = 256


class _Cell(Protocol):
    """A register that holds a literal, as the types of a checked program say."""

    @property
    def value(self) -> LiteralValue:
        """Its plain Python value."""


class Stopped(Exception):
    """Ends a run that halted; where and why is in ``Interpreter.halt``."""


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """Under what a program runs: who signs, which storage and block it sees, who watches.

    ``store`` is only read; without one the storage is empty. ``keys`` gives those of the next
    transition of the signer.
    ``progress`` hears how many steps are recorded; how many there will be nobody knows.
    ``reference`` is the string under which proofs that a program verifies were made.
    """

    signer: str | Point = (0, 1)
    store: FinalizeStore | None = None
    block: BlockContext = field(default_factory=BlockContext)
    transition_id: int = 0
    keys: Callable[[Point], TransitionKeys] = TransitionKeys.drawn
    cancel: Cancel | None = None
    progress: Progress = NULL_PROGRESS
    reference: SrsVerifier | None = None


class ValueActivation(Activation[MachineValue]):
    """A body at work on values; it is the ``Machine`` that opcodes see.

    It is frame number ``id``, called by the frame ``parent``; ``keys`` are those of its transition.
    """

    def __init__(
        self,
        interpreter: Interpreter,
        body: PreparedBody,
        values: Values,
        caller: Point,
        parent: ValueActivation | None,
        nonce: int = 0,
        keys: TransitionKeys | None = None,
    ) -> None:
        super().__init__(body.scope)
        self.interpreter, self.recording = interpreter, interpreter.recording
        self.body, self.inputs, self.outputs_made = body, tuple(values), Results()
        self.caller, self.parent, self.nonce, self.keys = caller, parent, nonce, keys
        self.id = len(interpreter.activations)
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.first_step = self.end_step = interpreter.recording.made
        self.done = False
        self.record = FrameRecord(body, values)
        self._lines = body.lines
        self._cells: list[_Cell] = self.record.cells  # type: ignore[assignment]

    def run(self) -> Results:
        """Run the body to its end and return its outputs; the frame is written down however it ends."""
        recording = self.recording
        self.interpreter.activations.append(self)
        recording.frames.append(self.record)
        recording.go_on(self.id, 0)
        try:
            self.walk()
            self.outputs_made = self.outputs()
            self.done = True
        finally:
            self.end_step = recording.made
        return self.outputs_made

    def frame(self, caller: str) -> Frame:
        """Return what the frame leaves behind; ``caller`` is the text of its caller's address."""
        scope, parent = self.scope, self.parent
        return Frame(
            self.id,
            None if parent is None else parent.id,
            scope.place,
            scope.program,
            scope.name,
            None if parent is None else self.first_step - 1,
            self.depth,
            caller,
            self.inputs,
            self.outputs_made,
            self.first_step,
            self.end_step,
            self.done,
            self.keys if scope.place == "function" else None,
        )

    @property
    def _overlay(self) -> Overlay:
        return self.interpreter.overlay

    def constant(self, value: Plaintext) -> MachineValue:
        """Return the value itself."""
        return value

    def register(self, operand: Register) -> MachineValue:
        """Return the value or its part; ``Halt`` when there is no such part."""
        return self.record.register(operand)

    def load(self, operand: Operand) -> MachineValue:
        """Return what an operand stands for; what the surroundings say is kept, for it stays the same."""
        if isinstance(operand, Literal | Register):
            return super().load(operand)
        found = self.record.surroundings.get(operand)
        if found is None:
            found = self.record.surroundings[operand] = super().load(operand)
        return found

    def jump(self, position: str) -> None:
        """Go on at a label after this instruction."""
        super().jump(position)
        self.recording.go_on(self.id, self._labels[position])

    def call_function(self, scope: Scope, values: Values) -> Results:
        """Run a function of another program as a transition of its own."""
        return self.interpreter.call_function(scope, values, program_address(self.scope.program), self)

    def run_inline(self, scope: Scope, values: Values) -> Results:
        """Run a closure or view inside its caller."""
        return self.interpreter.run_inline(scope, values, self)

    def call_dynamic(self, program: str, function: str, values: Values) -> Results:
        """Run a function named at run time; records that it takes are made from dynamic ones."""
        home = self.interpreter.env.programs.get(program)
        body = None if home is None else home.functions.get(function)
        if home is None or body is None:
            raise Halt(f"there is no function '{program}/{function}', so call.dynamic halts")
        if f"{program}/{function}" in FEE_FUNCTIONS:
            raise Halt(f"'{program}/{function}' pays the fee of a transaction and cannot be called")
        if len(body.inputs) != len(values):
            raise Halt(f"'{program}/{function}' takes {len(body.inputs)} inputs, {len(values)} are given")
        scope = self.interpreter.scope(home, body)
        given = [to_static(v, i.type, scope) for v, i in zip(values, body.inputs, strict=True)]
        return tuple(to_dynamic(value) for value in self.call_function(scope, given))

    def make_record(self, name: str, values: Values, register: int) -> Record:
        """Return a new record of version 1, its nonce made from the transition view key."""
        from avm.primitives.hash_to_curve import mul_generator
        from avm.primitives.poseidon import hash_to_scalar

        assert self.keys is not None
        definition = self.scope.owner.records[name]
        owner, *entries = values
        assert isinstance(owner, Literal)
        data: list[tuple[str, Entry]] = []
        for (entry, visibility, _), value in zip(definition.entries, entries, strict=True):
            assert isinstance(value, Plaintext), "the check allows plaintexts only"
            data.append((entry, Entry(visibility, value)))
        nonce = mul_generator(hash_to_scalar(2, [self.keys.view_key, register]))
        private = definition.owner is Visibility.PRIVATE
        return Record(owner.value, private, tuple(data), nonce, 1)

    def _locate(self, target: str) -> tuple[str, str]:
        program, _, mapping = target.rpartition("/")
        return program or self.scope.program, mapping

    def _touch(self, access: MappingAccess) -> None:
        self.recording.mappings[self.recording.made - 1] = access

    def mapping_read(self, target: str, key: Plaintext, kind: str) -> Plaintext | None:
        """Return the value stored under ``key``."""
        program, mapping = self._locate(target)
        found = self._overlay.get(program, mapping, key)
        word = "contains" if kind == "contains" else "read"
        self._touch(MappingAccess(word, program, mapping, key, found, found))
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
        self._touch(MappingAccess(change.kind, program, mapping, key, change.before, value))

    def mapping_remove(self, target: str, key: Plaintext) -> None:
        """Remove a key if it is there."""
        program, mapping = self._locate(target)
        change = self._overlay.remove(program, mapping, key)
        before = None if change is None else change.before
        self._touch(MappingAccess("remove", program, mapping, key, before, None))

    def await_future(self, future: MachineValue) -> None:
        """Run the finalize block of a future."""
        interpreter = self.interpreter
        if isinstance(future, DynamicFuture):
            found = next((f for f in interpreter.futures if f.dynamic() == future), None)
            if found is None:
                raise Halt("no call of this execution made the dynamic future, so await halts")
            future = found
        assert isinstance(future, Future)
        interpreter.finalize(future, self)

    def verify_proof(
        self,
        keys: Sequence[bytes],
        version: int,
        inputs: Sequence[Sequence[Sequence[int]]],
        proof: bytes,
    ) -> bool:
        """Verify a proof by the rules at the height of the block."""
        from avm.vm.proofs import verify_proof

        config = self.interpreter.config
        return verify_proof(config.reference, Rules.at(config.block.height), keys, version, inputs, proof)

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
        program, component = operand.subject
        program = program or self.scope.program
        deployment = interpreter.env.deployment(program)
        if operand.name == "edition":
            return Literal(LiteralType.U16, deployment.edition)
        if operand.name == "program_owner":
            if deployment.owner is None:
                raise Halt(f"'{program}' was deployed without an owner, so program_owner halts")
            return Literal(LiteralType.ADDRESS, deployment.owner)
        home = self.scope.external(program)
        asked = next((b for b in home.bodies if component == b.name), home)
        checksum = asked.checksum()
        return Array(tuple(Literal(LiteralType.U8, byte) for byte in checksum))

    def step(self, position: int) -> None:
        """Take an instruction."""
        self.interpreter.begin_step()
        line = self._lines[position]
        if line.function is None:
            self._take(position, line.instruction)
            return
        cells = self._cells
        try:
            value = line.function(*[cells[cell].value for cell in line.cells])
        except AvmError as failure:
            raise self._failed(failure, self.recording.made - 1, line.instruction) from failure
        cells[line.destination] = Literal(line.result, value)

    def _take(self, position: int, instruction: Instruction) -> None:
        """Take an instruction that may need the machine, and whose operands and results are any values."""
        recording = self.recording
        index, frames = recording.made - 1, len(recording.frames)
        try:
            values = [self.load(operand) for operand in instruction.operands]
            results = instruction.op.evaluate(values, instruction, self)
        except AvmError as failure:
            raise self._failed(failure, index, instruction) from failure
        except Stopped:
            recording.end(index, done=False)
            raise
        for register, value in zip(instruction.destinations, results, strict=True):
            self.record.cells[register] = value
            if isinstance(value, Array):
                self.interpreter.budget.array(len(value.elements))
        if len(recording.frames) != frames:
            recording.end(index, done=True)
            recording.go_on(self.id, position + 1)

    def _failed(self, failure: AvmError, index: int, instruction: Instruction) -> Exception:
        """Write down a halt, which ends the run; give any other failure its place."""
        if not isinstance(failure, Halt):
            failure.place = failure.place or instruction.span
            return failure
        self.recording.end(index, done=False)
        self.interpreter.halt = _halt_info(failure, self.recording[index])
        return Stopped()


class Interpreter:
    """Executes bodies and collects frames and steps."""

    def __init__(self, env: Environment, config: RunConfig) -> None:
        self.env, self.config = env, config
        self.signer = parse_address(config.signer) if isinstance(config.signer, str) else config.signer
        self.overlay = Overlay(config.store if config.store is not None else MemoryStore())
        self.recording = Recording()
        self.activations: list[ValueActivation] = []
        self.halt: HaltInfo | None = None
        self.budget = StepBudget()
        self.futures: list[Future] = []
        """What the calls of this run returned: a dynamic future stands for one of them."""
        self._awaits = 0
        self._look = looks(config.cancel)

    def scope(self, program: Program, body: Body) -> Scope:
        """Return the scope of a body of a loaded program."""
        return Scope(program, body, self.env.programs)

    def _body(self, scope: Scope) -> PreparedBody:
        return self.env.bodies.body(scope, self._look)

    def call_function(
        self, scope: Scope, values: Values, caller: Point, outer: ValueActivation | None
    ) -> Results:
        """Run a function as a transition of its own; records it takes must belong to the signer."""
        body = self._body(scope)
        for (register, type_), value in zip(body.inputs, values, strict=True):
            if outer is not None and (fault := mismatch(value, type_, scope)):
                raise Halt(f"the input r{register} of '{scope.program}/{scope.name}' does not fit: {fault}")
            owner = value.owner if isinstance(value, Record) else self.signer
            if isinstance(type_, RecordValue) and owner != self.signer:
                message = f"the record in r{register} does not belong to the signer"
                raise CheckFailure(message) if outer is None else Halt(message)
        keys = self.config.keys(self.signer)
        outputs = ValueActivation(self, body, values, caller, outer, keys=keys).run()
        self.futures += [value for value in outputs if isinstance(value, Future)]
        return outputs

    def run_inline(self, scope: Scope, values: Values, outer: ValueActivation) -> Results:
        """Run a closure or view inside its caller."""
        body = self._body(scope)
        for (register, type_), value in zip(body.inputs, values, strict=True):
            if fault := mismatch(value, type_, scope):
                raise Halt(f"the input r{register} of '{scope.name}' does not fit: {fault}")
        return ValueActivation(self, body, values, outer.caller, outer, outer.nonce, outer.keys).run()

    def finalize(self, future: Future, outer: ValueActivation | None) -> None:
        """Run the finalize block of a future, and of the futures it awaits."""
        program = self.env.programs[future.program_id]
        block = program.functions[future.function].finalize
        if block is None:
            raise Halt(f"'{future.program_id}/{future.function}' has no finalize block")
        nonce = self._awaits
        self._awaits += 1
        body = self._body(self.scope(program, block))
        ValueActivation(self, body, future.arguments, self.signer, outer, nonce).run()

    def run_body(self, program: Program, body: Body, values: Values) -> Results:
        """Run a constructor or view on its own."""
        prepared = self._body(self.scope(program, body))
        return ValueActivation(self, prepared, values, self.signer, None).run()

    def begin_step(self) -> None:
        """Count a step; raises when the run is stopped or too long."""
        made = self.recording.made
        if made % PROGRESS_INTERVAL == 0:
            self.config.progress.step(made, 0)
        self._look()
        self.budget.step()
        self.recording.made = made + 1

    def frames(self) -> tuple[Frame, ...]:
        """Return what the frames leave behind."""
        texts = {point: address_text(point) for point in {a.caller for a in self.activations}}
        return tuple([activation.frame(texts[activation.caller]) for activation in self.activations])


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
