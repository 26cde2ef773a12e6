"""Facts that passes require and ensure, each with what would break it.

A verifier is given a compilation and yields what contradicts the fact. It reads the tree, and
the tables that the fact is about, by other means than the pass that makes the fact true.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass

from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast import Variant
from avm.leo.compilation import Compilation

ATOMS = (ast.Path, ast.Literal, ast.UnitExpression)


def below(node: object) -> Iterator[object]:
    """A node and everything in it, parents before children."""
    stack = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, tuple):
            stack.extend(reversed(item))
        elif isinstance(item, dict):
            stack.extend(reversed(list(item.values())))
        elif is_dataclass(item) and not isinstance(item, Span | ast.Location):
            yield item
            stack.extend(reversed([getattr(item, f.name) for f in fields(item)]))


@dataclass(frozen=True)
class Body:
    """The block of a function or constructor."""

    name: str
    on_chain: bool
    block: ast.Block

    def nodes(self) -> Iterator[object]:
        return below(self.block)

    def definitions(self) -> Iterator[ast.DefinitionStatement]:
        return (n for n in self.nodes() if isinstance(n, ast.DefinitionStatement))


def programs(unit: ast.Program | ast.Library) -> Iterator[ast.Program]:
    """The program and those of its dependencies that are in Leo."""
    for stub in unit.stubs.values():
        if isinstance(stub.body, ast.Program):
            yield from programs(stub.body)
    if isinstance(unit, ast.Program):
        yield unit


def functions(unit: ast.Program | ast.Library) -> Iterator[ast.Function]:
    for program in programs(unit):
        yield from program.scope.functions


def bodies(compilation: Compilation) -> Iterator[Body]:
    for function in functions(compilation.tree):
        if function.block.statements:
            yield Body(function.name, function.variant.is_onchain, function.block)
    for program in programs(compilation.tree):
        if program.scope.constructor is not None:
            yield Body("constructor", True, program.scope.constructor.block)


Verifier = Callable[[Compilation], Iterator[str]]


def _without(*kinds: type) -> Verifier:
    """No node of these kinds in any body."""

    def verify(compilation: Compilation) -> Iterator[str]:
        for body in bodies(compilation):
            for node in body.nodes():
                if isinstance(node, kinds):
                    yield f"{type(node).__name__} in {body.name}"

    return verify


def _without_intrinsic(prefix: str) -> Verifier:
    def verify(compilation: Compilation) -> Iterator[str]:
        for body in bodies(compilation):
            for node in body.nodes():
                if isinstance(node, ast.IntrinsicExpression) and node.name.startswith(prefix):
                    yield f"{node.name} in {body.name}"

    return verify


def globals_(compilation: Compilation) -> Iterator[str]:
    for program in programs(compilation.tree):
        scope = program.scope
        named = [*scope.mappings, *scope.storage_variables]
        for name in [c.place.name for c in scope.consts] + [item.name for item in named]:
            if ast.Location(scope.name, (name,)) not in compilation.symbols.globals:
                yield name


def resolved(compilation: Compilation) -> Iterator[str]:
    for body in bodies(compilation):
        for node in body.nodes():
            if isinstance(node, ast.Path) and node.target is None:
                yield f"{node.name} in {body.name}"


def items(compilation: Compilation) -> Iterator[str]:
    symbols = compilation.symbols
    for program in programs(compilation.tree):
        for function in program.scope.functions:
            if ast.Location(program.scope.name, (function.name,)) not in symbols.functions:
                yield function.name
        for composite in program.scope.composites:
            location = ast.Location(program.scope.name, (composite.name,))
            if location not in symbols.records and location not in symbols.structs:
                yield composite.name


def typed(compilation: Compilation) -> Iterator[str]:
    for body in bodies(compilation):
        for node in body.nodes():
            parts: list[ast.Expression | ast.Identifier] = []
            match node:
                case ast.DefinitionStatement():
                    parts = [*node.places, node.value]
                case ast.ReturnStatement():
                    parts = [node.expression]
                case ast.AssertStatement():
                    parts = [*node.expressions]
                case ast.BinaryExpression():
                    parts = [node.left, node.right]
                case ast.CallExpression() | ast.IntrinsicExpression():
                    parts = [*node.arguments]
                case ast.TernaryExpression():
                    parts = [node.condition, node.if_true, node.if_false]
            for part in parts:
                if part.id not in compilation.types:
                    yield f"{part} in {body.name}"


def pruned(compilation: Compilation) -> Iterator[str]:
    """Library functions that nobody calls, directly or not."""
    tree = compilation.program
    libraries = [s.body for s in tree.stubs.values() if isinstance(s.body, ast.Library)]
    held: dict[ast.Location, ast.Function] = {}
    for library in libraries:
        for block in (library, *library.modules.values()):
            path = block.path if isinstance(block, ast.Module) else ()
            held.update((ast.Location(library.name, (*path, f.name)), f) for f in block.functions)
    others = tuple(s.body for s in tree.stubs.values() if s.body not in libraries)
    todo: list[object] = [(tree.modules, tree.program_scopes, others)]
    while todo:
        for node in below(todo.pop()):
            if isinstance(node, ast.CallExpression) and node.function.location in held:
                assert node.function.location is not None
                todo.append(held.pop(node.function.location))
    yield from map(str, held)


def _returns(statement: ast.Statement | None) -> bool:
    match statement:
        case ast.Block():
            return any(map(_returns, statement.statements))
        case ast.ConditionalStatement():
            return _returns(statement.then) and _returns(statement.otherwise)
        case _:
            return isinstance(statement, ast.ReturnStatement)


def reachable(compilation: Compilation) -> Iterator[str]:
    """Statements after a certain return in the same block."""
    for body in bodies(compilation):
        for node in body.nodes():
            if isinstance(node, ast.Block):
                returns = [*map(_returns, node.statements)]
                if any(returns[:-1]):
                    yield f"{body.name}: {len(returns) - 1 - returns.index(True)} statements"


def evaluated(compilation: Compilation) -> Iterator[str]:
    """Places that must be constant and are not literals."""
    for body in bodies(compilation):
        for node in body.nodes():
            match node:
                case ast.ArrayAccess():
                    value = node.index
                case ast.RepeatExpression():
                    value = node.count
                case ast.ArrayType():
                    value = node.length
                case _:
                    continue
            if not isinstance(value, ast.Literal):
                yield f"{value} in {body.name}"
    for program in programs(compilation.tree):
        for const in program.scope.consts:
            if any(isinstance(n, ast.BinaryExpression | ast.CallExpression) for n in below(const.value)):
                yield const.place.name


def concrete(compilation: Compilation) -> Iterator[str]:
    for function in functions(compilation.tree):
        if function.const_parameters:
            yield function.name
    for program in programs(compilation.tree):
        for node in below((program.scope.functions, program.scope.composites, program.scope.mappings)):
            generic = isinstance(node, ast.CallExpression | ast.CompositeExpression | ast.CompositeType)
            if generic and node.const_arguments:
                yield str(node)


def no_storage(compilation: Compilation) -> Iterator[str]:
    stored = {
        ast.Location(program.scope.name, (variable.name,))
        for program in programs(compilation.tree)
        for variable in program.scope.storage_variables
    }
    for body in bodies(compilation):
        for node in body.nodes():
            if isinstance(node, ast.Path) and node.location in stored:
                yield f"{node.name} in {body.name}"
    yield from _without_intrinsic("_vector_")(compilation)


def no_optionals(compilation: Compilation) -> Iterator[str]:
    yield from _without_intrinsic("_optional_")(compilation)
    for program in programs(compilation.tree):
        for node in below(program.scope):
            if isinstance(node, ast.OptionalType) or (
                isinstance(node, ast.Literal) and node.variant == "None"
            ):
                yield str(node)


def ssa(compilation: Compilation) -> Iterator[str]:
    """Variables defined twice or assigned, and operands that are no atoms."""
    for body in bodies(compilation):
        names = Counter(place.name for d in body.definitions() for place in d.places)
        yield from (f"{name} in {body.name}" for name, count in names.items() if count > 1)
        for node in body.nodes():
            if isinstance(node, ast.AssignStatement) and isinstance(node.place, ast.Path):
                yield f"{node.place.name} is assigned in {body.name}"
            operands: tuple[ast.Expression, ...] = ()
            match node:
                case ast.BinaryExpression(left, right):
                    operands = (left, right)
                case ast.UnaryExpression(receiver):
                    operands = (receiver,)
                case ast.AssertStatement():
                    operands = node.expressions
                case ast.ReturnStatement(ast.TupleExpression(elements)):
                    operands = elements
                case ast.ReturnStatement(value):
                    operands = (value,)
                case ast.CallExpression():
                    operands = node.arguments
            yield from (f"{o} in {body.name}" for o in operands if not isinstance(o, ATOMS))


def no_element_writes(compilation: Compilation) -> Iterator[str]:
    for body in bodies(compilation):
        for node in body.nodes():
            if isinstance(node, ast.AssignStatement) and not isinstance(node.place, ast.Path):
                yield f"{node.place} in {body.name}"


def flat(compilation: Compilation) -> Iterator[str]:
    """Branches off chain, where both sides would have to run."""
    for body in bodies(compilation):
        if not body.on_chain and any(isinstance(n, ast.ConditionalStatement) for n in body.nodes()):
            yield body.name


def inlined(compilation: Compilation) -> Iterator[str]:
    """Calls of what has no code of its own: functions of libraries and modules, on-chain helpers."""
    index = compilation.index
    for program in programs(compilation.tree):
        for function in program.scope.functions:
            for node in below(function.block):
                if not isinstance(node, ast.CallExpression) or function.variant is Variant.FINAL_FN:
                    continue
                location = node.function.location
                assert location is not None
                if index.is_cross_program_call(program.scope.name, location):
                    continue
                callee = index.functions[location]
                helper = callee.variant in (Variant.FN, Variant.FINAL_FN)
                if len(location.path) > 1 or location.program in index.libraries:
                    yield f"{location} in {function.name}"
                elif callee.variant is Variant.FINAL_FN or (helper and function.variant.is_onchain):
                    yield f"{location} on chain in {function.name}"


def constants_folded(compilation: Compilation) -> Iterator[str]:
    for body in bodies(compilation):
        for node in body.nodes():
            match node:
                case ast.BinaryExpression(ast.Literal(), ast.Literal()):
                    yield f"{node} in {body.name}"


def shared(compilation: Compilation) -> Iterator[str]:
    """Equal operations computed twice in one block."""
    for body in bodies(compilation):
        for block in body.nodes():
            if not isinstance(block, ast.Block):
                continue
            seen: list[ast.Expression] = []
            for statement in block.statements:
                if isinstance(statement, ast.DefinitionStatement):
                    value = statement.value
                    if isinstance(value, ast.BinaryExpression) and value in seen:
                        yield f"{value} in {body.name}"
                    seen.append(value)


def no_dead_code(compilation: Compilation) -> Iterator[str]:
    """Variables that nobody reads, of values that cannot halt."""
    for body in bodies(compilation):
        read = {n.name for n in body.nodes() if isinstance(n, ast.Path)}
        for n in body.nodes():
            if isinstance(n, ast.CompositeFieldInitializer) and n.expression is None:
                read.add(n.identifier.name)
        for definition in body.definitions():
            harmless = isinstance(definition.value, (*ATOMS, ast.TernaryExpression, ast.ArrayExpression))
            if harmless and not any(place.name in read for place in definition.places):
                yield f"{definition.places[0].name} in {body.name}"


FACTS: dict[str, Verifier] = {
    "globals": globals_,
    "resolved": resolved,
    "items": items,
    "typed": typed,
    "disambiguated": _without_intrinsic("__unresolved_"),
    "finalize functions": _without(ast.AsyncExpression),
    "pruned": pruned,
    "reachable": reachable,
    "unrolled": _without(ast.IterationStatement),
    "evaluated": evaluated,
    "concrete": concrete,
    "no storage": no_storage,
    "no optionals": no_optionals,
    "ssa": ssa,
    "no consts": _without(ast.ConstDeclaration),
    "no tuples": _without(ast.TupleAccess),
    "no element writes": no_element_writes,
    "flat": flat,
    "inlined": inlined,
    "constants folded": constants_folded,
    "shared": shared,
    "no dead code": no_dead_code,
}


def broken(compilation: Compilation, facts: frozenset[str]) -> list[str]:
    """What contradicts these facts."""
    return [f"{fact}: {what}" for fact in sorted(facts) for what in FACTS[fact](compilation)]
