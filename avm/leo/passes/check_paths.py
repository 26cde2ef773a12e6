"""Path resolution: every path becomes a local variable or a location, in a rewritten tree.

Scopes of locals are made here, keyed by the id of their block, loop, function or composite; later passes
enter them again. A local may not shadow anything.
"""

from __future__ import annotations

from collections.abc import Iterable

from avm.leo.ast import (
    AleoProgram,
    ArrayAccess,
    ArrayExpression,
    ArrayType,
    AssertStatement,
    AssignStatement,
    AsyncExpression,
    BinaryExpression,
    Block,
    CallExpression,
    CastExpression,
    Composite,
    CompositeExpression,
    CompositeFieldInitializer,
    CompositeType,
    ConditionalStatement,
    ConstDeclaration,
    ConstParameter,
    Constructor,
    DefinitionStatement,
    DynamicCall,
    DynamicMemberOp,
    DynamicOpExpression,
    Expression,
    ExpressionStatement,
    Function,
    FunctionPrototype,
    FunctionStub,
    FutureType,
    Identifier,
    Input,
    Interface,
    IntrinsicExpression,
    IterationStatement,
    Library,
    Location,
    Mapping,
    MappingType,
    Member,
    MemberAccess,
    Mode,
    Module,
    OptionalType,
    Output,
    Path,
    Program,
    ProgramScope,
    RecordPrototype,
    RepeatExpression,
    ReturnStatement,
    Statement,
    StorageVariable,
    Stub,
    TernaryExpression,
    TupleAccess,
    TupleExpression,
    TupleType,
    Type,
    UnaryExpression,
    VectorType,
)
from avm.leo.ast.printer import show
from avm.leo.compilation import Compilation, Pass, Unit
from avm.leo.symbols import Variable


