"""What the checking passes share: the program, its symbols and types, what they found."""

from __future__ import annotations

from dataclasses import dataclass, field

from avm.base.diagnostics import Diagnostic, Diagnostics
from avm.base.limits import MAX_ARRAY_LENGTH, MAX_FUNCTIONS, MAX_INPUTS, MAX_MAPPINGS, MAX_OUTPUTS
from avm.base.span import Span
from avm.leo.ast import Library, Location, NodeBuilder, NodeId, Program, Type
from avm.leo.digraph import DiGraph
from avm.leo.messages import diagnose
from avm.leo.source import SourceMap
from avm.leo.symbols import SymbolTable


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of the network; these are the newest of testnet."""

    array_elements: int = MAX_ARRAY_LENGTH
    mappings: int = MAX_MAPPINGS
    functions: int = MAX_FUNCTIONS
    inputs: int = MAX_INPUTS
    outputs: int = MAX_OUTPUTS


@dataclass
class CompilerState:
    """`ast` is replaced by passes that rewrite it; `types` maps node ids to types once types are checked.

    `composite_graph` has an edge from a composite to each composite its members hold, `call_graph` from a
    caller to its callees, `call_count` how often each function is called.
    """

    ast: Program | Library
    sources: SourceMap
    builder: NodeBuilder
    diagnostics: Diagnostics
    limits: Limits = Limits()
    is_test: bool = False
    symbols: SymbolTable = field(default_factory=SymbolTable)
    types: dict[NodeId, Type] = field(default_factory=dict)
    composite_graph: DiGraph[Location] = field(default_factory=DiGraph)
    call_graph: DiGraph[Location] = field(default_factory=DiGraph)
    call_count: dict[Location, int] = field(default_factory=dict)
    warned: set[tuple[Span, str]] = field(default_factory=set)
    typed: bool = False
    """Whether the types of every unit were checked."""

    def report(self, name: str, span: Span | None, /, **values: object) -> None:
        """Add the diagnostic called `name`."""
        self.diagnostics.add(diagnose(name, span, **values))

    def add(self, diagnostic: Diagnostic | None) -> None:
        if diagnostic is not None:
            self.diagnostics.add(diagnostic)

    def warn_once(self, name: str, span: Span, /, **values: object) -> None:
        """Add a warning unless the same one is known for this place."""
        diagnostic = diagnose(name, span, **values)
        if (span, diagnostic.code) not in self.warned:
            self.warned.add((span, diagnostic.code))
            self.diagnostics.add(diagnostic)
