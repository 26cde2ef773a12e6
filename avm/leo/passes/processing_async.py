"""Final blocks: each becomes a finalize function; what it reads from outside becomes its inputs.

    return final { total.set(me, n); };       return transfer$0(me, n);
                                              finalize transfer$0(me: address, n: u64) { total.set(me, n); }

A tuple that is read by element is passed by element.
"""

from __future__ import annotations

from avm.base.errors import Unsupported
from avm.base.limits import MAX_INPUTS
from avm.leo import ast
from avm.leo.ast import Location, Mode, Variant
from avm.leo.ast.copying import replace
from avm.leo.compilation import Compilation, Pass
from avm.leo.lowering.replacing import Replacer
from avm.leo.lowering.rewriter import Rewriter
from avm.leo.lowering.walk import defined_in, expressions_of, reads_of


class _Capture:
    """The inputs of one block, in order of first use."""

    def __init__(self, compilation: Compilation) -> None:
        self.compilation = compilation
        self.inputs: list[ast.Input] = []
        self.arguments: list[ast.Expression] = []
        self.replacements: dict[tuple[str, int | None], ast.Expression] = {}

    def _add(self, name: str, type_: ast.Type, argument: ast.Expression) -> ast.Path:
        identifier = self.compilation.identifier(name, type_)
        self.inputs.append(
            ast.Input(identifier, Mode.NONE, type_, ast.NO_SPAN, self.compilation.builder.next_id())
        )
        self.arguments.append(argument)
        return self.compilation.local(name, type_)

    def _element(self, path: ast.Path, type_: ast.TupleType, index: int) -> ast.Expression:
        known = self.replacements.get((path.name, index))
        if known is not None:
            return known
        element = type_.elements[index]
        whole = self.compilation.local(path.name, type_, path.span)
        argument = ast.TupleAccess(whole, index, path.span, self.compilation.typed_id(element))
        read = self._add(f'"{path.name}.{index}"', element, argument)
        self.replacements[path.name, index] = read
        return read

    def element(self, path: ast.Path, index: int) -> None:
        type_ = self.compilation.types[path.id]
        if isinstance(type_, ast.TupleType):
            self._element(path, type_, index)

    def whole(self, path: ast.Path) -> None:
        if (path.name, None) in self.replacements:
            return
        type_ = self.compilation.types[path.id]
        if isinstance(type_, ast.TupleType):
            elements = tuple([self._element(path, type_, i) for i in range(len(type_.elements))])
            self.replacements[path.name, None] = ast.TupleExpression(
                elements, path.span, self.compilation.typed_id(type_)
            )
        else:
            argument = self.compilation.local(path.name, type_, path.span)
            self.replacements[path.name, None] = self._add(path.name, type_, argument)

    def replacement(self, node: ast.Expression) -> ast.Expression | None:
        match node:
            case ast.Path() if node.location is None:
                return self.replacements.get((node.name, None))
            case ast.TupleAccess(tuple_=ast.Path() as path):
                return self.replacements.get((path.name, node.index))
            case _:
                return None


class _ProcessingAsync(Rewriter):
    def __init__(self, compilation: Compilation) -> None:
        super().__init__(compilation)
        self.function_name = ""
        self.made: list[ast.Function] = []

    def on_AsyncExpression(self, node: ast.AsyncExpression) -> ast.Expression:
        compilation = self.compilation
        name = compilation.names.unique(self.function_name, "$")
        inside = set(defined_in(node.block))
        capture = _Capture(compilation)
        for path, index in reads_of(node.block, compilation.types):
            if path.location is not None or path.name in inside:
                continue
            if index is None:
                capture.whole(path)
            else:
                capture.element(path, index)
        self._refuse_shorthands(node.block, inside)
        if len(capture.inputs) > MAX_INPUTS:
            compilation.report(
                "final_block_capturing_too_many_vars", node.span, size=len(capture.inputs), max=MAX_INPUTS
            )
        block = Replacer(compilation, capture.replacement, fresh_ids=True).block(node.block)
        identifier = ast.Identifier(name, node.span, compilation.builder.next_id())
        self.made.append(
            ast.Function(
                (),
                Variant.FINALIZE,
                identifier,
                (),
                tuple(capture.inputs),
                (),
                ast.UNIT,
                block,
                None,
                node.block.span,
                compilation.builder.next_id(),
            )
        )
        location = Location(self.program_name, (name,))
        future = ast.FutureType(tuple(i.type_ for i in capture.inputs), location, True)
        path = ast.Path(None, (), identifier, location, node.span, compilation.builder.next_id())
        arguments = tuple(capture.arguments)
        return ast.CallExpression(path, (), arguments, node.block.span, compilation.typed_id(future))

    def _refuse_shorthands(self, block: ast.Block, inside: set[str]) -> None:
        """Unsupported for `S { a }` where the variable is captured."""
        structs = (node for node in expressions_of(block) if isinstance(node, ast.CompositeExpression))
        for member in [m for node in structs for m in node.members if m.expression is None]:
            const = Location(self.program_name, (*self.module_path, member.identifier.name))
            if member.identifier.name not in inside and const not in self.compilation.index.consts:
                raise Unsupported("The shorthand of a captured variable in a final block", place=member.span)

    def on_Function(self, node: ast.Function) -> ast.Function:
        self.function_name = node.name
        return self.children(node)

    def on_ProgramScope(self, node: ast.ProgramScope) -> ast.ProgramScope:
        result = super().on_ProgramScope(node)
        made, self.made = self.made, []
        return replace(result, functions=(*result.functions, *made))


PASS = Pass(
    "ProcessingAsync",
    lambda c: _ProcessingAsync(c).program(c.program),
    requires={"disambiguated"},
    ensures={"finalize functions"},
    destroys={"items"},
)
