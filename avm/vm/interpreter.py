"""Runs bodies of code instruction by instruction and writes down every step."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from avm.base.bits import bytes_to_bits_le, int_to_bits_le
from avm.base.errors import AvmError, CheckFailure, Halt, Unsupported
from avm.base.progress import NULL_PROGRESS, Cancel, Progress, looks
from avm.data.future import Future
from avm.data.literal import Literal
from avm.data.plaintext import Array, Plaintext
from avm.data.record import Entry, Record
from avm.data.types import PlaintextType, RecordValue, Visibility
from avm.isa.machine import MachineValue
from avm.isa.operand import ContextOperand, GeneratorPowers, Operand, ProgramId, Register
from avm.isa.statement import Statement
from avm.isa.types import RegisterType, register_type
from avm.program.model import Body, Function, Program, kind_of
from avm.program.scope import Scope
from avm.types.literal_type import LiteralType
from avm.vm.debug_map import DebugMap
from avm.vm.environment import BlockContext, Environment
from avm.vm.limits import ELEMENTS_A_STEP, MAX_STEPS, too_many_steps
from avm.vm.prepared import PreparedInstruction, prepare
from avm.vm.store import Overlay
from avm.vm.trace import Access, Frame, HaltInfo, MappingAccess, Step
from avm.vm.values import generator_value, mismatch, part

Point = tuple[int, int]
PROGRESS_INTERVAL = 256


class Stopped(Exception):
    """Ends a run that halted; where and why is in ``Interpreter.halt``."""


@dataclass(frozen=True)
class Run:
    """What stays the same during a run."""

    env: Environment
    signer: Point
    overlay: Overlay
    block: BlockContext
    debug: DebugMap
    transition_id: int = 0
    random_below: Callable[[int], int] = secrets.randbelow
    cancel: Cancel | None = None
    progress: Progress = NULL_PROGRESS


@dataclass
class Activation:
    """The running state of one frame; it is the ``Machine`` that opcodes see."""

    interpreter: Interpreter
    scope: Scope
    frame: int
    caller: Point
    nonce: int
    view_key: int
    registers: dict[int, MachineValue] = field(default_factory=dict)
    target: str | None = None
    access: MappingAccess | None = None

    @property
    def _overlay(self) -> Overlay:
        return self.interpreter.run.overlay

    def call(self, statement: Statement, values: Sequence[MachineValue]) -> tuple[MachineValue, ...]:
        """Run a closure, function or view."""
        program_id, _, name = statement.target.rpartition("/")
        home = self.scope.external(program_id) if program_id else self.scope.owner
        body: Body | None
        if self.scope.place in ("finalize", "constructor"):
            body = home.views.get(name)
        else:
            body = home.functions.get(name) or home.closures.get(name)
        assert body is not None, "the check found the callee"
        if isinstance(body, Function):
            return self.interpreter.call_function(
                home, body, values, _program_address(self.scope.program), self.frame
            )
        return self.interpreter.run_inline(home, body, values, self)

    def make_record(self, name: str, values: Sequence[MachineValue], register: int) -> Record:
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
        home = self.interpreter.run.env.programs.get(program)
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

    def jump(self, position: str) -> None:
        """Continue at a label."""
        self.target = position

    def await_future(self, future: MachineValue) -> None:
        """Run the finalize block of a future."""
        if not isinstance(future, Future):
            raise Unsupported("awaiting a dynamic future is not built yet")
        self.interpreter.finalize(future, self.frame)

    def random_seed_bits(self, register: int) -> list[bool]:
        """Return seed, transition, program, body, nonce and register as bits."""
        from avm.data.identifier import identifier_bits, program_id_bits

        run = self.interpreter.run
        return [
            *bytes_to_bits_le(run.block.random_seed),
            *int_to_bits_le(run.transition_id, 253),
            *program_id_bits(self.scope.program),
            *identifier_bits(self.scope.name),
            *int_to_bits_le(self.nonce, 64),
            *int_to_bits_le(register, 64),
        ]

    def load(self, operand: Operand) -> MachineValue:
        """Return the value of an operand; ``Halt`` when a part of a register does not exist."""
        if isinstance(operand, Register):
            return part(self.registers[operand.locator], operand.accesses)
        if isinstance(operand, Literal):
            return operand
        if isinstance(operand, ProgramId):
            return Literal(LiteralType.ADDRESS, _program_address(operand.name))
        if isinstance(operand, GeneratorPowers):
            return generator_value(operand)
        return self._surrounding(operand)

    def _surrounding(self, operand: ContextOperand) -> MachineValue:
        run = self.interpreter.run
        if operand.name == "self.signer":
            return Literal(LiteralType.ADDRESS, run.signer)
        if operand.name == "self.caller":
            return Literal(LiteralType.ADDRESS, self.caller)
        if operand.name == "block.height":
            return Literal(LiteralType.U32, run.block.height)
        if operand.name == "block.timestamp":
            return Literal(LiteralType.I64, run.block.timestamp)
        if operand.name == "network.id":
            return Literal(LiteralType.U16, run.block.network_id)
        program, _, component = operand.about.partition("/")
        if component or (program and not program.endswith(".aleo")):
            raise Unsupported("checksums of components are not built yet")
        program = program or self.scope.program
        deployment = run.env.deployment(program)
        if operand.name == "edition":
            return Literal(LiteralType.U16, deployment.edition)
        if operand.name == "program_owner":
            if deployment.owner is None:
                raise Halt(f"'{program}' was deployed without an owner, so program_owner halts")
            return Literal(LiteralType.ADDRESS, deployment.owner)
        checksum = self.scope.external(program).checksum()
        return Array(tuple(Literal(LiteralType.U8, byte) for byte in checksum))


class Interpreter:
    """Executes bodies and collects frames and steps."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.steps: list[Step] = []
        self.frames: list[Frame] = []
        self.halt: HaltInfo | None = None
        self._awaits = 0
        self._weight = 0
        self._prepared: dict[tuple[str, str, str], tuple[PreparedInstruction, ...]] = {}

    def call_function(
        self,
        program: Program,
        function: Function,
        values: Sequence[MachineValue],
        caller: Point,
        parent: int | None,
    ) -> tuple[MachineValue, ...]:
        """Run a function as a transition of its own; records it takes must belong to the signer."""
        scope = Scope(program, function, self.run.env.programs)
        for item, value in zip(function.inputs, values, strict=True):
            type_ = register_type(item.type)
            if parent is not None and (fault := mismatch(value, type_, scope)):
                raise Halt(
                    f"the input r{item.register} of '{program.id}/{function.name}' does not fit: {fault}"
                )
            if (
                isinstance(type_, RecordValue)
                and isinstance(value, Record)
                and value.owner != self.run.signer
            ):
                message = f"the record in r{item.register} does not belong to the signer"
                raise CheckFailure(message) if parent is None else Halt(message)
        from avm.algebra.edwards import mul
        from avm.algebra.fields import FS_MODULUS

        secret = self.run.random_below(FS_MODULUS)
        view_key = mul(self.run.signer, secret)[0]
        return self._activate(scope, values, caller, parent, 0, view_key, secret)

    def run_inline(
        self, program: Program, body: Body, values: Sequence[MachineValue], outer: Activation
    ) -> tuple[MachineValue, ...]:
        """Run a closure or view inside its caller."""
        scope = Scope(program, body, self.run.env.programs)
        for item, value in zip(body.inputs, values, strict=True):
            if fault := mismatch(value, register_type(item.type), scope):
                raise Halt(f"the input r{item.register} of '{body.name}' does not fit: {fault}")
        return self._activate(scope, values, outer.caller, outer.frame, outer.nonce, outer.view_key)

    def finalize(self, future: Future, parent: int | None) -> None:
        """Run the finalize block of a future, and of the futures it awaits."""
        program = self.run.env.programs[future.program_id]
        block = program.functions[future.function].finalize
        if block is None:
            raise Halt(f"'{future.program_id}/{future.function}' has no finalize block")
        nonce = self._awaits
        self._awaits += 1
        scope = Scope(program, block, self.run.env.programs)
        self._activate(scope, future.arguments, self.run.signer, parent, nonce, 0)

    def run_body(
        self, program: Program, body: Body, values: Sequence[MachineValue]
    ) -> tuple[MachineValue, ...]:
        """Run a constructor or view on its own."""
        scope = Scope(program, body, self.run.env.programs)
        return self._activate(scope, values, self.run.signer, None, 0, 0)

    def _activate(
        self,
        scope: Scope,
        values: Sequence[MachineValue],
        caller: Point,
        parent: int | None,
        nonce: int,
        view_key: int,
        secret: int | None = None,
    ) -> tuple[MachineValue, ...]:
        from avm.account.address import address_text

        number = len(self.frames)
        kind = kind_of(scope.body)
        frame = Frame(
            number,
            parent,
            kind,
            scope.program,
            scope.name,
            call_step=None if parent is None else len(self.steps) - 1,
            depth=0 if parent is None else self.frames[parent].depth + 1,
            caller=address_text(caller),
            inputs=tuple(values),
            first_step=len(self.steps),
            done=False,
            transition_view_key=view_key if kind == "function" else None,
            transition_secret=secret,
        )
        self.frames.append(frame)
        machine = Activation(self, scope, number, caller, nonce, view_key)
        machine.registers = {i.register: v for i, v in zip(scope.body.inputs, values, strict=True)}
        try:
            self._run(machine)
            outputs = tuple(machine.load(o.operand) for o in scope.body.outputs)
            frame = replace(frame, outputs=outputs, done=True)
        finally:
            self.frames[number] = replace(frame, end_step=len(self.steps))
        return outputs

    def _run(self, machine: Activation) -> None:
        prepared = self._prepare(machine.scope)
        instructions = machine.scope.body.instructions
        labels = {c.target: i for i, c in enumerate(instructions) if c.mnemonic == "position"}
        position = 0
        while position < len(prepared):
            self._step(machine, position, prepared[position])
            if machine.target is not None:
                position, machine.target = labels[machine.target], None
            else:
                position += 1

    def _step(self, machine: Activation, position: int, line: PreparedInstruction) -> None:
        index = len(self.steps)
        if index % PROGRESS_INTERVAL == 0:
            self.run.progress.step(index, 0)
        if self.run.cancel is not None:
            self.run.cancel.check()
        if self._weight >= MAX_STEPS:
            raise too_many_steps()
        self._weight += 1
        instruction = line.instruction
        reads: list[Access] = []

        def record(writes: tuple[Access, ...], *, done: bool) -> Step:
            step = Step(
                index,
                machine.frame,
                position,
                instruction.mnemonic,
                line.text,
                tuple(reads),
                writes,
                machine.access,
                line.span,
                len(self.steps) - 1,
                machine.target is not None,
                done,
                () if done else tuple((text, type_) for text, _, type_ in line.writes),
            )
            self.steps[index] = step
            return step

        self.steps.append(line.placeholder)
        machine.access = None
        try:
            for operand, text, register, type_ in line.reads:
                reads.append(Access(text, register, machine.load(operand), type_))
            results = instruction.op.evaluate([r.value for r in reads], instruction, machine)
        except Halt as halt:
            self.halt = self._halt_info(halt, record((), done=False))
            raise Stopped from halt
        except AvmError as failure:
            failure.place = failure.place or line.span or instruction.span
            raise
        except Stopped:
            record((), done=False)
            raise
        registers = machine.registers
        writes = []
        for (text, register, type_), value in zip(line.writes, results, strict=True):
            registers[register] = value
            if isinstance(value, Array):
                self._weight += len(value.elements) // ELEMENTS_A_STEP
            writes.append(Access(text, register, value, type_))
        record(tuple(writes), done=True)

    def _prepare(self, scope: Scope) -> tuple[PreparedInstruction, ...]:
        key = (scope.program, scope.place, scope.name)
        if key not in self._prepared:
            self._prepared[key] = prepare(scope, self.run.debug, looks(self.run.cancel))
        return self._prepared[key]

    @staticmethod
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


def _program_address(name: str) -> Point:
    from avm.data.identifier import program_address

    return program_address(name)
