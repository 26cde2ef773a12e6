"""The items a Leo source holds: functions, composites, mappings, interfaces, modules, programs, libraries."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar, TypeAlias

from avm.base.span import Span
from avm.leo.ast.base import NO_SPAN, Identifier, NodeId, ProgramId, Symbol, Type
from avm.leo.ast.nodes import Block, ConstDeclaration
from avm.leo.ast.types import UNIT, FutureType, TupleType


class Mode(Enum):
    """Visibility written before a parameter, output or record member."""

    NONE = ""
    CONSTANT = "constant"
    PRIVATE = "private"
    PUBLIC = "public"


class Variant(Enum):
    """What kind of function it is; the value is the word diagnostics print."""

    FN = "fn"
    FINAL_FN = "final fn"
    ENTRY_POINT = "entry"
    FINALIZE = "finalize"
    VIEW = "view fn"

    @property
    def is_onchain(self) -> bool:
        return self in (Variant.FINALIZE, Variant.FINAL_FN, Variant.VIEW)

    @property
    def is_finalize_context(self) -> bool:
        return self in (Variant.FINALIZE, Variant.FINAL_FN)

    @property
    def is_externally_callable(self) -> bool:
        return self in (Variant.ENTRY_POINT, Variant.VIEW)


class Named:
    """Any item that is known by an identifier."""

    __slots__ = ()
    identifier: Identifier

    @property
    def name(self) -> Symbol:
        return self.identifier.name


@dataclass(frozen=True, slots=True)
class Annotation:
    """`@name(key = "value", ..)`"""

    identifier: Identifier
    map: MappingOf[Symbol, str]
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ConstParameter:
    """`N: u32` in `::[N: u32]`"""

    identifier: Identifier
    type_: Type
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Input:
    identifier: Identifier
    mode: Mode
    type_: Type
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Output:
    mode: Mode
    type_: Type
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a struct or record; a mode only on records."""

    mode: Mode
    identifier: Identifier
    type_: Type
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


def output_type(outputs: tuple[Output, ...]) -> Type:
    """Namespace, the single output's type, or a tuple of them."""
    if not outputs:
        return UNIT
    return outputs[0].type_ if len(outputs) == 1 else TupleType(tuple(o.type_ for o in outputs))


@dataclass(frozen=True, slots=True)
class Function(Named):
    """A function with its body; `is_exported` None where visibility does not apply (program block, stubs)."""

    annotations: tuple[Annotation, ...]
    variant: Variant
    identifier: Identifier
    const_parameters: tuple[ConstParameter, ...]
    input: tuple[Input, ...]
    output: tuple[Output, ...]
    output_type: Type
    block: Block
    is_exported: bool | None = None
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)

    @property
    def has_final_output(self) -> bool:
        return any(isinstance(o.type_, FutureType) for o in self.output)

    @property
    def is_test(self) -> bool:
        return any(a.identifier.name == "test" for a in self.annotations)


@dataclass(frozen=True, slots=True)
class FunctionStub(Named):
    """A function known by its signature only (read from bytecode)."""

    annotations: tuple[Annotation, ...]
    variant: Variant
    identifier: Identifier
    input: tuple[Input, ...]
    output: tuple[Output, ...]
    output_type: Type
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)

    def as_function(self) -> Function:
        """The same signature with an empty body."""
        return Function(
            self.annotations,
            self.variant,
            self.identifier,
            (),
            self.input,
            self.output,
            self.output_type,
            Block(()),
            None,
            self.span,
            self.id,
        )


@dataclass(frozen=True, slots=True)
class Composite(Named):
    """A struct, or a record (`is_record`)."""

    identifier: Identifier
    const_parameters: tuple[ConstParameter, ...]
    members: tuple[Member, ...]
    is_record: bool
    is_exported: bool | None = None
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)

    @property
    def laid_out(self) -> tuple[Member, ...]:
        """The members in the machine's order: the owner of a record is first."""
        if not self.is_record:
            return self.members
        return tuple(sorted(self.members, key=lambda m: m.identifier.name != "owner"))


