"""What the versions of the network's rules want of a program that is deployed, beyond that it can be loaded.

A program that holds words of a later version is refused, and so is one that breaks a rule that came later:
programs deployed before stay as they are. Source: snarkVM ``synthesizer/src/vm/verify.rs`` (deployments),
``synthesizer/program/src/lib.rs`` (``contains_v9_syntax`` and so on).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from avm.base.consensus import NEWEST
from avm.base.errors import AvmError, CheckFailure
from avm.base.limits import MAX_DATA_FIELDS
from avm.data.encoding import DATA_BITS
from avm.data.literal import Literal
from avm.data.types import (
    ArrayType,
    DynamicFuture,
    DynamicRecord,
    ExternalRecordValue,
    PlaintextType,
    RecordValue,
    StructType,
    innermost,
)
from avm.isa.instruction import Instruction
from avm.isa.op import Trait
from avm.isa.operand import ContextOperand, GeneratorPowers, Operand
from avm.isa.sizes import plaintext_bits
from avm.isa.types import is_plaintext, register_type
from avm.program.model import (
    Body,
    Closure,
    Constructor,
    Finalize,
    Function,
    Input,
    Output,
    Program,
    View,
)
from avm.program.scope import Scope
from avm.types.literal_type import LiteralType

_SINCE_WORDS = {"constructor": 6, "dynamic": 14, "identifier": 14, "view": 15}
"""From which version on a word names no program, component, member, entry or position."""
_ARRAY_LENGTHS = {1: 32, 11: 512, 14: 2048}
_PROGRAM_BYTES = {1: 100_000, 14: 512_000, 16: 2_048_000}
_WRITES = {1: 16, 14: 32}
_NAMES_FROM, _NO_STRINGS_FROM, _MAPPINGS_FROM = 7, 12, 13
_RECORDS_STAY_FROM, _SIZES_FROM = 15, 20
_NO_STRINGS = f"strings are not allowed since version {_NO_STRINGS_FROM} of the rules"
_LARGEST_TYPE = MAX_DATA_FIELDS * DATA_BITS


def check_deployable(program: Program, programs: Mapping[str, Program], version: int = NEWEST) -> None:
    """Fail unless a program that can be loaded beside ``programs`` may be deployed at a version of the rules.

    Raises ``CheckFailure`` with the place of what breaks a rule. Not judged: what only the transaction says
    (edition, owner, checksum, keys), and the rules for records and futures of others before version 13.
    """
    for body in program.bodies:
        for statement in body.statements:
            operands = statement.operands if isinstance(statement, Instruction) else (statement.operand,)
            since = max((_operand_since(o, body) for o in operands), default=1)
            strings = [o for o in operands if isinstance(o, Literal) and o.type is LiteralType.STRING]
            _require(not strings or version < _NO_STRINGS_FROM, _NO_STRINGS, statement)
            if isinstance(statement, Instruction):
                since = max(since, _instruction_since(statement, body))
            _require(since <= version, f"'{statement}' came with version {since} of the rules", statement)
        since = _body_since(body)
        _require(since <= version, f"a {body.kind} of this kind came with version {since}", body)
        writes = sum(Trait.WRITES in i.op.traits for i in body.instructions)
        most = _at(_WRITES, version)
        _require(writes <= most, f"'{body.name}' has {writes} writes; at most {most} are allowed", body)
    for type_, part in _types(program):
        _check_type(type_, version, part)
    size, most = len(str(program)), _at(_PROGRAM_BYTES, version)
    _require(size <= most, f"the program has {size:,} bytes; at most {most:,} are allowed", program)
    _check_names(program, version)
    if version >= _MAPPINGS_FROM:
        for mapping in program.mappings.values():
            scope = Scope(program, Constructor(()), programs)
            for type_ in (mapping.key, mapping.value):
                try:
                    scope.check_type(type_)
                except AvmError as failure:
                    failure.place = failure.place or mapping.span
                    raise
    if version >= _SIZES_FROM:
        _check_sizes(program, programs)


def _at(table: Mapping[int, int], version: int) -> int:
    return table[max(since for since in table if since <= version)]


def _require(holds: bool, fault: str, part: object) -> None:
    if not holds:
        raise CheckFailure(fault, place=getattr(part, "span", None))


def _operand_since(operand: Operand, body: Body) -> int:
    """The version from which a body may read an operand."""
    if isinstance(operand, GeneratorPowers):
        return 14
    if isinstance(operand, Literal):
        return 14 if operand.type is LiteralType.IDENTIFIER else 1
    if not isinstance(operand, ContextOperand):
        return 1
    if operand.subject[1]:
        return 16
    if operand.name == "block.timestamp":
        return 12 if isinstance(body, Finalize) else 1
    return 9 if operand.name in ("checksum", "edition", "program_owner") else 1


def _instruction_since(instruction: Instruction, body: Body) -> int:
    """The version from which a body may hold an instruction, its operands apart."""
    name = instruction.mnemonic
    if name.startswith("commit.") and name.endswith(".raw"):
        return 15
    if name == "call" and isinstance(body, Finalize):
        return 15
    dynamic = any(isinstance(t, DynamicRecord) for t in instruction.types)
    if name.endswith(".dynamic") or name.startswith("snark.verify") or dynamic:
        return 14
    if name.startswith(("ecdsa.verify", "serialize", "deserialize")) or name.endswith((".raw", ".native")):
        return 11
    return 1


def _body_since(body: Body) -> int:
    """The version from which a program may have a body of this kind."""
    types = [*(i.type for i in body.inputs), *(o.type for o in body.outputs)]
    dynamic = any(isinstance(t, DynamicRecord | DynamicFuture) for t in types)
    if isinstance(body, View):
        return 15
    return 14 if dynamic else 9 if isinstance(body, Constructor) else 1


def _types(program: Program) -> Iterator[tuple[PlaintextType, object]]:
    """The plaintext types that a program names, each with the part that does."""
    for mapping in program.mappings.values():
        yield from ((mapping.key, mapping), (mapping.value, mapping))
    for struct in program.structs.values():
        yield from ((type_, struct) for _, type_ in struct.members)
    for record in program.records.values():
        yield from ((type_, record) for _, _, type_ in record.entries)
    for body in program.bodies:
        items: list[Input | Output] = [*body.inputs, *body.outputs]
        for item in items:
            type_ = register_type(item.type)
            if isinstance(type_, LiteralType | StructType | ArrayType):
                yield type_, item
        for instruction in body.instructions:
            for named in instruction.types:
                if is_plaintext(named) and instruction.mnemonic.startswith(("cast", "serial", "deserial")):
                    assert isinstance(named, LiteralType | StructType | ArrayType)
                    yield named, instruction


def _check_type(type_: PlaintextType, version: int, part: object) -> None:
    most, inner, length = _at(_ARRAY_LENGTHS, version), innermost(type_), 0
    while isinstance(type_, ArrayType):
        length, type_ = max(length, type_.length), type_.element
    _require(length <= most, f"an array has {length} elements; at most {most} are allowed", part)
    external = isinstance(inner, StructType) and inner.program is not None
    _require(
        not external or version >= 13, f"'{inner}' is of another program, which came with version 13", part
    )
    named = inner is LiteralType.IDENTIFIER
    _require(not named or version >= 14, "the type 'identifier' came with version 14 of the rules", part)
    gone = inner is LiteralType.STRING and version >= _NO_STRINGS_FROM
    _require(not gone, _NO_STRINGS, part)


def _check_names(program: Program, version: int) -> None:
    """Words of later versions, and from version 7 on the names of records."""
    parts: list[tuple[str, object]] = [(program.id.removesuffix(".aleo"), program)]
    parts += [(c.name, c) for c in program.components if not isinstance(c, Constructor)]
    for struct in program.structs.values():
        parts += [(name, struct) for name, _ in struct.members]
    for record in program.records.values():
        parts += [(name, record) for name, _, _ in record.entries]
    for body in program.bodies:
        if isinstance(body, Finalize):
            parts += [(i.target, i) for i in body.instructions if i.mnemonic == "position"]
        if isinstance(body, Closure) and version >= _RECORDS_STAY_FROM:
            for output in body.outputs:
                stays = not isinstance(output.type, RecordValue | ExternalRecordValue | DynamicRecord)
                _require(stays, f"the closure '{body.name}' returns a record", output)
        if isinstance(body, Function):
            calls = [i for i in body.instructions if i.target == "credits.aleo/upgrade"]
            _require(not calls, "'credits.aleo/upgrade' cannot be called", calls[0] if calls else body)
    for name, part in parts:
        _require(version < _SINCE_WORDS.get(name, NEWEST + 1), f"'{name}' is a reserved word", part)
    if version >= _NAMES_FROM:
        _check_records(program)


def _check_records(program: Program) -> None:
    """No name of a program, record or entry holds ``aleo``, and no record's name begins with another's."""
    fault = "'{}' holds the word 'aleo'"
    _require("aleo" not in program.id.removesuffix(".aleo"), fault.format(program.id), program)
    for record in program.records.values():
        for name in (record.name, *(entry for entry, _, _ in record.entries)):
            _require("aleo" not in name, fault.format(name), record)
    for shorter, longer in pairwise(sorted(program.records)):
        holds = not longer.startswith(shorter)
        _require(holds, f"the record '{longer}' begins with the name of '{shorter}'", program.records[longer])


def _check_sizes(program: Program, programs: Mapping[str, Program]) -> None:
    scope = Scope(program, Constructor(()), programs)
    for type_, part in _types(program):
        if not isinstance(part, Instruction):
            bits = plaintext_bits(type_, scope, raw=True)
            _require(
                bits <= _LARGEST_TYPE,
                f"a {type_} has {bits:,} bits; at most {_LARGEST_TYPE:,} are allowed",
                part,
            )
