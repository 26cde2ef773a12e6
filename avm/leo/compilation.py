"""One compilation: the tree on its way through the passes, and what passes know and find out about it.

A pass is given the compilation and returns the tree it made of `compilation.tree`, None if it only judges.
Trees are frozen. Node ids are never reused, so the table of types only grows.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from avm.base.diagnostics import Diagnostic, Diagnostics
from avm.base.span import Span
from avm.leo import ast
from avm.leo.budget import VARIABLES, require
from avm.leo.digraph import DiGraph
from avm.leo.index import Index
from avm.leo.messages import Message, diagnose
from avm.leo.symbols import SymbolTable
from avm.program import Listing
from avm.program import Program as Generated

Unit: TypeAlias = ast.Program | ast.Library


class Names:
    """Fresh variable names, `base` + `separator` + a number; one counter per compilation.

    The counter also bounds how far inlining and unrolling may blow a program up; `place` is where the pass
    at work stands in the source.
    """

    __slots__ = ("_next", "place")

    def __init__(self) -> None:
        self._next = 0
        self.place: Span | None = None

    def unique(self, base: str, separator: str) -> str:
        name = f"{base}{separator}{self._next}"
        self._next += 1
        require(VARIABLES, self._next, self.place)
        return name


@dataclass
class Compilation:
    """The state of one compilation.

    `tree` is the unit to compile, as the last pass left it; `types` maps node ids to types once types are
    checked. Of the last type check are `composite_graph`, with an edge from a composite to each composite its
    members hold, `call_graph` from a caller to its callees, and `call_count`, how often each function is
    called; `checked` is the tree whose types were checked.

    `global_consts` holds the values of global constants once they are known, `local_consts` the ids of the
    `const` statements known to be constant. `open_places` has a place for each reason why the last round of
    evaluation met something that must be constant and was not, `open_generics` the same for const arguments.
    `changed` is set by passes that run to a fixed point.

    `programs` are generated, dependencies first, `listings` their texts by id; `loaded` are the programs that
    the machine has checked, by id: dependencies in bytecode, and in the end the generated ones. `shown` is
    the name that a failed validation mentions instead of the program's own.

    Errors of `forgiven` passes do not end their stage; `observe` is called after each pass.
    """

    tree: Unit
    builder: ast.NodeBuilder
    diagnostics: Diagnostics
    is_test: bool = False
    symbols: SymbolTable = field(default_factory=SymbolTable)
    types: dict[ast.NodeId, ast.Type] = field(default_factory=dict)
    composite_graph: DiGraph[ast.Location] = field(default_factory=DiGraph)
    call_graph: DiGraph[ast.Location] = field(default_factory=DiGraph)
    call_count: dict[ast.Location, int] = field(default_factory=dict)
    programs: list[Generated] = field(default_factory=list)
    listings: dict[str, Listing] = field(default_factory=dict)
    loaded: dict[str, Generated] = field(default_factory=dict)
    shown: str | None = None
    forgiven: Set[Pass] = frozenset()
    observe: Callable[[Pass], None] | None = None
    warned: set[tuple[Span, str]] = field(default_factory=set)
    checked: Unit | None = None
    names: Names = field(default_factory=Names)
    global_consts: dict[ast.Location, ast.Expression] = field(default_factory=dict)
    local_consts: set[int] = field(default_factory=set)
    open_places: dict[str, Span] = field(default_factory=dict)
    open_generics: list[tuple[str, str, Span]] = field(default_factory=list)
    changed: bool = False
    _indexed: tuple[ast.Program, Index] | None = None

    @property
    def program(self) -> ast.Program:
        """The tree of a unit that is a program; libraries are checked only."""
        assert isinstance(self.tree, ast.Program)
        return self.tree

    @property
    def index(self) -> Index:
        """The index of the program as it is."""
        if self._indexed is None or self._indexed[0] is not self.tree:
            self._indexed = (self.program, Index.of(self.program))
        return self._indexed[1]

    # Diagnostics ------------------------------------------------------------------------------------

    def report(self, message: str | Message, span: Span | None, /, **values: object) -> None:
        """Add a diagnostic: one that avm.leo.messages has by this name, or the message of a pass."""
        self.diagnostics.add(diagnose(message, span, **values))

    def add(self, diagnostic: Diagnostic | None) -> None:
        if diagnostic is not None:
            self.diagnostics.add(diagnostic)

    def warn_once(self, name: str, span: Span, /, **values: object) -> None:
        """Add a warning unless the same one is known for this place."""
        diagnostic = diagnose(name, span, **values)
        if (span, diagnostic.code) not in self.warned:
            self.warned.add((span, diagnostic.code))
            self.diagnostics.add(diagnostic)

    # New nodes --------------------------------------------------------------------------------------

    def typed_id(self, type_: ast.Type) -> int:
        """A fresh node id with its type recorded."""
        node_id = self.builder.next_id()
        self.types[node_id] = type_
        return node_id

    def identifier(self, name: str, type_: ast.Type, span: Span = ast.NO_SPAN) -> ast.Identifier:
        """A fresh identifier of the given type."""
        return ast.Identifier(name, span, self.typed_id(type_))

    def local(self, name: str, type_: ast.Type, span: Span = ast.NO_SPAN) -> ast.Path:
        """A path that reads the local variable `name`."""
        return ast.Path(
            None, (), ast.Identifier(name, span), ast.LocalTarget(name), span, self.typed_id(type_)
        )

    def read(self, identifier: ast.Identifier, span: Span = ast.NO_SPAN) -> ast.Path:
        """A path that reads the variable an identifier defines."""
        return self.local(identifier.name, self.types[identifier.id], span)

    def define(self, name: str, value: ast.Expression, span: Span) -> ast.DefinitionStatement:
        """`let name = value;` with the value's type."""
        place = self.identifier(name, self.types[value.id], span)
        return ast.DefinitionStatement(place, None, value, span, self.builder.next_id())

    def boolean(self, value: bool, span: Span = ast.NO_SPAN) -> ast.Literal:
        return ast.Literal("Boolean", "true" if value else "false", None, span, self.typed_id(ast.BOOLEAN))

    def u32(self, value: int, span: Span = ast.NO_SPAN) -> ast.Literal:
        return ast.Literal("Integer", str(value), ast.U32, span, self.typed_id(ast.U32))

    def binary(
        self, op: str, left: ast.Expression, right: ast.Expression, type_: ast.Type, span: Span
    ) -> ast.BinaryExpression:
        return ast.BinaryExpression(left, right, op, span, self.typed_id(type_))


Kind: TypeAlias = Literal["resolve", "check", "rewrite", "generate"]


@dataclass(frozen=True, eq=False)
class Pass:
    """The declaration of a pass; its place in the order stands in avm.leo.pipeline.

    `requires` and `ensures` name facts about the program; the order must provide every fact a pass requires.
    `destroys` names facts that no longer hold afterwards. `idempotent` says that running the pass on its own
    output changes nothing.
    """

    name: str
    run: Callable[[Compilation], Unit | None]
    requires: Set[str] = frozenset()
    ensures: Set[str] = frozenset()
    destroys: Set[str] = frozenset()
    kind: Kind = "rewrite"
    idempotent: bool = True


def first_span(*spans: Span) -> Span:
    """The first span that says something."""
    for span in spans:
        if span.end > span.start:
            return span
    return spans[-1]