@dataclass(frozen=True, slots=True)
class Mapping(Named):
    identifier: Identifier
    key_type: Type
    value_type: Type
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class StorageVariable(Named):
    identifier: Identifier
    type_: Type
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class FunctionPrototype(Named):
    """A function an interface asks for; `variant` is ENTRY_POINT or VIEW."""

    annotations: tuple[Annotation, ...]
    variant: Variant
    identifier: Identifier
    const_parameters: tuple[ConstParameter, ...]
    input: tuple[Input, ...]
    output: tuple[Output, ...]
    output_type: Type
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class RecordPrototype(Named):
    identifier: Identifier
    members: tuple[Member, ...]
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Interface(Named):
    """`interface I: A + B { .. }`; parents carry the span at which they are named.

    `mappings` and `storages` hold prototypes, which have the shape of the real items.
    """

    identifier: Identifier
    parents: tuple[tuple[Span, Type], ...]
    functions: tuple[FunctionPrototype, ...]
    records: tuple[RecordPrototype, ...]
    mappings: tuple[Mapping, ...]
    storages: tuple[StorageVariable, ...]
    is_exported: bool | None = None
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Constructor:
    annotations: tuple[Annotation, ...]
    block: Block
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ProgramScope:
    """What belongs to one program: the block's items and the items outside it in the same file."""

    path: ClassVar[tuple[Symbol, ...]] = ()
    program_id: ProgramId
    parents: tuple[tuple[Span, Type], ...]
    consts: tuple[ConstDeclaration, ...]
    composites: tuple[Composite, ...]
    mappings: tuple[Mapping, ...]
    storage_variables: tuple[StorageVariable, ...]
    functions: tuple[Function, ...]
    interfaces: tuple[Interface, ...]
    constructor: Constructor | None
    span: Span = field(default=NO_SPAN, compare=False, repr=False)

    @property
    def name(self) -> Symbol:
        return self.program_id.symbol


@dataclass(frozen=True, slots=True)
class Module:
    """A file below the program or library `name`, known by its path."""

    name: Symbol
    path: tuple[Symbol, ...]
    consts: tuple[ConstDeclaration, ...]
    composites: tuple[Composite, ...]
    functions: tuple[Function, ...]
    interfaces: tuple[Interface, ...]
    mappings: ClassVar[tuple[Mapping, ...]] = ()
    storage_variables: ClassVar[tuple[StorageVariable, ...]] = ()
    constructor: ClassVar[None] = None


@dataclass(frozen=True, slots=True)
class Library:
    """A unit without a program block; its code is inlined into its users."""

    name: Symbol
    modules: MappingOf[tuple[Symbol, ...], Module]
    consts: tuple[ConstDeclaration, ...]
    composites: tuple[Composite, ...]
    functions: tuple[Function, ...]
    interfaces: tuple[Interface, ...]
    stubs: MappingOf[Symbol, Stub] = field(default_factory=dict)
    path: ClassVar[tuple[Symbol, ...]] = ()
    mappings: ClassVar[tuple[Mapping, ...]] = ()
    storage_variables: ClassVar[tuple[StorageVariable, ...]] = ()
    constructor: ClassVar[None] = None


@dataclass(frozen=True, slots=True)
class AleoProgram:
    """A dependency read from bytecode: signatures only."""

    imports: tuple[ProgramId, ...]
    stub_id: ProgramId
    composites: tuple[Composite, ...]
    mappings: tuple[Mapping, ...]
    functions: tuple[FunctionStub, ...]
    path: ClassVar[tuple[Symbol, ...]] = ()
    consts: ClassVar[tuple[ConstDeclaration, ...]] = ()
    interfaces: ClassVar[tuple[Interface, ...]] = ()
    storage_variables: ClassVar[tuple[StorageVariable, ...]] = ()

    @property
    def name(self) -> Symbol:
        return self.stub_id.symbol


Namespace: TypeAlias = ProgramScope | Module | Library | AleoProgram
"""What holds items: functions, composites and the like, at a place of their own."""

StubBody: TypeAlias = "Program | AleoProgram | Library"


@dataclass(frozen=True, slots=True)
class Stub:
    """A dependency as the importing program sees it; `parents` are the programs that import it."""

    body: StubBody
    parents: frozenset[Symbol] = frozenset()


@dataclass(frozen=True, slots=True)
class Program:
    """One file with its modules and dependencies; `imports` is keyed by the name with `.aleo`."""

    modules: MappingOf[tuple[Symbol, ...], Module]
    imports: MappingOf[Symbol, ProgramId]
    stubs: MappingOf[Symbol, Stub]
    program_scopes: MappingOf[Symbol, ProgramScope]

    @property
    def scope(self) -> ProgramScope:
        """The single program block."""
        return next(iter(self.program_scopes.values()))
