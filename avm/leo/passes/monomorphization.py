"""Monomorphization: every use of a generic item gets a copy with its const arguments put in.

    fn pad::[N: u32](x: u8) -> [u8; N] { return [x; N]; }
    let a = pad::[3u32](b);        fn pad::[3u32](x: u8) -> [u8; 3u32] { return [x; 3u32]; }
                                   let a = pad::[3u32](b);

The copy's name is not an identifier, so it cannot meet a name of the source. Generic originals and structs
that nothing uses are dropped; entry functions come before the others afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast import Location, Variant
from avm.leo.ast.copying import replace
from avm.leo.ast.printer import show_literal
from avm.leo.budget import INSTANCES
from avm.leo.compilation import Compilation, Pass
from avm.leo.consteval.folding import ConstEvaluator
from avm.leo.lowering.replacing import Replacer
from avm.leo.lowering.rewriter import Rewriter

G = TypeVar("G", ast.Composite, ast.Function)


@dataclass
class _Open:
    """Const arguments that are not literals yet: what is instantiated, its name, the argument's place."""

    functions: list[ast.CallExpression] = field(default_factory=list)
    structs: list[ast.CompositeExpression] = field(default_factory=list)
    types: list[ast.CompositeType] = field(default_factory=list)


def _instance(path: ast.Path, arguments: tuple[ast.Literal, ...]) -> ast.Path:
    """The path of the copy for these arguments."""
    assert path.location is not None
    name = f"{path.name}::[{', '.join(map(show_literal, arguments))}]"
    location = Location(path.location.program, (*path.location.module_path, name))
    identifier = ast.Identifier(name, path.identifier.span, path.identifier.id)
    return ast.Path(path.user_program, path.qualifier, identifier, location, path.span, path.id)


