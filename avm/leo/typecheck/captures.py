"""What a final block takes from the function around it: the inputs of the finalize it becomes."""

from __future__ import annotations

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
        self.found: list[Access] = []

    def block(self, block: Block) -> None:
        for statement in block.statements:
            self.statement(statement)

    def statement(self, node: Statement) -> None:
        match node:
            case AssertStatement():
                for part in node.expressions:
                    self.expression(part)
            case AssignStatement():
                self.expression(node.place)
                self.expression(node.value)
            case Block():
                self.block(node)
            case ConditionalStatement():
                self.expression(node.condition)
                self.block(node.then)
                if node.otherwise is not None:
                    self.statement(node.otherwise)
            case ConstDeclaration():
                self.type(node.type_)
                self.expression(node.value)
            case DefinitionStatement():
                if node.type_ is not None:
                    self.type(node.type_)
                self.expression(node.value)
            case ExpressionStatement() | ReturnStatement():
                self.expression(node.expression)
            case IterationStatement():
                if node.type_ is not None:
                    self.type(node.type_)
                self.expression(node.start)
                self.expression(node.stop)
                self.block(node.block)

    def type(self, type_: Type) -> None:
        match type_:
            case ArrayType():
                self.type(type_.element_type)
                self.expression(type_.length)
            case CompositeType():
                for argument in type_.const_arguments:
                    self.expression(argument)
            case FutureType(inputs=parts) | TupleType(elements=parts):
                for part in parts:
                    self.type(part)
            case OptionalType(inner=inner) | VectorType(element_type=inner):
                self.type(inner)
            case MappingType():
                self.type(type_.key)
                self.type(type_.value)

    def expression(self, node: Expression) -> None:
        match node:
            case Path():
                self.found.append((node, None))
            case TupleAccess(tuple_=Path() as path):
                whole = isinstance(self.types.get(path.id), FutureType)
                self.found.append((path, None if whole else node.index))
            case AsyncExpression():
                self.block(node.block)
            case IntrinsicExpression():
                for type_, _ in node.type_parameters:
                    self.type(type_)
                for _, type_, _ in (*node.input_types, *node.return_types):
                    self.type(type_)
                for argument in node.arguments:
                    self.expression(argument)
            case DynamicOpExpression():
                self.type(node.interface)
                for child in child_expressions(node):
                    self.expression(child)
            case CallExpression() | CompositeExpression() | Expression():
                for child in child_expressions(node):
                    self.expression(child)


def captured_inputs(
    block: Block, symbols: SymbolTable, types: dict[NodeId, Type]
) -> list[tuple[Symbol, Type]]:
    """Names and types captured, in order of first use; a tuple is captured element by element."""
    seen: set[tuple[Symbol, int | None]] = set()
    inputs: list[tuple[Symbol, Type]] = []
    accesses = _Accesses(types)
    accesses.block(block)
    for path, index in accesses.found:
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
