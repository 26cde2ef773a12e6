"""Function inlining: a call is replaced by the callee's body unless the callee can stay a closure.

    fn twice(x: u32) -> u32 { return x + x; }
    let y = twice(a);                           let $var$#4 = a + a;  let y = $var$#4;

A helper stays a closure when it is a top-level `fn` of a program that only entry functions call, more than
once, with one to sixteen inputs, and no optional in its signature. An on-chain callee that returns inside a
branch has no single value: the code after the call is copied into every path that returns. The last call of
a function that does not stay takes its body without a copy, and leaves it empty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from avm.base.limits import MAX_INPUTS
from avm.leo import ast
from avm.leo.ast import Location, Variant
from avm.leo.ast.copying import replace
from avm.leo.ast.namespaces import checked_namespaces
from avm.leo.budget import INLINED, MOVED
from avm.leo.compilation import Compilation, Pass
from avm.leo.lowering.replacing import Replacer, local_reads
from avm.leo.lowering.rewriter import Rewriter
from avm.leo.lowering.ssa import SsaFormer
from avm.leo.lowering.walk import defined_in, expressions_of, statements_of
from avm.leo.type_rules import is_empty, names_optional

_NO_INLINE = "no_inline"


def _calls(block: ast.Block) -> Iterator[ast.Path]:
    """The functions that a body calls, one path for each call."""
    for node in expressions_of(block):
        if isinstance(node, ast.CallExpression):
            yield node.function


def _survey(program: ast.Program) -> tuple[set[tuple[str, ...]], Counter[Location]]:
    """Paths of the functions that any non-entry function or a constructor calls; how often each is called."""
    found: set[tuple[str, ...]] = set()
    counts: Counter[Location] = Counter()
    for unit in checked_namespaces(program):
        if isinstance(unit, ast.AleoProgram):
            continue
        for function in unit.functions:
            called = list(_calls(function.block))
            counts.update([path.location for path in called if path.location is not None])
            if function.variant is not Variant.ENTRY_POINT:
                found.update([path.segments for path in called])
        if isinstance(unit, ast.ProgramScope) and unit.constructor is not None:
            called = list(_calls(unit.constructor.block))
            counts.update([path.location for path in called if path.location is not None])
            found.update([path.segments for path in called])
    return found, counts


def _returns(statements: Iterable[ast.Statement]) -> bool:
    return any(isinstance(s, ast.ReturnStatement) for node in statements for s in statements_of(node))


Place = ast.Identifier | tuple[ast.Identifier, ...] | None


class _Inlining(Rewriter):
    def __init__(
        self, compilation: Compilation, always: set[tuple[str, ...]], calls: Counter[Location]
    ) -> None:
        super().__init__(compilation)
        self.always = always
        self.calls = calls  # those that are left of each function
        self.done: dict[Location, ast.Function] = {}
        self.held: dict[Location, int] = {}  # statements that were inlined into a function
        self.inlined = 0  # the same of the function at work
        self.on_chain = False

    # Decision ---------------------------------------------------------------------------------------

    def _must_inline(self, location: Location, callee: ast.Function) -> bool:
        kept = next((a for a in callee.annotations if a.identifier.name == _NO_INLINE), None)

        def mandatory(condition: bool, reason: str) -> bool:
            if condition and kept is not None:
                self.compilation.report("no_inline_ignored", kept.span, name=callee.name, reason=reason)
            return condition

        if mandatory(len(location.path) > 1, "this is a module function"):
            return True
        if location.program in self.compilation.index.libraries:
            return mandatory(True, "this is a library function")
        if callee.variant is Variant.FINAL_FN:
            return mandatory(True, "this is a final fn")
        if callee.variant is not Variant.FN:
            return False
        return (
            mandatory(
                self.on_chain, "the function is called from an on-chain context (constructor or finalize)"
            )
            or mandatory(len(callee.input) > MAX_INPUTS, "this function has more than 16 arguments")
            or mandatory(
                names_optional(callee.output_type), "this function returns a type naming an optional"
            )
            or mandatory(
                any(names_optional(i.type_) for i in callee.input),
                "this function has an argument naming an optional",
            )
            or mandatory((callee.name,) in self.always, "this function has been called from another function")
            or (
                kept is None
                and (
                    self.compilation.call_count.get(location) == 1
                    or all(is_empty(i.type_) for i in callee.input)
                )
            )
        )

    # Calls ------------------------------------------------------------------------------------------

    def _body(self, node: ast.CallExpression) -> list[ast.Statement] | None:
        """The callee's body over the call's arguments, or None when the call stays."""
        location = node.function.location
        assert location is not None
        if self.compilation.index.is_cross_program_call(self.program_name, location):
            return None
        callee = self.done[location]
        if not self._must_inline(location, callee):
            return None
        self.compilation.call_count[location] -= 1
        self.calls[location] -= 1
        # The last call takes the body itself, not a copy, where no function is left to be generated.
        moved = self.calls[location] == 0 and self.compilation.call_count[location] <= 0
        size, freed = len(callee.block.statements), self.held.pop(location, 0) if moved else 0
        self.inlined += size
        self.compilation.builder.budget.spend(MOVED, size, node.span)
        self.compilation.builder.budget.spend(INLINED, size - freed, node.span)
        arguments = {p.identifier.name: a for p, a in zip(callee.input, node.arguments)}

        def choose(inner: ast.Expression) -> ast.Expression | None:
            return (
                arguments.get(inner.name) if isinstance(inner, ast.Path) and inner.location is None else None
            )

        block = Replacer(self.compilation, choose, fresh_ids=False).block(callee.block)
        if moved:
            self.done[location] = replace(callee, block=replace(callee.block, statements=()))
        return list(SsaFormer(self.compilation, rename=not moved).statements(block.statements))

    def statements(self, nodes: tuple[ast.Statement, ...]) -> tuple[ast.Statement, ...]:
        out: list[ast.Statement] = []
        todo = tuple(nodes)
        for i, node in enumerate(todo):
            place, call = _call_of(node)
            body = None if call is None else self._body(call)
            if body is None:
                out.extend(self.statement(node))
                continue
            last = body[-1] if body else None
            under_branches = body[:-1] if isinstance(last, ast.ReturnStatement) else body
            if _returns(under_branches):
                rest = list(self.statements(todo[i + 1 :]))
                out.extend(self._lower_branching(body, place, rest))
                return tuple(out)
            value: ast.Expression
            if isinstance(last, ast.ReturnStatement):
                value = last.expression
                body = body[:-1]
            else:
                value = ast.UnitExpression(node.span, self.compilation.typed_id(ast.UNIT))
            out.extend(body)
            out.extend(self._bind(node, place, value))
        return tuple(out)

    def _bind(self, node: ast.Statement, place: Place, value: ast.Expression) -> list[ast.Statement]:
        compilation = self.compilation
        if isinstance(node, ast.ExpressionStatement):
            if isinstance(value, ast.UnitExpression):
                return []
            return [replace(node, expression=value)]
        assert isinstance(node, ast.DefinitionStatement)
        if isinstance(place, tuple) and isinstance(value, ast.TupleExpression):
            return [
                ast.DefinitionStatement(one, None, element, node.span, compilation.builder.next_id())
                for one, element in zip(place, value.elements)
            ]
        return [replace(node, value=value)]

    # Bodies that return inside branches -------------------------------------------------------------

    def _lower_branching(
        self, body: list[ast.Statement], place: Place, rest: list[ast.Statement]
    ) -> list[ast.Statement]:
        """Copy what depends on the call into each returning path; the rest follows once."""
        copied, shared = self._split(place, rest)
        return [*self._weave(body, place, copied), *shared]

    def _split(
        self, place: Place, rest: list[ast.Statement]
    ) -> tuple[list[ast.Statement], list[ast.Statement]]:
        if place is None:
            names: set[str] = set()
        else:
            names = {p.name for p in (place if isinstance(place, tuple) else (place,))}
        uses = [local_reads(s) for s in rest]
        defined = [defined_in(s) for s in rest]
        cut = -1
        for i, used in enumerate(uses):
            if used & names:
                cut = i
                names.update(defined[i])
        while cut >= 0:
            inside = {name for d in defined[: cut + 1] for name in d}
            later = next((i for i in range(cut + 1, len(rest)) if uses[i] & inside), None)
            if later is None:
                break
            cut = later
        return rest[: cut + 1], rest[cut + 1 :]

    def _weave(
        self, body: list[ast.Statement], place: Place, rest: list[ast.Statement]
    ) -> list[ast.Statement]:
        out: list[ast.Statement] = []
        for i, node in enumerate(body):
            after = body[i + 1 :]
            match node:
                case ast.ReturnStatement():
                    return [*out, *self._continue(node.expression, place, rest, node)]
                case ast.Block() if _returns(node.statements):
                    return [*out, *self._weave([*node.statements, *after], place, rest)]
                case ast.ConditionalStatement() if _returns((node,)):
                    then = [*node.then.statements, *self._fresh(after)]
                    otherwise = node.otherwise
                    other = [] if otherwise is None else [otherwise]
                    if isinstance(otherwise, ast.Block):
                        other = list(otherwise.statements)
                    woven = replace(node.then, statements=tuple(self._weave(then, place, rest)))
                    block = ast.Block(
                        tuple(self._weave([*other, *after], place, rest)),
                        node.span,
                        self.compilation.builder.next_id(),
                    )
                    out.append(ast.ConditionalStatement(node.condition, woven, block, node.span, node.id))
                    return out
                case _:
                    out.append(node)
        unit = ast.UnitExpression(ast.NO_SPAN, self.compilation.typed_id(ast.UNIT))
        return [*out, *self._continue(unit, place, rest, None)]

    def _continue(
        self,
        value: ast.Expression,
        place: Place,
        rest: list[ast.Statement],
        node: ast.ReturnStatement | None,
    ) -> list[ast.Statement]:
        """Bind the returned value and go on with a copy of what follows the call."""
        span = ast.NO_SPAN if node is None else node.span
        fragment: list[ast.Statement] = []
        if isinstance(place, tuple) and isinstance(value, ast.TupleExpression):
            for one, element in zip(place, value.elements):
                fragment.append(
                    ast.DefinitionStatement(one, None, element, span, self.compilation.builder.next_id())
                )
        elif place is not None:
            fragment.append(
                ast.DefinitionStatement(place, None, value, span, self.compilation.builder.next_id())
            )
        return self._fresh([*fragment, *rest])

    def _fresh(self, statements: list[ast.Statement]) -> list[ast.Statement]:
        """A copy whose definitions have new names."""
        return list(SsaFormer(self.compilation, rename=True).statements(tuple(statements)))

    # Items ------------------------------------------------------------------------------------------

    def on_Function(self, node: ast.Function) -> ast.Function:
        self.on_chain = node.variant.is_finalize_context
        result = replace(node, block=self.block(node.block))
        self.on_chain = False
        return result

    def on_Constructor(self, node: ast.Constructor) -> ast.Constructor:
        self.on_chain = True
        result = replace(node, block=self.block(node.block))
        self.on_chain = False
        return result


def _call_of(node: ast.Statement) -> tuple[Place, ast.CallExpression | None]:
    """The call a statement consists of, and where its value goes."""
    match node:
        case ast.DefinitionStatement() if isinstance(node.value, ast.CallExpression):
            return node.place, node.value
        case ast.ExpressionStatement() if isinstance(node.expression, ast.CallExpression):
            return None, node.expression
        case _:
            return None, None


def _at(done: dict[Location, ast.Function], program: str, path: tuple[str, ...]) -> tuple[ast.Function, ...]:
    return tuple(f for place, f in done.items() if place.program == program and place.module_path == path)


def _assemble(program: ast.Program, done: dict[Location, ast.Function]) -> ast.Program:
    """A dependency with its reconstructed functions, entry functions first."""
    scopes = {}
    for name, scope in program.program_scopes.items():
        functions = _at(done, name, ())
        entries = tuple(f for f in functions if f.variant is Variant.ENTRY_POINT)
        others = tuple(f for f in functions if f.variant is not Variant.ENTRY_POINT)
        scopes[name] = replace(scope, functions=entries + others)
    modules = {p: replace(m, functions=_at(done, m.name, p)) for p, m in program.modules.items()}
    return replace(program, program_scopes=scopes, modules=modules)


def _run(compilation: Compilation) -> ast.Program:
    program = compilation.program
    visitor = _Inlining(compilation, *_survey(program))
    bodies = {
        place: function
        for place, function in _dependency_first(program, compilation)
        if place not in compilation.index.stubs
    }
    main = program.scope.name
    for location in compilation.call_graph.post_order(lambda place: place in bodies):
        visitor.program_name = location.program
        function = bodies.pop(location, None)
        if function is not None:
            visitor.inlined = 0
            visitor.done[location] = visitor.part(function)
            visitor.held[location] = visitor.inlined
    for location, function in bodies.items():
        if location.program != main:
            visitor.done.setdefault(location, function)
    visitor.program_name = main
    scope = program.scope
    constructor = None if scope.constructor is None else visitor.part(scope.constructor)
    scope = replace(scope, functions=_at(visitor.done, main, ()), constructor=constructor)
    stubs = {
        name: replace(stub, body=_assemble(stub.body, visitor.done))
        if isinstance(stub.body, ast.Program)
        else stub
        for name, stub in program.stubs.items()
    }
    return replace(program, program_scopes={main: scope}, stubs=stubs)


def _dependency_first(program: ast.Program, compilation: Compilation) -> list[tuple[Location, ast.Function]]:
    """All functions, those of dependencies before the program's own."""
    main = program.scope.name
    items = list(compilation.index.functions.items())
    return [i for i in items if i[0].program != main] + [i for i in items if i[0].program == main]


PASS = Pass(
    "FunctionInlining",
    _run,
    requires={"flat"},
    ensures={"inlined"},
    destroys={"ssa", "pruned"},
    idempotent=False,
)
