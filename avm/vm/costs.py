"""What an execution costs: bytes on chain, computed from types alone, and the run of its finalize code.

Follows `synthesizer/process/src/cost.rs`; amounts are microcredits.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from avm.base.consensus import NEWEST
from avm.base.errors import CheckFailure
from avm.data.types import (
    ArrayType,
    ExternalRecordValue,
    FutureValue,
    PlaintextType,
    PlaintextValue,
    RecordValue,
    StructType,
    Visibility,
)
from avm.isa.sizes import literal_bytes, plaintext_bits
from avm.isa.types import InterfaceType, RegisterType
from avm.program.check import access_types
from avm.program.model import Body, Function, Program
from avm.program.scope import Scope
from avm.types.literal_type import LiteralType
from avm.varuna.proof import proof_size
from avm.vm.activation import callee
from avm.vm.calls import function_calls
from avm.vm.environment import Environment

STORAGE_THRESHOLD = 5_000
COMPUTE_DISCOUNT, CHEAPER_FROM = 25, 10
"""From version 10 of the consensus on, work costs a 25th."""
SPEND_LIMIT, SPEND_LIMIT_BEFORE = 4_000_000, 100_000_000
"""The most that code on chain may cost, from version 10 on and before."""
DATA_BITS = 252
_HASH = 32


@dataclass(frozen=True, slots=True)
class ExecutionCost:
    """The least fee of an execution: ``total`` is ``storage`` plus ``finalize``; ``size`` is in bytes."""

    size: int
    storage: int
    finalize: int

    @property
    def total(self) -> int:
        """Microcredits to pay at least."""
        return self.storage + self.finalize


def execution_cost(env: Environment, function: str, version: int = NEWEST) -> ExecutionCost:
    """Return the least fee of calling a function of the main program, without calls that values name.

    ``version`` is that of the consensus. Raises ``CheckFailure``.
    """
    entry = env.program.functions.get(function)
    if entry is None:
        raise CheckFailure(f"'{env.program.id}' has no function '{function}'")
    transitions = _transitions(env, env.program, entry)
    circuits = Counter((program.id, called.name) for program, called in transitions)
    records = sum(isinstance(i.type, RecordValue) for _, called in transitions for i in called.inputs)
    proof = proof_size([*circuits.values(), records] if records else list(circuits.values()))
    size = 2 + sum(_transition_bytes(env, p, f) for p, f in transitions) + _HASH + 1 + proof
    finalize = finalize_cost(env, env.program, entry, version) // discount(version)
    return ExecutionCost(size, execution_storage_cost(size), finalize)


def namespace_cost(name: str) -> int:
    """Return what a program's name costs at deployment: short names are dear."""
    return int(10 ** max(10 - len(name), 0)) * 1_000_000


def finalize_cost(env: Environment, program: Program, function: Function, version: int = NEWEST) -> int:
    """Return the cost of a function's finalize code and of the futures it awaits, before the discount."""
    block = function.finalize
    if block is None:
        return 0
    total = body_cost(env, program, block, version)
    for item in block.inputs:
        if isinstance(item.type, FutureValue):
            home = env.programs[item.type.program]
            total += finalize_cost(env, home, home.functions[item.type.function], version)
    return total


def body_cost(env: Environment, program: Program, body: Body, version: int = NEWEST) -> int:
    """Return the cost of every command of finalize code or a view, before the discount.

    A view that is called costs what its own commands cost.
    """
    scope = Scope(program, body, env.programs)
    types = access_types(program, body, env.programs)
    total = 0
    for instruction, (reads, _) in zip(body.instructions, types, strict=True):
        if instruction.mnemonic == "call":
            called = callee(scope, instruction.target)
            total += body_cost(env, called.owner, called.body, version)
        else:
            total += instruction.op.cost_at(version, instruction, reads, scope)
    return total


def discount(version: int) -> int:
    """Return what the cost of work is divided by under the rules of a version of the consensus."""
    return COMPUTE_DISCOUNT if version >= CHEAPER_FROM else 1