class _Resolver:
    def __init__(self, compilation: Compilation) -> None:
        self.step = compilation.builder.budget.step
        self.compilation = compilation
        self.symbols = compilation.symbols
        self.unit = ""
        self.module: tuple[str, ...] = ()

    # Paths ----------------------------------------------------------------------------------------------

    def locate(self, path: Path) -> Path:
        """A path as a location: in the library its first part names, else relative to the current module."""
        qualifier = tuple(q.name for q in path.qualifier)
        if qualifier and path.user_program is None:
            first = qualifier[0]
            if first == self.unit or first in self.symbols.imports.get(self.unit, ()):
                return path.to_global(Location(first, (*qualifier[1:], path.name)))
        unit = self.unit if path.user_program is None else path.user_program.symbol
        return path.to_global(Location(unit, (*self.module, *qualifier, path.name)))

    def item_path(self, path: Path) -> Path:
        return path if path.target is not None else self.locate(path)

    def value_path(self, path: Path) -> Path:
        located = self.locate(path)
        assert located.location is not None
        if path.qualifier or self.symbols.global_(self.unit, located.location) is not None:
            return located
        if self.symbols.local(path.name) is not None:
            return path.to_local()
        self.compilation.report("unknown_sym", path.span, kind="variable", sym=show(path))
        return path

    # Types ----------------------------------------------------------------------------------------------

    def type(self, type_: Type) -> Type:
        match type_:
            case ArrayType():
                return ArrayType(self.type(type_.element_type), self.expression(type_.length))
            case CompositeType():
                return CompositeType(self.item_path(type_.path), self.all(type_.const_arguments))
            case FutureType():
                inputs = tuple([self.type(t) for t in type_.inputs])
                return FutureType(inputs, type_.location, type_.is_explicit)
            case MappingType():
                return MappingType(self.type(type_.key), self.type(type_.value))
            case OptionalType():
                return OptionalType(self.type(type_.inner))
            case TupleType():
                return TupleType(tuple([self.type(t) for t in type_.elements]))
            case VectorType():
                return VectorType(self.type(type_.element_type))
            case _:
                return type_

    # Expressions ----------------------------------------------------------------------------------------

    def all(self, expressions: Iterable[Expression]) -> tuple[Expression, ...]:
        return tuple([self.expression(e) for e in expressions])

    def expression(self, node: Expression) -> Expression:
        self.step()
        match node:
            case Path():
                return self.value_path(node)
            case BinaryExpression(left, right, op, span, id_):
                return BinaryExpression(self.expression(left), self.expression(right), op, span, id_)
            case UnaryExpression(receiver, op, span, id_):
                return UnaryExpression(self.expression(receiver), op, span, id_)
            case CallExpression(function, const_arguments, arguments, span, id_):
                function = self.item_path(function)
                return CallExpression(function, self.all(const_arguments), self.all(arguments), span, id_)
            case IntrinsicExpression():
                return self.intrinsic(node)
            case MemberAccess(inner, name, span, id_):
                return MemberAccess(self.expression(inner), name, span, id_)
            case TupleAccess(tuple_, index, span, id_):
                return TupleAccess(self.expression(tuple_), index, span, id_)
            case ArrayAccess(array, index, span, id_):
                return ArrayAccess(self.expression(array), self.expression(index), span, id_)
            case ArrayExpression(elements, span, id_):
                return ArrayExpression(self.all(elements), span, id_)
            case TupleExpression(elements, span, id_):
                return TupleExpression(self.all(elements), span, id_)
            case RepeatExpression(expr, count, span, id_):
                return RepeatExpression(self.expression(expr), self.expression(count), span, id_)
            case TernaryExpression(condition, if_true, if_false, span, id_):
                parts = self.all((condition, if_true, if_false))
                return TernaryExpression(parts[0], parts[1], parts[2], span, id_)
            case CastExpression(expression, type_, span, id_):
                return CastExpression(self.expression(expression), type_, span, id_)
            case CompositeExpression():
                return self.composite_init(node)
            case AsyncExpression(block, span, id_):
                return AsyncExpression(self.block(block), span, id_)
            case DynamicOpExpression():
                return self.dynamic_op(node)
            case _:
                return node

    def intrinsic(self, node: IntrinsicExpression) -> IntrinsicExpression:
        return IntrinsicExpression(
            node.name,
            tuple([(self.type(t), span) for t, span in node.type_parameters]),
            tuple([(mode, self.type(t), span) for mode, t, span in node.input_types]),
            tuple([(mode, self.type(t), span) for mode, t, span in node.return_types]),
            self.all(node.arguments),
            node.span,
            node.id,
        )

    def composite_init(self, node: CompositeExpression) -> CompositeExpression:
        path = self.item_path(node.path)
        base = None if node.base is None else self.expression(node.base)
        const_arguments = self.all(node.const_arguments)
        members = tuple(
            [
                CompositeFieldInitializer(
                    m.identifier,
                    None if m.expression is None else self.expression(m.expression),
                    m.span,
                    m.id,
                )
                for m in node.members
            ]
        )
        return CompositeExpression(path, const_arguments, members, base, node.span, node.id)

    def dynamic_op(self, node: DynamicOpExpression) -> DynamicOpExpression:
        interface = self.type(node.interface)
        target = self.expression(node.target_program)
        network = None if node.network is None else self.expression(node.network)
        kind = node.kind
        if isinstance(kind, DynamicCall):
            kind = DynamicCall(kind.function, self.all(kind.arguments))
        elif isinstance(kind, DynamicMemberOp):
            kind = DynamicMemberOp(kind.member, kind.op, self.all(kind.arguments))
        return DynamicOpExpression(interface, target, network, kind, node.span, node.id)

    # Statements -----------------------------------------------------------------------------------------

    def define(self, name: Identifier, declaration: str, type_: Type | None = None) -> None:
        variable = Variable(type_, name.span, declaration)
        self.compilation.add(self.symbols.insert_local(self.unit, name.name, variable))

    def block(self, node: Block) -> Block:
        self.symbols.enter(node.id)
        statements = tuple([self.statement(s) for s in node.statements])
        self.symbols.leave()
        return Block(statements, node.span, node.id)

    def statement(self, node: Statement) -> Statement:
        self.step()
        match node:
            case AssertStatement(variant, expressions, span, id_):
                return AssertStatement(variant, self.all(expressions), span, id_)
            case AssignStatement(place, value, span, id_):
                return AssignStatement(self.expression(place), self.expression(value), span, id_)
            case Block():
                return self.block(node)
            case ConditionalStatement(condition, then, otherwise, span, id_):
                condition, then = self.expression(condition), self.block(then)
                otherwise = None if otherwise is None else self.statement(otherwise)
                return ConditionalStatement(condition, then, otherwise, span, id_)
            case ConstDeclaration():
                return self.const(node)
            case DefinitionStatement(place, type_, value, span, id_):
                type_ = None if type_ is None else self.type(type_)
                value = self.expression(value)
                for name in node.places:
                    self.define(name, "mut")
                return DefinitionStatement(place, type_, value, span, id_)
            case ExpressionStatement(expression, span, id_):
                return ExpressionStatement(self.expression(expression), span, id_)
            case IterationStatement():
                return self.iteration(node)
            case ReturnStatement(expression, span, id_):
                return ReturnStatement(self.expression(expression), span, id_)
            case _:
                return node

    def const(self, node: ConstDeclaration) -> ConstDeclaration:
        type_, value = self.type(node.type_), self.expression(node.value)
        if self.symbols.scope is not None:
            self.define(node.place, "const")
        return ConstDeclaration(node.place, type_, value, node.is_exported, node.span, node.id)

    def iteration(self, node: IterationStatement) -> IterationStatement:
        type_ = None if node.type_ is None else self.type(node.type_)
        start, stop = self.expression(node.start), self.expression(node.stop)
        self.symbols.enter(node.id)
        self.define(node.variable, "const")
        block = self.block(node.block)
        self.symbols.leave()
        return IterationStatement(
            node.variable, type_, start, stop, node.inclusive, block, node.span, node.id
        )

    # Items ----------------------------------------------------------------------------------------------

    def const_parameters(self, parameters: tuple[ConstParameter, ...]) -> tuple[ConstParameter, ...]:
        result = []
        for p in parameters:
            type_ = self.type(p.type_)
            self.define(p.identifier, "const parameter", type_)
            result.append(ConstParameter(p.identifier, type_, p.span, p.id))
        return tuple(result)

    def inputs(self, inputs: tuple[Input, ...], define: bool) -> tuple[Input, ...]:
        result = []
        for i in inputs:
            type_ = self.type(i.type_)
            if define:
                kind = "input constant" if i.mode is Mode.CONSTANT else "input"
                self.define(i.identifier, kind, type_)
            result.append(Input(i.identifier, i.mode, type_, i.span, i.id))
        return tuple(result)

    def outputs(self, outputs: tuple[Output, ...]) -> tuple[Output, ...]:
        return tuple([Output(o.mode, self.type(o.type_), o.span, o.id) for o in outputs])

    def members(self, members: tuple[Member, ...]) -> tuple[Member, ...]:
        return tuple([Member(m.mode, m.identifier, self.type(m.type_), m.span, m.id) for m in members])

    def function(self, node: Function) -> Function:
        self.symbols.enter(node.id)
        function = Function(
            node.annotations,
            node.variant,
            node.identifier,
            self.const_parameters(node.const_parameters),
            self.inputs(node.input, define=True),
            self.outputs(node.output),
            self.type(node.output_type),
            self.block(node.block),
            node.is_exported,
            node.span,
            node.id,
        )
        self.symbols.leave()
        return function

    def function_stub(self, node: FunctionStub) -> FunctionStub:
        self.symbols.enter(node.id)
        stub = FunctionStub(
            node.annotations,
            node.variant,
            node.identifier,
            self.inputs(node.input, define=False),
            self.outputs(node.output),
            self.type(node.output_type),
            node.span,
            node.id,
        )
        self.symbols.leave()
        return stub

    def composite(self, node: Composite) -> Composite:
        self.symbols.enter(node.id)
        const_parameters = self.const_parameters(node.const_parameters)
        members = self.members(node.members)
        self.symbols.leave()
        return Composite(
            node.identifier, const_parameters, members, node.is_record, node.is_exported, node.span, node.id
        )

    def constructor(self, node: Constructor) -> Constructor:
        self.symbols.enter(node.id)
        block = self.block(node.block)
        self.symbols.leave()
        return Constructor(node.annotations, block, node.span, node.id)

    def mapping(self, node: Mapping) -> Mapping:
        return Mapping(
            node.identifier, self.type(node.key_type), self.type(node.value_type), node.span, node.id
        )

    def storage(self, node: StorageVariable) -> StorageVariable:
        return StorageVariable(node.identifier, self.type(node.type_), node.span, node.id)

    def interface(self, node: Interface) -> Interface:
        return Interface(
            node.identifier,
            tuple([(span, self.type(t)) for span, t in node.parents]),
            tuple([self.function_prototype(f) for f in node.functions]),
            tuple(
                [RecordPrototype(r.identifier, self.members(r.members), r.span, r.id) for r in node.records]
            ),
            tuple([self.mapping(m) for m in node.mappings]),
            tuple([self.storage(s) for s in node.storages]),
            node.is_exported,
            node.span,
            node.id,
        )

    def function_prototype(self, node: FunctionPrototype) -> FunctionPrototype:
        return FunctionPrototype(
            node.annotations,
            node.variant,
            node.identifier,
            tuple(
                [
                    ConstParameter(p.identifier, self.type(p.type_), p.span, p.id)
                    for p in node.const_parameters
                ]
            ),
            self.inputs(node.input, define=False),
            self.outputs(node.output),
            self.type(node.output_type),
            node.span,
            node.id,
        )

    # Units ----------------------------------------------------------------------------------------------

    def program(self, node: Program) -> Program:
        stubs = {name: self.stub(stub) for name, stub in node.stubs.items()}
        scopes = {name: self.scope(scope) for name, scope in node.program_scopes.items()}
        modules = {path: self.module_unit(module) for path, module in node.modules.items()}
        return Program(modules, node.imports, stubs, scopes)

    def stub(self, stub: Stub) -> Stub:
        match stub.body:
            case Program() as program:
                return Stub(self.program(program), stub.parents)
            case Library() as library:
                return Stub(self.library(library), stub.parents)
            case AleoProgram() as aleo:
                return Stub(self.aleo(aleo), stub.parents)

    def aleo(self, node: AleoProgram) -> AleoProgram:
        self.unit = node.stub_id.symbol
        return AleoProgram(
            node.imports,
            node.stub_id,
            tuple([self.composite(c) for c in node.composites]),
            node.mappings,
            tuple([self.function_stub(f) for f in node.functions]),
        )

    def scope(self, node: ProgramScope) -> ProgramScope:
        self.unit = node.name
        return ProgramScope(
            node.program_id,
            tuple([(span, self.type(t)) for span, t in node.parents]),
            tuple([self.const(c) for c in node.consts]),
            tuple([self.composite(c) for c in node.composites]),
            tuple([self.mapping(m) for m in node.mappings]),
            tuple([self.storage(s) for s in node.storage_variables]),
            tuple([self.function(f) for f in node.functions]),
            tuple([self.interface(i) for i in node.interfaces]),
            None if node.constructor is None else self.constructor(node.constructor),
            node.span,
        )

    def module_unit(self, node: Module) -> Module:
        self.unit = node.name
        outer, self.module = self.module, node.path
        composites = tuple([self.composite(c) for c in node.composites])
        functions = tuple([self.function(f) for f in node.functions])
        interfaces = tuple([self.interface(i) for i in node.interfaces])
        consts = tuple([self.const(c) for c in node.consts])
        self.module = outer
        return Module(node.name, node.path, consts, composites, functions, interfaces)

    def library(self, node: Library) -> Library:
        self.unit = node.name
        modules = {path: self.module_unit(module) for path, module in node.modules.items()}
        composites = tuple([self.composite(s) for s in node.composites])
        consts = tuple([self.const(c) for c in node.consts])
        functions = tuple([self.function(f) for f in node.functions])
        interfaces = tuple([self.interface(i) for i in node.interfaces])
        stubs = {name: self.stub(stub) for name, stub in node.stubs.items()}
        return Library(node.name, modules, consts, composites, functions, interfaces, stubs)


def resolve_paths(compilation: Compilation) -> Unit:
    """Reports ETYC0372005 for unknown names and EAST0372017 for names taken twice."""
    resolver = _Resolver(compilation)
    if isinstance(compilation.tree, Program):
        return resolver.program(compilation.tree)
    return resolver.library(compilation.tree)


PASS = Pass("PathResolution", resolve_paths, kind="resolve", requires={"globals"}, ensures={"resolved"})
