"""What nodes hold is declared once: readers, walks, the visitor and the rewriter find the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path

import pytest

from avm.leo import ast
from avm.leo.ast.children import reader
from avm.leo.ast.printer import show
from avm.leo.compilation import Compilation
from avm.leo.lowering.rewriter import Rewriter
from avm.leo.lowering.visitor import Visitor
from avm.leo.lowering.walk import expressions_of, statements_of
from tests.leo.lowering import prepared, program

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.leo"))
Node = ast.Expression | ast.Statement | ast.Type


@pytest.fixture(params=GOLDEN, ids=lambda path: path.stem)
def parsed(request: pytest.FixtureRequest) -> Compilation:
    return prepared(request.param.read_text(encoding="utf-8"))


def found(node: object) -> Iterator[Node]:
    """All nodes below one, whatever its class declares; paths that name items are left out."""
    if isinstance(node, tuple):
        for element in node:
            yield from found(element)
    elif is_dataclass(node):
        if isinstance(node, Node):
            yield node
        items = (
            {"function", "path"} if isinstance(node, ast.CallExpression | ast.CompositeExpression) else set()
        )
        if isinstance(node, ast.CompositeType):
            items = {"path"}
        for field in fields(node):
            if field.name not in items | {"integer_type"}:
                yield from found(getattr(node, field.name))


def walked(node: object) -> Iterator[Node]:
    for child in ast.child_nodes(node):
        yield child
        yield from walked(child)


def test_the_declared_children_are_all_there_are(parsed: Compilation) -> None:
    for function in parsed.program.scope.functions:
        assert [id(n) for n in walked(function)] == [id(n) for n in found(function)]


def test_walks_and_visitor_meet_every_expression_once(parsed: Compilation) -> None:
    class Counting(Visitor):
        def visit(self, node: object) -> None:
            seen.append(node)
            super().visit(node)

    for function in parsed.program.scope.functions:
        seen: list[object] = []
        Counting(parsed).visit(function.block)
        assert [n for n in seen if isinstance(n, ast.Expression)] == list(expressions_of(function.block))
        assert len([n for n in seen if isinstance(n, ast.Statement)]) >= len(
            list(statements_of(function.block))
        )


@pytest.mark.parametrize("with_types", [False, True])
def test_a_rewriter_that_changes_nothing_returns_the_nodes_themselves(
    parsed: Compilation, with_types: bool
) -> None:
    class Idle(Rewriter):
        maps_types = with_types

    rewritten = Idle(parsed).program(parsed.program)
    functions = zip(parsed.program.scope.functions, rewritten.scope.functions, strict=True)
    assert all(before is after for before, after in functions)


def test_a_rewriter_changes_only_the_way_to_what_it_changes() -> None:
    class Renaming(Rewriter):
        def on_Path(self, node: ast.Path) -> ast.Expression:
            return self.compilation.local("b", ast.U32) if node.name == "a" else node

    kept = ast.BinaryExpression(
        ast.Literal("Integer", "1", ast.U32), ast.Literal("Integer", "2", ast.U32), "Add"
    )
    a = ast.Path(None, (), ast.Identifier("a"), ast.LocalTarget("a"))
    state = prepared(program("fn main() {}"))
    made = Renaming(state).expression(ast.TupleExpression((kept, ast.ArrayExpression((a,)))))
    assert isinstance(made, ast.TupleExpression) and show(made) == "(1u32 + 2u32, [b])"
    assert made.elements[0] is kept


def test_a_class_with_a_new_shape_needs_no_more_than_its_annotations() -> None:
    @dataclass(frozen=True, slots=True)
    class Swap(ast.Statement):
        SYNTAX = "swap {left}, {right} {{\n{rest}}}"
        left: ast.Expression
        right: ast.Expression | None
        pairs: tuple[tuple[str, ast.Type], ...]
        rest: ast.Block
        span = ast.NO_SPAN
        id = 0

    left, right = ast.Literal("Integer", "1", ast.U8), ast.Literal("Integer", "2", ast.U8)
    block = ast.Block((ast.ReturnStatement(left),))
    node = Swap(left, right, (("x", ast.U8),), block)
    assert ast.child_expressions(node) == (left, right) and ast.child_statements(node) == (block,)
    assert reader(ast.Type)(node) == (ast.U8,)
    assert ast.child_nodes(Swap(left, None, (), block)) == (left, block)
    assert show(node) == "swap 1u8, 2u8 {\n    return 1u8;\n}"

    class Doubling(Rewriter):
        def on_Literal(self, literal: ast.Literal) -> ast.Expression:
            return ast.Literal("Integer", literal.value * 2, literal.integer_type)

    state = prepared(program("fn main() {}"))
    assert show(Doubling(state).children(node)) == "swap 11u8, 22u8 {\n    return 11u8;\n}"
    assert show(Doubling(state).children(node, "right")) == "swap 1u8, 22u8 {\n    return 1u8;\n}"