def execution_storage_cost(size: int) -> int:
    """Return what the bytes of an execution cost: more than their number when there are many."""
    return size if size <= STORAGE_THRESHOLD else size * size // STORAGE_THRESHOLD


def _transitions(env: Environment, program: Program, function: Function) -> list[tuple[Program, Function]]:
    found: list[tuple[Program, Function]] = []
    for call in function_calls(program, function, env.programs):
        if call.target is None:
            raise CheckFailure(f"'{function.name}' calls what values name, so its size depends on them")
        home = env.programs[call.target[0]]
        found += _transitions(env, home, home.functions[call.target[1]])
    return [*found, (program, function)]


def _name_bytes(name: str) -> int:
    return 1 + len(name)


def _program_bytes(program: str) -> int:
    return _name_bytes(program.removesuffix(".aleo")) + _name_bytes("aleo")


def _transition_bytes(env: Environment, program: Program, function: Function) -> int:
    scope = Scope(program, function, env.programs)
    inputs = sum(_part_bytes(i.type, scope, is_output=False) for i in function.inputs)
    outputs = sum(_part_bytes(o.type, scope, is_output=True) for o in function.outputs)
    names = _program_bytes(program.id) + _name_bytes(function.name)
    return 1 + _HASH + names + 1 + inputs + 1 + outputs + 3 * _HASH


def _part_bytes(type_: InterfaceType | RegisterType, scope: Scope, *, is_output: bool) -> int:
    head = 1 + _HASH
    if isinstance(type_, PlaintextValue):
        if type_.visibility is Visibility.PRIVATE:
            return head + 1 + _ciphertext_bytes(type_.type, scope)
        return head + 1 + _plaintext_bytes(type_.type, scope)
    if isinstance(type_, RecordValue):
        if not is_output:
            return head + _HASH
        return head + _HASH + 1 + _record_bytes(type_, scope) + 1 + _HASH
    if isinstance(type_, ExternalRecordValue):
        return head
    if isinstance(type_, FutureValue):
        return head + 1 + _future_bytes(type_, scope)
    raise CheckFailure(f"the size of a '{type_}' on chain is not known")


def _ciphertext_bytes(type_: PlaintextType, scope: Scope) -> int:
    bits = plaintext_bits(type_, scope, raw=False) + 1
    return 2 + _HASH * (-(-bits // DATA_BITS))


def _plaintext_bytes(type_: PlaintextType, scope: Scope) -> int:
    """Size of the byte encoding of a plaintext."""
    return _encoded(type_, scope, {})


def _encoded(type_: PlaintextType, scope: Scope, known: dict[StructType, int]) -> int:
    """Size of an encoding; ``known`` keeps those of structs, which may stand in each other many times."""
    if isinstance(type_, LiteralType):
        return 1 + 2 + literal_bytes(type_)
    if isinstance(type_, ArrayType):
        return 1 + 4 + type_.length * (2 + _encoded(type_.element, scope, known))
    assert isinstance(type_, StructType)
    if type_ not in known:
        members = scope.members(type_)
        known[type_] = 2 + sum(_name_bytes(name) + 2 + _encoded(t, scope, known) for name, t in members)
    return known[type_]


def _record_bytes(type_: RecordValue, scope: Scope) -> int:
    """Size of an encrypted record: variant, owner, entries, nonce."""
    private = scope.owner.records[type_.name].owner is Visibility.PRIVATE
    total = 1 + (2 + _HASH if private else _HASH) + 1 + _HASH
    for name, visibility, entry in scope.entries(type_):
        hidden = visibility is Visibility.PRIVATE
        value = _ciphertext_bytes(entry, scope) if hidden else _plaintext_bytes(entry, scope)
        total += _name_bytes(name) + 2 + 1 + value
    return total


def _future_bytes(type_: FutureValue, scope: Scope) -> int:
    total = _program_bytes(type_.program) + _name_bytes(type_.function) + 1
    for argument in scope.future_arguments(type_):
        if isinstance(argument, FutureValue):
            inner = _future_bytes(argument, scope)
        else:
            assert isinstance(argument, LiteralType | ArrayType | StructType)
            inner = _plaintext_bytes(argument, scope)
        total += 2 + 1 + inner
    return total
