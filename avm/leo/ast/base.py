"""What all nodes of Leo's tree share: ids, names, places, the families of nodes, and paths.

Nodes are plain frozen data, named as the reference compiler names them. `id` numbers a node within one
compilation: the type table and the symbol table are keyed by it. `span` and `id` take no part in equality.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

from avm.base.sources import NOWHERE
from avm.base.span import Span
from avm.leo.budget import Budget

Symbol: TypeAlias = str
NodeId: TypeAlias = int

NO_SPAN = Span(NOWHERE, 0, 0)
DYNAMIC = "__dynamic__"


class NodeBuilder:
    """Hands out node ids, one counter per compilation; every node is a step of the compilation's budget."""

    __slots__ = ("_next", "budget")

    def __init__(self, first: int = 1, budget: Budget | None = None) -> None:
        self._next = first
        self.budget = budget or Budget()

    def next_id(self) -> NodeId:
        self.budget.step()
        value = self._next
        self._next = value + 1
        return value


# Names ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Identifier:
    """A name as written."""

    name: Symbol
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ProgramId:
    """`name.aleo`; the network part is its own identifier."""

    name: Identifier
    network: Identifier

    def __str__(self) -> str:
        return f"{self.name.name}.{self.network.name}"

    @property
    def symbol(self) -> Symbol:
        return f"{self.name.name}.{self.network.name}"

    @property
    def span(self) -> Span:
        return Span(self.name.span.source, self.name.span.start, self.network.span.end)


@dataclass(frozen=True, slots=True)
class Location:
    """Where a global item lives: its program (`a.aleo`, or a library's name) and its path in it."""

    program: Symbol
    path: tuple[Symbol, ...]

    def __str__(self) -> str:
        return f"{self.program}/{'::'.join(self.path)}"

    @property
    def name(self) -> Symbol:
        return self.path[-1]

    @property
    def module_path(self) -> tuple[Symbol, ...]:
        return self.path[:-1]

    @property
    def is_dynamic(self) -> bool:
        return self.program == DYNAMIC


DYNAMIC_LOCATION = Location(DYNAMIC, (DYNAMIC,))


@dataclass(frozen=True, slots=True)
class LocalTarget:
    """A path that names a local variable; the symbol is the (possibly renamed) variable."""

    symbol: Symbol


PathTarget: TypeAlias = "LocalTarget | Location | None"


# Base classes -----------------------------------------------------------------------------------------


class Type:
    """Any Leo type; `SYNTAX` is its text with fields in braces, where the printer needs to know no more."""

    __slots__ = ()
    SYNTAX: ClassVar[str] = ""


class Expression:
    """Any expression; every subclass has `span` and `id`, and `SYNTAX` as types have."""

    __slots__ = ()
    SYNTAX: ClassVar[str] = ""
    span: Span
    id: NodeId


class Statement:
    """Any statement; every subclass has `span` and `id`, and `SYNTAX` as types have."""

    __slots__ = ()
    SYNTAX: ClassVar[str] = ""
    span: Span
    id: NodeId


@dataclass(frozen=True, slots=True)
class Path(Expression):
    """`program.aleo::a::b::item`: what the user wrote, and what path resolution made of it."""

    user_program: ProgramId | None
    qualifier: tuple[Identifier, ...]
    identifier: Identifier
    target: PathTarget = None
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)

    @property
    def name(self) -> Symbol:
        """The last part as written."""
        return self.identifier.name

    @property
    def segments(self) -> tuple[Symbol, ...]:
        return (*(q.name for q in self.qualifier), self.identifier.name)

    @property
    def local(self) -> Symbol | None:
        return self.target.symbol if isinstance(self.target, LocalTarget) else None

    @property
    def location(self) -> Location | None:
        return self.target if isinstance(self.target, Location) else None

    @property
    def program(self) -> Symbol | None:
        if self.user_program is not None:
            return self.user_program.symbol
        return self.target.program if isinstance(self.target, Location) else None

    def to(self, target: Location | LocalTarget) -> Path:
        """The same path as written, resolved."""
        return Path(self.user_program, self.qualifier, self.identifier, target, self.span, self.id)
