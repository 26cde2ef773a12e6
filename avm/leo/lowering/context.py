"""What every lowering pass is given and must declare: the compilation context and the pass record.

A pass takes a program and returns a program. The context carries what outlives one pass: the type of every
node, the counters for node ids and fresh names, and the diagnostics. Node ids are never reused, so the type
table only grows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from avm.base.diagnostics import Diagnostics
from avm.base.span import Span
from avm.leo import ast
from avm.leo.budget import VARIABLES, require
from avm.leo.digraph import DiGraph
from avm.leo.lowering.index import Index
from avm.leo.messages import diagnose


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
class Context:
    """The state of one compilation that passes share.

    `global_consts` holds the evaluated consts, `local_consts` the ids of the local ones. `open_places` says
    where the last round of evaluation met something that must be constant and was not, `open_generics` the
    same for const arguments. The graphs and call counts are those of the last type check. `changed` is set
    by passes that run to a fixed point.
    """

    types: dict[int, ast.Type]
    nodes: ast.NodeBuilder
    diagnostics: Diagnostics
    network: str = "testnet"
    names: Names = field(default_factory=Names)
    global_consts: dict[ast.Location, ast.Expression] = field(default_factory=dict)
    local_consts: set[int] = field(default_factory=set)
    open_places: dict[str, Span] = field(default_factory=dict)
    open_generics: list[tuple[str, str, Span]] = field(default_factory=list)
    changed: bool = False
    call_counts: dict[ast.Location, int] = field(default_factory=dict)
    call_graph: DiGraph[ast.Location] = field(default_factory=DiGraph)
    composite_graph: DiGraph[ast.Location] = field(default_factory=DiGraph)
    index: Index = field(default_factory=lambda: Index.empty())

    def report(self, name: str, span: Span | None, /, **values: object) -> None:
        """Add the diagnostic called `name` of avm.leo.messages."""
        self.diagnostics.add(diagnose(name, span, **values))

    def type_of(self, node: ast.Expression | ast.Identifier) -> ast.Type:
        """The type of a node; a missing entry is a bug of the pass that made the node."""
        return self.types[node.id]

    def typed_id(self, type_: ast.Type) -> int:
        """A fresh node id with its type recorded."""
        node_id = self.nodes.next_id()
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
        return ast.DefinitionStatement(place, None, value, span, self.nodes.next_id())

    def boolean(self, value: bool, span: Span = ast.NO_SPAN) -> ast.Literal:
        return ast.Literal("Boolean", "true" if value else "false", None, span, self.typed_id(ast.BOOLEAN))

    def u32(self, value: int, span: Span = ast.NO_SPAN) -> ast.Literal:
        return ast.Literal("Integer", str(value), ast.U32, span, self.typed_id(ast.U32))

    def binary(
        self, op: str, left: ast.Expression, right: ast.Expression, type_: ast.Type, span: Span
    ) -> ast.BinaryExpression:
        return ast.BinaryExpression(left, right, op, span, self.typed_id(type_))


Run: TypeAlias = Callable[[ast.Program, Context], ast.Program]


@dataclass(frozen=True)
class Pass:
    """The declaration of a pass.

    `requires` and `ensures` name facts about the program; the pipeline's order must provide every fact a
    pass requires. `destroys` names facts that no longer hold afterwards. `idempotent` says that running
    the pass on its own output changes nothing.
    """

    name: str
    run: Run
    requires: frozenset[str] = frozenset()
    ensures: frozenset[str] = frozenset()
    destroys: frozenset[str] = frozenset()
    idempotent: bool = True


def first_span(*spans: Span) -> Span:
    """The first span that says something."""
    for span in spans:
        if span.end > span.start:
            return span
    return spans[-1]
