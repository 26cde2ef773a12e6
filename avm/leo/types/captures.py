"""What a final block takes from the function around it: the inputs of the finalize it becomes."""

from __future__ import annotations

from collections.abc import Iterator

from avm.leo.ast import (
    ArrayType,
    AssertStatement,
    AssignStatement,
    AsyncExpression,
    Block,
    CallExpression,
    CompositeExpression,
    CompositeType,
    ConditionalStatement,
    ConstDeclaration,
    DefinitionStatement,
    DynamicOpExpression,
    Expression,
    ExpressionStatement,
    FutureType,
    IntrinsicExpression,
    IterationStatement,
    MappingType,
    NodeId,
    OptionalType,
    Path,
    ReturnStatement,
    Statement,
    Symbol,
    TupleAccess,
    TupleType,
    Type,
    VectorType,
    child_expressions,
)
from avm.leo.symbols import SymbolTable

Access = tuple[Path, int | None]


class _Accesses:
    """Paths read in a block, in order; with an index where an element of a tuple is read."""

    def __init__(self, types: dict[NodeId, Type]) -> None:
        self.types = types

    def block(self, block: Block) -> Iterator[Access]:
        for statement in block.statements:
            yield from self.statement(statement)

    def statement(self, node: Statement) -> Iterator[Access]:
        match node:
            case AssertStatement():
                for part in node.expressions:
                    yield from self.expression(part)
            case AssignStatement():
                yield from self.expression(node.place)
                yield from self.expression(node.value)
            case Block():
                yield from self.block(node)
            case ConditionalStatement():
                yield from self.expression(node.condition)
                yield from self.block(node.then)
                if node.otherwise is not None:
                    yield from self.statement(node.otherwise)
            case ConstDeclaration():
                yield from self.type(node.type_)
                yield from self.expression(node.value)
            case DefinitionStatement():
                if node.type_ is not None:
                    yield from self.type(node.type_)
                yield from self.expression(node.value)
            case ExpressionStatement() | ReturnStatement():
                yield from self.expression(node.expression)
            case IterationStatement():
                if node.type_ is not None:
                    yield from self.type(node.type_)
                yield from self.expression(node.start)
                yield from self.expression(node.stop)
                yield from self.block(node.block)

    def type(self, type_: Type) -> Iterator[Access]:
        match type_:
            case ArrayType():
                yield from self.type(type_.element_type)
                yield from self.expression(type_.length)
            case CompositeType():
                for argument in type_.const_arguments:
                    yield from self.expression(argument)
            case FutureType(inputs=parts) | TupleType(elements=parts):
                for part in parts:
                    yield from self.type(part)
            case OptionalType(inner=inner) | VectorType(element_type=inner):
                yield from self.type(inner)
            case MappingType():
                yield from self.type(type_.key)
                yield from self.type(type_.value)

    def expression(self, node: Expression) -> Iterator[Access]:
        match node:
            case Path():
                yield node, None
            case TupleAccess(tuple_=Path() as path):
                whole = isinstance(self.types.get(path.id), FutureType)
                yield path, None if whole else node.index
            case AsyncExpression():
                yield from self.block(node.block)
            case IntrinsicExpression():
                for type_, _ in node.type_parameters:
                    yield from self.type(type_)
                for _, type_, _ in (*node.input_types, *node.return_types):
                    yield from self.type(type_)
                for argument in node.arguments:
                    yield from self.expression(argument)
            case DynamicOpExpression():
                yield from self.type(node.interface)
                for child in child_expressions(node):
                    yield from self.expression(child)
            case CallExpression() | CompositeExpression() | Expression():
                for child in child_expressions(node):
                    yield from self.expression(child)


def captured_inputs(
    block: Block, symbols: SymbolTable, types: dict[NodeId, Type]
) -> list[tuple[Symbol, Type]]:
    """Names and types captured, in order of first use; a tuple is captured element by element."""
    seen: set[tuple[Symbol, int | None]] = set()
    inputs: list[tuple[Symbol, Type]] = []
    for path, index in _Accesses(types).block(block):
        name = path.local
        if name is None or symbols.defined_within(block.id, name):
            continue
        variable = symbols.local(name)
        if variable is None or variable.type_ is None or (name, index) in seen:
            continue
        type_ = variable.type_
        if index is not None:
            if isinstance(type_, TupleType) and index < len(type_.elements):
                seen.add((name, index))
                inputs.append((f'"{name}.{index}"', type_.elements[index]))
        elif isinstance(type_, TupleType):
            for i, element in enumerate(type_.elements):
                if (name, i) not in seen:
                    seen.add((name, i))
                    inputs.append((f'"{name}.{i}"', element))
            seen.add((name, None))
        else:
            seen.add((name, None))
            inputs.append((name, type_))
    return inputs