class _Monomorphization(Rewriter):
    maps_types = True

    def __init__(self, compilation: Compilation) -> None:
        super().__init__(compilation)
        self.functions: dict[Location, ast.Function] = {}
        self.structs: dict[Location, ast.Composite] = {}
        self.copied: set[Location] = set()
        self.open = _Open()

    def _literals(self, arguments: tuple[ast.Expression, ...]) -> tuple[ast.Literal, ...] | None:
        """The const arguments as literals; None if one of them cannot be evaluated yet."""
        evaluator = ConstEvaluator(self.compilation)
        evaluator.program_name, evaluator.module_path = self.program_name, self.module_path
        values = (evaluator.expression(a) for a in arguments)
        found = tuple(v for v in values if isinstance(v, ast.Literal))
        return found if len(found) == len(arguments) else None

    def _copy(self, generic: G, new: ast.Path, arguments: tuple[ast.Literal, ...], span: Span) -> G:
        """A generic item with its const arguments put in, under its new name."""
        self.compilation.builder.budget.spend(INSTANCES, 1, span)
        values = {p.identifier.name: a for p, a in zip(generic.const_parameters, arguments)}

        def choose(node: ast.Expression) -> ast.Expression | None:
            return values.get(node.name) if isinstance(node, ast.Path) and node.location is None else None

        copy = self.part(Replacer(self.compilation, choose, fresh_ids=True).part(generic))
        identifier = ast.Identifier(new.name, generic.identifier.span)
        node_id = self.compilation.builder.next_id()
        return replace(copy, identifier=identifier, const_parameters=(), id=node_id)

    # Structs ----------------------------------------------------------------------------------------

    def _struct(self, path: ast.Path, arguments: tuple[ast.Literal, ...]) -> ast.Path:
        """The copy of a generic struct, made when first asked for."""
        new = _instance(path, arguments)
        assert path.location is not None and new.location is not None
        self.compilation.changed = True
        if new.location not in self.structs:
            self.structs[new.location] = self._copy(self.structs[path.location], new, arguments, path.span)
        return new

    def on_CompositeType(self, type_: ast.CompositeType) -> ast.Type:
        if not type_.const_arguments:
            return type_
        arguments = self._literals(type_.const_arguments)
        if arguments is None:
            self.open.types.append(type_)
            return type_
        return ast.CompositeType(self._struct(type_.path, arguments), ())

    def on_CompositeExpression(self, node: ast.CompositeExpression) -> ast.Expression:
        members = tuple(
            [
                m if m.expression is None else replace(m, expression=self.expression(m.expression))
                for m in node.members
            ]
        )
        base = None if node.base is None else self.expression(node.base)
        node = replace(node, members=members, base=base)
        if not node.const_arguments:
            return node
        arguments = self._literals(node.const_arguments)
        if arguments is None:
            self.open.structs.append(node)
            return node
        return replace(node, path=self._struct(node.path, arguments), const_arguments=())

    # Functions --------------------------------------------------------------------------------------

    def on_CallExpression(self, node: ast.CallExpression) -> ast.Expression:
        node = replace(node, arguments=self.expressions(node.arguments))
        location = node.function.location
        assert location is not None
        if not node.const_arguments or self.compilation.index.is_cross_program_call(
            self.program_name, location
        ):
            return node
        arguments = self._literals(node.const_arguments)
        if arguments is None:
            self.open.functions.append(node)
            return node
        new = _instance(node.function, arguments)
        assert new.location is not None
        if new.location not in self.functions:
            self.functions[new.location] = self._copy(self.functions[location], new, arguments, node.span)
            self.copied.add(location)
        self.compilation.changed = True
        return replace(node, function=new, const_arguments=())

    # Programs ---------------------------------------------------------------------------------------

    def collect(self, program: ast.Program) -> None:
        """Rewrite every function and struct that is used, users after what they use."""
        compilation, main = self.compilation, program.scope.name
        todo = {
            place: c
            for place, c in compilation.index.composites.items()
            if place.program in compilation.index.libraries or place.program in _leo_programs(program)
        }
        for place in compilation.composite_graph.post_order():
            composite = todo.pop(place, None)
            if composite is not None:
                self.program_name = place.program
                self.structs[place] = self.part(composite)
        if any(place.program == main for place in todo):
            compilation.changed = True
        bodies = {p: f for p, f in compilation.index.functions.items() if p not in compilation.index.stubs}

        def is_root(place: Location) -> bool:
            if place.path == ("constructor",):
                return True
            function = bodies.get(place)
            return function is not None and (
                function.variant.is_externally_callable
                or (function.variant is Variant.FN and not function.const_parameters)
            )

        reached = dict(bodies)
        for place in compilation.call_graph.post_order(is_root):
            function = reached.pop(place, None)
            if function is not None:
                self.program_name = place.program
                self.functions[place] = self.part(function)
        for place, function in reached.items():
            if place.program != main:
                self.functions.setdefault(place, function)
        for place, composite in todo.items():
            if place.program != main:
                self.structs.setdefault(place, composite)

    def drop_generics(self) -> None:
        """Forget originals whose copies replaced them, unless a call still waits for its arguments."""
        waiting = {c.function.location for c in self.open.functions}
        self.functions = {
            place: f for place, f in self.functions.items() if place not in self.copied or place in waiting
        }

    def functions_at(self, program: str, path: tuple[str, ...]) -> tuple[ast.Function, ...]:
        return tuple(f for p, f in self.functions.items() if p.program == program and p.module_path == path)

    def structs_at(self, program: str, path: tuple[str, ...]) -> tuple[ast.Composite, ...]:
        return tuple(c for p, c in self.structs.items() if p.program == program and p.module_path == path)

    def on_ProgramScope(self, node: ast.ProgramScope) -> ast.ProgramScope:
        functions = self.functions_at(node.name, ())
        entries = tuple(f for f in functions if f.variant is Variant.ENTRY_POINT)
        others = tuple(f for f in functions if f.variant is not Variant.ENTRY_POINT)
        composites = tuple(c for c in self.structs_at(node.name, ()) if not c.const_parameters)
        node = replace(node, composites=composites, functions=entries + others)
        return self.namespace(node, "consts", "mappings", "storage_variables", "interfaces", "parents")

    def on_Module(self, node: ast.Module) -> ast.Module:
        composites, functions = self.structs_at(node.name, node.path), self.functions_at(node.name, node.path)
        return self.children(replace(node, composites=composites, functions=functions), "interfaces")

    def on_Library(self, node: ast.Library) -> ast.Library:
        node = self.children(node, "modules")
        composites, functions = self.structs_at(node.name, ()), self.functions_at(node.name, ())
        node = replace(node, composites=composites, functions=functions)
        return self.children(node, "consts", "interfaces")


def _leo_programs(program: ast.Program) -> set[str]:
    names = {program.scope.name}
    names.update(n for n, s in program.stubs.items() if isinstance(s.body, ast.Program))
    return names


def _report_open(found: _Open, compilation: Compilation) -> None:
    """Remember where const arguments are still open; the check after evaluation reports them."""
    for kind, items in (
        ("call to generic function", [(c.function, c.const_arguments) for c in found.functions]),
        ("composite expression", [(c.path, c.const_arguments) for c in found.structs]),
        ("composite type", [(c.path, c.const_arguments) for c in found.types]),
    ):
        for path, arguments in items:
            argument = next((a for a in arguments if not isinstance(a, ast.Literal)), None)
            if argument is not None:
                assert path.location is not None
                item = "::".join((path.location.program, *path.location.path))
                compilation.open_generics.append((kind, item, argument.span))


def _run(compilation: Compilation) -> ast.Program:
    program = compilation.program
    visitor = _Monomorphization(compilation)
    visitor.collect(program)
    scopes = {}
    for name, scope in program.program_scopes.items():
        visitor.program_name = name
        scopes[name] = visitor.children(scope, "constructor")
    visitor.drop_generics()
    compilation.open_generics.clear()
    _report_open(visitor.open, compilation)
    return visitor.program(replace(program, program_scopes=scopes))


PASS = Pass(
    "Monomorphization",
    _run,
    requires={"finalize functions", "pruned"},
    destroys={"items"},
)
