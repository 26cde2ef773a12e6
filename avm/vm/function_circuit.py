"""Turns a call of a function into the network's circuit: request, instructions, response.

Closures stand in place. The order of variables and constraints is that of the network, and so a function's
key is the network's too (`synthesizer/process/src/stack/execute.rs`). Synthesis reads no value but constants.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from avm.base.errors import CheckFailure, Unsupported
from avm.base.progress import NULL_PROGRESS, Cancel, Progress, looks
from avm.data import circuit_record_ids as records
from avm.data.circuit_dynamic_record import CircuitDynamicRecord, read_entry
from avm.data.circuit_names import count_name
from avm.data.circuit_record import CircuitEntry, CircuitRecord
from avm.data.circuit_values import CircuitArray, CircuitLiteral, LiteralVar, inject
from avm.data.dynamic import DynamicRecord
from avm.data.plaintext import Plaintext
from avm.data.request import Request
from avm.data.types import PlaintextValue, RecordValue, ValueType, Visibility
from avm.isa.instruction import Instruction
from avm.isa.operand import ContextOperand, GeneratorPowers, Register
from avm.isa.statement import Statement
from avm.isa.wire import Wire, as_literal, as_plaintext, part_of
from avm.primitives.hash_to_curve import mul_generator_circuit
from avm.program.model import Function
from avm.program.scope import Scope
from avm.r1cs.hints import BITS
from avm.r1cs.linear import Mode, constant
from avm.r1cs.system import ConstraintSystem
from avm.types.address import AddressVar
from avm.types.field import FieldVar
from avm.types.identifier import IdentifierVar
from avm.types.integers import IntegerVar
from avm.types.literal_type import LiteralType
from avm.vm.activation import Activation, generator_wire
from avm.vm.circuit import Circuit, Tally
from avm.vm.environment import Environment
from avm.vm.function_circuit_call import CallMade, given_call, synthesize_call, synthesize_dynamic_call
from avm.vm.function_circuit_ids import CallKeys, declared
from avm.vm.function_circuit_request import (
    Caller,
    CircuitRequest,
    given_request,
    inject_request,
    verify_request,
)
from avm.vm.function_circuit_response import give_output
from avm.vm.limits import StepBudget
from avm.vm.prepared import PreparedBodies
from avm.vm.reuse import Origins

RECORD_VERSION = 1
"""The version of the records that functions make."""

Calls = Callable[[Scope, Statement, Scope | None], CallMade]
"""The next call that a statement of a scope makes: of a function by its scope, or of one named by values."""
Opened = Callable[[Scope, Statement], DynamicRecord]
"""The dynamic record, with its entries, that the next ``get.record.dynamic`` of a scope reads."""


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """What a circuit is made of: the request, where it comes from, and what the function met as it ran."""

    request: Request
    caller: Caller
    calls: Calls
    opened: Opened


def synthesize_function(
    env: Environment,
    scope: Scope,
    call: FunctionCall,
    *,
    network: int = 0,
    limit: int | None = None,
    variables: int | None = None,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> Circuit:
    """Return the circuit of the function that is the body of ``scope``, with the assignment of a call.

    Raises:
        CheckFailure: the request is not one of this function, or the scope's body is no function.
        Halt: there are more than ``limit`` constraints, or, where they are made, ``variables`` beside One.
        Unsupported: constraints of an instruction are not built yet.
    """
    function, request = scope.body, call.request
    if not isinstance(function, Function):
        raise CheckFailure("only functions have constraints", hint="Finalize code runs in public.")
    if (request.program, request.function) != (scope.program, function.name):
        raise CheckFailure(f"a request of '{request.program}/{request.function}' is not of '{function.name}'")
    key = (f"network {network}", scope.program, function.name)
    if (kept := env.circuits.find(key, call, limit)) is not None:
        return kept
    cs = ConstraintSystem(variables, limit, cancel)
    synthesis = _Synthesis(cs, call, network, progress, cancel)
    synthesis.run(scope, function)
    circuit = Circuit(synthesis.cs, scope.program, function.name, tuple(synthesis.tally.entries))
    env.circuits.keep(key, circuit, synthesis.origins)
    return circuit


@dataclass
class _Synthesis:
    """What all bodies of one synthesis share."""

    cs: ConstraintSystem
    call: FunctionCall
    network: int
    progress: Progress
    cancel: Cancel | None
    budget: StepBudget = field(default_factory=StepBudget)
    origins: Origins[FunctionCall] = field(default_factory=Origins)

    def __post_init__(self) -> None:
        self.look = looks(self.cancel)
        self.bodies = PreparedBodies()
        self.tally = Tally(self.cs)

    def run(self, scope: Scope, function: Function) -> None:
        """Make request, instructions and response."""
        with self.tally.counting(scope, 0, "values", kind="request"):
            checksum = scope.owner.checksum_field()
            request = inject_request(self.cs, self.call.request, self.call.caller, checksum, self.network)
            numbers = partial(given_request, checksum=checksum)
            self.origins.add(self.call, lambda call: numbers(call.request, call.caller), lambda call: call)
        verify_request(request, declared(function.inputs), self.tally, scope)
        body = _CircuitActivation(self, scope, request)
        body.begin(request.inputs)
        body.walk()
        with self.tally.counting(scope, 0, "function id", kind="response"):
            wires = body.outputs()
            keys = CallKeys(request.program, request.function_id(), request.tvk, request.tcm)
        inputs = len(function.inputs)
        types = declared(function.outputs)
        for index, (wire, output, type_) in enumerate(zip(wires, function.outputs, types, strict=True)):
            text = f"output {output.operand}"
            with self.tally.counting(scope, index, text, output.span, kind="response"):
                give_output(wire, type_, output.operand, index, inputs, keys, request.signer)

    def begin_step(self, position: int, scope: Scope) -> None:
        """Raise when the synthesis is stopped or takes too many steps."""
        self.look()
        self.budget.step()
        if scope.place == "function":
            self.progress.step(position, len(scope.body.instructions))


class _CircuitActivation(Activation[Wire]):
    """A body whose registers hold wires; opcodes see it as ``CircuitMachine``.

    Closures run with the signer, the caller and the view key of the function.
    """

    def __init__(self, synthesis: _Synthesis, scope: Scope, request: CircuitRequest) -> None:
        super().__init__(scope)
        self.synthesis, self.cs, self.request = synthesis, synthesis.cs, request
        self.registers: dict[int, Wire] = {}
        self.lines = synthesis.bodies.body(scope, synthesis.look).lines
        self._statement: Instruction | None = None

    def constant(self, value: Plaintext) -> Wire:
        """Make constants anew each time they are read."""
        return inject(self.cs, Mode.CONSTANT, value)

    def generator(self, operand: GeneratorPowers) -> Wire:
        """Return powers of the account generator, which are not counted."""
        return generator_wire(self.cs, operand)

    def context(self, operand: ContextOperand) -> Wire:
        """Return the signer or the caller."""
        if operand.name == "self.signer":
            return CircuitLiteral(LiteralType.ADDRESS, self.request.signer.clone())
        if operand.name == "self.caller":
            return CircuitLiteral(LiteralType.ADDRESS, self.request.caller.clone())
        raise CheckFailure(f"'{operand}' is not known outside of finalize code")

    def begin(self, values: Sequence[Wire]) -> None:
        """Put the values of the inputs into their registers."""
        self.registers = {i.register: v for i, v in zip(self.scope.body.inputs, values, strict=True)}

    def register(self, operand: Register) -> Wire:
        """Return a copy of a register or a part of it; an entry of a dynamic record is read from its tree."""
        value, statement = self.registers[operand.locator], self._statement
        if statement is not None and statement.mnemonic == "get.record.dynamic":
            self.synthesis.origins.refuse()
            opened = self.synthesis.call.opened(self.scope, statement)
            fixed = isinstance(statement.types[0], PlaintextValue)
            assert isinstance(value, CircuitDynamicRecord), "the check allows dynamic records only"
            return read_entry(value, str(operand.accesses[0]), opened, fixed_visibility=fixed)
        return part_of(value, operand.accesses)

    def call_function(self, scope: Scope, values: Sequence[Wire]) -> tuple[Wire, ...]:
        """Bind a call of another program, which is proved by its own circuit."""
        assert self._statement is not None, "instructions make calls"
        at = self.scope, self._statement, scope
        made = self.synthesis.call.calls(*at)
        self.synthesis.origins.add(made, given_call, lambda call: call.calls(*at))
        return synthesize_call(self.cs, scope, values, made, self.synthesis.network)

    def call_dynamic(self, statement: Statement, operands: Sequence[Wire]) -> tuple[Wire, ...]:
        """Bind a call of the function that the first three operands name."""
        self.synthesis.origins.refuse()
        made = self.synthesis.call.calls(self.scope, statement, None)
        names = [_name(as_literal(operand).var) for operand in operands[:3]]
        values = operands[3:]
        types: Sequence[ValueType] = statement.types  # type: ignore[assignment]
        split = types[: len(values)], types[len(values) :]
        return synthesize_dynamic_call(self.cs, names, values, split, made, self.synthesis.network)

    def make_record(self, name: str, values: Sequence[Wire], register: int) -> CircuitRecord:
        """Return a new record: owner and entries, a nonce from the transition's view key and the register."""
        cs = self.cs
        owner = as_literal(values[0]).var
        assert isinstance(owner, AddressVar), "the check allows addresses only"
        entries = []
        declared = self.scope.entries(RecordValue(name))
        for value, (entry, visibility, _) in zip(values[1:], declared, strict=True):
            count_name(cs, entry)
            entries.append((entry, CircuitEntry(visibility, as_plaintext(value))))
        nonce = mul_generator_circuit(records.record_randomizer(self.request.tvk, register))
        version = IntegerVar.derive(cs, LiteralType.U8, BITS, [constant(RECORD_VERSION)], Mode.PRIVATE)
        private = self.scope.owner.records[name].owner is Visibility.PRIVATE
        return CircuitRecord(owner, private, entries, nonce, version)

    def run_inline(self, scope: Scope, values: Sequence[Wire]) -> tuple[Wire, ...]:
        """Synthesize a closure in place."""
        closure = _CircuitActivation(self.synthesis, scope, self.request)
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
        self._statement = instruction
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
        self._statement = None
        self.registers.update(zip(instruction.destinations, results, strict=True))
        for result in results:
            if isinstance(result, CircuitArray):
                synthesis.budget.array(len(result.elements))


def _name(var: LiteralVar) -> FieldVar:
    """Return the field element of a name that is a value."""
    if isinstance(var, IdentifierVar):
        return var.to_field()
    assert isinstance(var, FieldVar), "the check allows fields and identifiers only"
    return var
