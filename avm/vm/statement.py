"""What a proof says, in public values alone: program texts, function, and every value that the proof binds.

A ``PublicStatement`` holds nothing private. Opened, it gives the public columns that a proof of it must have
and, synthesized anew from the program's text, the circuit whose key must verify it: who trusts neither the
key nor the names in a file derives both again, as the ledger does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from avm.account.address import address_text, parse_address
from avm.base.errors import AvmError, DecodeError, shown
from avm.base.progress import NULL_PROGRESS, Cancel, Progress
from avm.data.value import inline, parse_value
from avm.isa.machine import MachineValue
from avm.isa.types import InterfaceType, RegisterType, register_type
from avm.program.model import Program
from avm.program.parser import parse
from avm.program.scope import Scope
from avm.r1cs.system import ConstraintSystem
from avm.varuna.report import UNPROVED_SIGNER, Check, Note, ProvedValue
from avm.vm.activation import is_exposed
from avm.vm.blank import MOST_LITERALS, Blanks
from avm.vm.constrain import circuit_of
from avm.vm.environment import Environment, load, reachable
from avm.vm.public_values import CallValues, Part, column_order, public_values, shows_signer
from avm.vm.trace import Trace
from avm.vm.values import require

STATEMENT = "Statement"
NAMES = (
    "no part of the circuit: another program whose function has the same circuit has the same proofs; "
    "edition and network are as the file says"
)
CALLS = (
    "the circuit takes what these return as given; that they return it only proofs of their own show, and "
    "the texts of imports are bound no further than this circuit depends on them"
)
Calls = tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class PublicStatement:
    """A call of a function. ``sources`` are canonical Aleo texts: the program's, then its imports' by name.

    ``inputs`` and ``outputs`` hold None where the function's type is private. ``signer`` is None unless the
    circuit uses it. ``calls`` are inputs and outputs of calls of other programs, which their circuits share.
    ``edition`` and ``network`` are what is said of the program; no circuit depends on them.
    """

    function: str
    sources: tuple[str, ...]
    inputs: tuple[str | None, ...]
    outputs: tuple[str | None, ...]
    signer: str | None
    calls: Calls
    edition: int = 0
    network: int = 0


def statement_of(program: Program, imports: Mapping[str, Program], trace: Trace) -> PublicStatement:
    """Return the public face of a run of a function of ``program``."""
    env = load(program, imports)
    function = program.functions[trace.function]
    inputs = [_shown(i.type, v) for i, v in zip(function.inputs, trace.inputs, strict=True)]
    outputs = [_shown(o.type, o.value) for o in trace.outputs]
    children = sorted((f for f in trace.frames if f.parent == 0 and f.kind == "function"), key=lambda f: f.id)
    calls = tuple((tuple(map(str, f.inputs)), tuple(map(str, f.outputs))) for f in children)
    names = sorted(reachable(program, env.programs.__getitem__))
    return PublicStatement(
        trace.function,
        tuple(str(env.programs[name]) for name in (program.id, *names)),
        tuple(inputs),
        tuple(outputs),
        trace.signer if shows_signer(Scope(program, function, env.programs)) else None,
        calls,
    )


class Opened:
    """A statement whose texts were parsed and checked; ``AvmError`` says what is wrong with another."""

    def __init__(self, statement: PublicStatement) -> None:
        self.statement = statement
        programs = [_program(text) for text in statement.sources]
        if not programs:
            raise DecodeError("the statement has no program")
        main, imports = programs[0], programs[1:]
        self.env: Environment = load(main, {p.id: p for p in imports})
        if [p.id for p in imports] != sorted(reachable(main, self.env.programs.__getitem__)):
            raise DecodeError(
                "the programs are not the one that is called and its imports in the order of names"
            )
        function = main.functions.get(statement.function)
        if function is None:
            raise DecodeError(f"{main.id} has no function {shown(statement.function)}")
        self.program, self.function = main, function
        self._scope = Scope(main, function, self.env.programs)
        self._inputs = self._parts([i.type for i in function.inputs], statement.inputs, "input")
        self._outputs = self._parts([o.type for o in function.outputs], statement.outputs, "output")
        order = column_order(self._scope)
        self._called = [column.name for column in order if column.kind == "call"]
        if statement.signer is not None:
            _check_address(statement.signer)
        if (statement.signer is not None) != any(column.kind == "address" for column in order):
            raise DecodeError("the signer must be given when the function uses it, and only then")
        called = len(self._called)
        if len(statement.calls) != called:
            raise DecodeError(f"the function calls {called} others, {len(statement.calls)} are given")
        self._calls = [self._call(number, *call) for number, call in enumerate(statement.calls)]

    @cached_property
    def checksum(self) -> str:
        """SHA3-256 of the program's text, as hex."""
        return self.program.checksum().hex()

    def columns(self) -> tuple[int, ...]:
        """Return the public inputs of a proof of this statement, without the leading one."""
        signer = self.statement.signer
        return public_values(
            self.env,
            self.statement.function,
            self._inputs,
            self._outputs,
            signer=signer,
            caller=signer,
            calls=self._calls,
        )

    def check(self, public_inputs: Sequence[int]) -> Check:
        """Say whether a proof's public inputs are those of the values of this statement."""
        try:
            fit = list(self.columns()) == list(public_inputs)
        except AvmError as error:
            return Check(STATEMENT, False, error.message)
        detail = (
            "the public inputs are those of the values shown" if fit else "the values shown are other ones"
        )
        return Check(STATEMENT, fit, detail)

    def circuit(
        self,
        constraints: int,
        variables: int,
        progress: Progress = NULL_PROGRESS,
        cancel: Cancel | None = None,
    ) -> ConstraintSystem:
        """Synthesize the function's circuit, whose key has so many constraints and variables.

        The matrices depend on the program, on constants and on the lengths of public strings, on no other
        value; private inputs are made up. ``Halt`` as soon as there are more constraints; ``Unsupported``
        when what is made up has more literals than the key has variables, or than ``MOST_LITERALS``.
        """
        blanks = Blanks(min(variables, MOST_LITERALS))
        inputs = [
            blanks.value(register_type(item.type), self._scope) if value is None else value
            for item, (_, value) in zip(self.function.inputs, self._inputs, strict=True)
        ]
        returned = iter(self._calls)
        return circuit_of(
            self.env,
            self.statement.function,
            inputs=inputs,
            results=lambda _: next(returned)[1],
            limit=constraints,
            progress=progress,
            cancel=cancel,
        ).system

    def lines(self) -> tuple[ProvedValue, ...]:
        """What the proof says, a line for each value; private ones have no value."""
        said = [
            *(
                ProvedValue(f"input r{item.register}", str(item.type), "" if value is None else inline(value))
                for item, (_, value) in zip(self.function.inputs, self._inputs, strict=True)
            ),
            *(
                ProvedValue(f"output {number}", str(item.type), "" if value is None else inline(value))
                for number, (item, (_, value)) in enumerate(
                    zip(self.function.outputs, self._outputs, strict=True)
                )
            ),
        ]
        if self.statement.signer is not None:
            said.append(ProvedValue("signer", "address", self.statement.signer))
        for number, (ins, outs) in enumerate(self._calls):
            said += [ProvedValue(f"call {number} takes", "", inline(v)) for v in ins]
            said += [ProvedValue(f"call {number} returns, assumed", "", inline(v)) for v in outs]
        return tuple(said)

    def private_calls(self) -> list[str]:
        """Functions called that take or return something private, which is public in the caller's circuit."""
        found = []
        for name in self._called:
            called = self._callee(name).body
            types = [*(i.type for i in called.inputs), *(o.type for o in called.outputs)]
            if not all(map(is_exposed, types)):
                found.append(name)
        return found

    def notes(self) -> tuple[Note, ...]:
        """What is said beside the proof and is no part of the circuit."""
        said = self.statement
        name = f"{self.program.id}/{said.function}, edition {said.edition}, network {said.network}"
        notes = [Note("Names", f"{name}: {NAMES}")]
        if said.signer is not None:
            notes.append(Note("Signer", f"{said.signer}: {UNPROVED_SIGNER}"))
        called = ", ".join(self._called)
        if called:
            notes.append(Note("Calls", f"{called}: {CALLS}"))
        return tuple(notes)

    # --- inside -----------------------------------------------------------------------------------------

    def _parts(
        self, types: Sequence[InterfaceType | RegisterType], texts: Sequence[str | None], what: str
    ) -> list[Part]:
        if len(types) != len(texts):
            raise DecodeError(f"the function has {len(types)} {what}s, {len(texts)} are given")
        found: list[Part] = []
        for number, (type_, text) in enumerate(zip(types, texts)):
            if (text is None) == is_exposed(type_):
                kind = "public" if is_exposed(type_) else "private"
                raise DecodeError(
                    f"{what} {number} is {kind} and must {'' if text is None else 'not '}be given"
                )
            value = None if text is None else _value(text, type_, self._scope, f"{what} {number}")
            found.append(("", value))
        return found

    def _callee(self, name: str) -> Scope:
        home, _, function = name.partition("/")
        program = self.env.programs[home]
        return Scope(program, program.functions[function], self.env.programs)

    def _call(self, number: int, taken: Sequence[str], returned: Sequence[str]) -> CallValues:
        """Values of a call, each of the type that the called function has for it."""
        where = f"call {number} of {self._called[number]}"
        scope = self._callee(self._called[number])
        inputs, outputs = [i.type for i in scope.body.inputs], [o.type for o in scope.body.outputs]
        given = _values(taken, inputs, scope, f"{where}: input")
        return given, _values(returned, outputs, scope, f"{where}: output")


def _shown(type_: InterfaceType | RegisterType, value: MachineValue) -> str | None:
    return str(value) if is_exposed(type_) else None


def _program(text: str) -> Program:
    program = parse(text)
    if str(program) != text:
        raise DecodeError(f"the text of {program.id} is not the canonical one of its program")
    return program


def _values(
    texts: Sequence[str], types: Sequence[InterfaceType | RegisterType], scope: Scope, what: str
) -> list[MachineValue]:
    if len(types) != len(texts):
        raise DecodeError(f"{what}s are {len(types)}, {len(texts)} are given")
    return [_value(text, t, scope, f"{what} {n}") for n, (text, t) in enumerate(zip(texts, types))]


def _value(text: str, type_: InterfaceType | RegisterType, scope: Scope, what: str) -> MachineValue:
    value = parse_value(text)
    if str(value) != text:
        raise DecodeError(f"{what} is not written as values are: {shown(text)}")
    require(value, register_type(type_), scope, what)
    return value


def _check_address(text: str) -> None:
    if address_text(parse_address(text)) != text:
        raise DecodeError("the signer is not written as addresses are")
