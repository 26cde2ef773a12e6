"""Code generation: a lowered program becomes one of the machine, each part with its place in the source.

Registers are numbered in order of generation, inputs first. A definition whose value is an atom or an
access takes no instruction: its operand is used where the variable is read.
"""

from __future__ import annotations

from collections.abc import Sequence

from avm.base.errors import ParseFailure, Unsupported
from avm.base.limits import MAX_WRITES
from avm.data.literal import Literal
from avm.data.types import DynamicFuture, FutureValue, NamedType
from avm.isa.instruction import Instruction
from avm.isa.operand import ContextOperand, Operand, Register
from avm.isa.types import InterfaceType, RegisterType
from avm.leo import ast
from avm.leo.ast import Location, Mode, Variant
from avm.leo.codegen.expressions import ExpressionWriter, visibility
from avm.leo.codegen.names import legal_name
from avm.leo.codegen.peephole import FALSE, TRUE, Peephole
from avm.leo.codegen.types import TypeWriter
from avm.leo.compilation import Compilation, first_span
from avm.leo.lowering.walk import expressions_of
from avm.leo.messages.machine import not_a_program
from avm.leo.type_rules import is_empty
from avm.program.model import (
    Closure,
    Component,
    Constructor,
    Finalize,
    Function,
    Input,
    MappingDef,
    Output,
    Program,
    RecordDef,
    StructDef,
    View,
)
from avm.program.rules import writes
from avm.types.literal_type import LiteralType

Declared = tuple[InterfaceType | RegisterType, str]
"""The type of an input or output, and the suffix that it is printed with."""
_EDITION = ContextOperand("edition")
_FIRST_EDITION = Literal(LiteralType.U16, 0)
_KINDS: dict[Variant, type[Closure | View]] = {Variant.FN: Closure, Variant.VIEW: View}


class _FunctionWriter(ExpressionWriter):
    """Writes the statements of one function."""

    def __init__(self, compilation: Compilation, types: TypeWriter, variant: Variant) -> None:
        super().__init__(compilation, types)
        self.variant = variant
        self.returned: tuple[ast.Output, ...] = ()
        self.inputs: list[Input] = []
        self.outputs: list[Output] = []
        self.record_inputs: set[Operand] = set()
        self.depth = 0
        self.next_label = 0

    def optimized(self) -> tuple[tuple[Input, ...], tuple[Instruction, ...], tuple[Output, ...]]:
        """Inputs, instructions and outputs, simplified."""
        step = self.compilation.builder.budget.step
        peephole = Peephole(self.instructions, self.outputs, self.exact_casts, self.own, step)
        peephole.run(len(self.inputs))
        return tuple(self.inputs), tuple(peephole.instructions), tuple(peephole.outputs)

    def declared(self, type_: ast.Type, mode: Mode) -> Declared:
        """The type of an input or output of the function."""
        if self.variant is Variant.ENTRY_POINT:
            return self.types.interface(type_, visibility(mode)), ""
        found = self.types.register(type_)
        on_chain = self.variant in (Variant.VIEW, Variant.FINALIZE) and not isinstance(found, NamedType)
        return found, ".public" if on_chain else ""

    def block(self, node: ast.Block) -> None:
        for statement in node.statements:
            self.statement(statement)

    def statement(self, node: ast.Statement) -> None:
        self.compilation.builder.budget.step()
        outer = self.span
        if node.span.end > node.span.start:
            self.span = node.span
        match node:
            case ast.DefinitionStatement():
                self._definition(node)
            case ast.AssertStatement():
                self._assert(node)
            case ast.ReturnStatement():
                self._return(node)
            case ast.ExpressionStatement():
                self.expression(node.expression)
            case ast.Block():
                self.block(node)
            case ast.ConditionalStatement():
                self._conditional(node)
            case _:
                raise Unsupported(f"{type(node).__name__} in generated code", place=node.span)
        self.span = outer

    def _definition(self, node: ast.DefinitionStatement) -> None:
        value = self.expression(node.value)
        if isinstance(node.place, ast.Identifier):
            if value is not None:
                self.variables[node.place.name] = value
            return
        assert isinstance(value, tuple)
        for place, item in zip(node.place, value, strict=True):
            self.variables[place.name] = item

    def _assert(self, node: ast.AssertStatement) -> None:
        if node.variant == "Assert":
            self.emit("assert.eq", (self.operand(node.expressions[0]), TRUE), (), node.span)
            return
        sides = self.operands(node.expressions)
        equal = node.variant == "AssertEq"
        if len(sides) == 2:
            self.emit("assert.eq" if equal else "assert.neq", sides, (), node.span)
        elif not equal:
            self.emit("assert.eq", (FALSE, TRUE), (), node.span)

    def _return(self, node: ast.ReturnStatement) -> None:
        value = node.expression
        several = isinstance(value, ast.TupleExpression)
        elements = value.elements if isinstance(value, ast.TupleExpression) else (value,)
        found: dict[Operand, ast.Output] = {}
        for element, output in zip(elements, self.returned):
            operands = self.operands((element,))
            if not operands:
                continue
            (operand,) = operands
            if operand in self.record_inputs or (several and operand in found):
                operand = self.copy(operand, output.type_, node.span)
            found[operand] = output
        for operand, output in found.items():
            self._output(operand, output, node)

    def _output(self, operand: Operand, output: ast.Output, node: ast.ReturnStatement) -> None:
        place = first_span(node.span, self.span)
        if isinstance(output.type_, ast.FutureType):
            self.outputs.append(Output(operand, FutureValue(self.program, self.function_name), span=place))
        elif not is_empty(output.type_):
            self.outputs.append(Output(operand, *self.declared(output.type_, output.mode), place))

    def _conditional(self, node: ast.ConditionalStatement) -> None:
        """Branches on chain: jump over the side that is not taken."""
        if not self.variant.is_finalize_context:
            raise Unsupported("A branch off chain in generated code", place=node.span)
        end_then = self._label("end_then")
        end_otherwise = None if node.otherwise is None else self._label("end_otherwise")
        self.depth += 1
        condition = self.operand(node.condition)
        span = node.condition.span
        self.emit("branch.eq", (condition, FALSE), (), span, target=end_then)
        self.block(node.then)
        if end_otherwise is not None:
            self.emit("branch.eq", (TRUE, TRUE), (), span, target=end_otherwise)
        self.emit("position", (), (), span, target=end_then)
        if node.otherwise is not None and end_otherwise is not None:
            self.statement(node.otherwise)
            self.emit("position", (), (), span, target=end_otherwise)
        self.depth -= 1

    def _label(self, word: str) -> str:
        label = f"{word}_{self.depth}_{self.next_label}"
        self.next_label += 1
        return label


class _ProgramWriter:
    def __init__(self, compilation: Compilation, scope: ast.ProgramScope) -> None:
        self.compilation = compilation
        self.scope = scope
        self.types = TypeWriter(compilation.index, scope.name)
        self.span = scope.program_id.name.span

    # Declarations -----------------------------------------------------------------------------------

    def declarations(self, order: list[Location]) -> list[Component]:
        """Structs and records, members before users, then mappings."""
        found: list[Component] = []
        for location in order:
            held = location.program == self.scope.name or location.program in self.compilation.index.libraries
            composite = self.compilation.index.composites.get(location) if held else None
            if composite is not None:
                make = self._record if composite.is_record else self._struct
                found.append(make(composite, location))
        for mapping in self.scope.mappings:
            key, value = self.types.plaintext(mapping.key_type), self.types.plaintext(mapping.value_type)
            place = first_span(mapping.identifier.span, self.span)
            found.append(MappingDef(legal_name((mapping.name,)), key, value, place))
        return found

    def _struct(self, node: ast.Composite, location: Location) -> StructDef:
        place = first_span(node.identifier.span, self.span)
        held = [m for m in node.members if not is_empty(m.type_)]
        members = tuple([(m.identifier.name, self.types.plaintext(m.type_)) for m in held])
        places = tuple([first_span(m.span, place) for m in held])
        return StructDef(self.types.composite_name(location), members, place, places)

    def _record(self, node: ast.Composite, location: Location) -> RecordDef:
        place = first_span(node.identifier.span, self.span)
        owner, *others = node.laid_out
        held = [m for m in others if not is_empty(m.type_)]
        entries = tuple(
            [(m.identifier.name, visibility(m.mode), self.types.plaintext(m.type_)) for m in held]
        )
        places = tuple([first_span(m.span, place) for m in held])
        return RecordDef(location.name, visibility(owner.mode), entries, place, places)

    # Functions --------------------------------------------------------------------------------------

    def functions(self) -> list[Component]:
        found: list[Component] = []
        by_name = {f.name: f for f in self.scope.functions}
        on_chain = any(f.variant is Variant.FINALIZE for f in self.scope.functions)
        for function in self.scope.functions:
            if function.variant in (Variant.FINALIZE, Variant.FINAL_FN):
                continue
            place = first_span(function.identifier.span, self.span)
            parts = self._code(function, function.name, ()).optimized()
            if function.variant in _KINDS:
                plain = function.variant is Variant.FN
                name = legal_name((function.name,)) if plain else function.name
                found.append(_KINDS[function.variant](name, *parts, place))
                continue
            finalize = None
            call = self._finalize_call(function) if on_chain else None
            if call is not None:
                assert call.function.location is not None
                types = (self.compilation.types[a.id] for a in call.arguments)
                futures = tuple([t for t in types if isinstance(t, ast.FutureType)])
                node = by_name[call.function.location.name]
                inputs, commands, _ = self._code(node, function.name, futures).optimized()
                at = first_span(node.identifier.span, self.span)
                finalize = Finalize(function.name, inputs, commands, at)
            found.append(Function(function.name, *parts, place, finalize))
        return found

    def _finalize_call(self, function: ast.Function) -> ast.CallExpression | None:
        """The call of the function's own final block."""
        for node in expressions_of(function.block):
            self.compilation.builder.budget.step()
            if isinstance(node, ast.CallExpression) and node.function.location is not None:
                location = node.function.location
                callee = self.compilation.index.functions[location]
                if location.program == self.scope.name and callee.variant is Variant.FINALIZE:
                    return node
        return None

    def _code(self, node: ast.Function, name: str, futures: tuple[ast.FutureType, ...]) -> _FunctionWriter:
        """The code of a function, as it was written."""
        writer = _FunctionWriter(self.compilation, self.types, node.variant)
        writer.function_name = name
        writer.returned = node.output
        writer.span = place = first_span(node.identifier.span, self.span)
        expected = iter(futures)
        for parameter in node.input:
            if is_empty(parameter.type_):
                continue
            register = Register(writer.register())
            writer.variables[parameter.identifier.name] = register
            if self._is_own_record(parameter.type_):
                writer.record_inputs.add(register)
            if isinstance(parameter.type_, ast.FutureType):
                declared: Declared = (_future_input(next(expected, parameter.type_)), "")
            else:
                declared = writer.declared(parameter.type_, parameter.mode)
            at = first_span(parameter.span, place)
            writer.inputs.append(Input(register.locator, *declared, at))
        writer.block(node.block)
        if node.variant in (Variant.FN, Variant.FINALIZE) and not writer.instructions:
            writer.emit("assert.eq", (TRUE, TRUE), (), place)
        if node.variant is Variant.FINALIZE:
            self._check_writes(writer.instructions, node)
        return writer

    def _is_own_record(self, type_: ast.Type) -> bool:
        return (
            isinstance(type_, ast.CompositeType)
            and type_.path.location is not None
            and type_.path.location.program == self.scope.name
            and self.types.is_record(type_)
        )

    def _check_writes(self, code: Sequence[Instruction], node: ast.Function | ast.Constructor) -> None:
        count = writes(code)
        if count > MAX_WRITES:
            self.compilation.report("too_many_write_commands", node.span, actual=count, max=MAX_WRITES)

    def constructor(self) -> list[Component]:
        node = self.scope.constructor
        if node is None:
            return []
        writer = _FunctionWriter(self.compilation, self.types, Variant.FINALIZE)
        writer.span = first_span(node.span, self.span)
        annotation = node.annotations[0]
        match annotation.identifier.name:
            case "admin":
                owner = writer.parsed(annotation.map["address"], node.span)
                writer.emit("assert.eq", (ContextOperand("program_owner"), owner), (), node.span)
            case "noupgrade":
                writer.emit("assert.eq", (_EDITION, _FIRST_EDITION), (), node.span)
            case "checksum":
                self._checksum_constructor(writer, annotation, node)
            case _:
                writer.block(node.block)
        self._check_writes(writer.instructions, node)
        _, commands, _ = writer.optimized()
        return [Constructor(commands, writer.span)]

    def _checksum_constructor(
        self, writer: _FunctionWriter, annotation: ast.Annotation, node: ast.Constructor
    ) -> None:
        mapping = annotation.map["mapping"].replace(".aleo::", ".aleo/")
        mapping = mapping.removeprefix(f"{self.scope.name}/")
        key = writer.parsed(annotation.map["key"], node.span)
        writer.emit("branch.eq", (_EDITION, _FIRST_EDITION), (), node.span, target="end")
        found = writer.compute("get", (key,), node.span, target=mapping)
        writer.emit("assert.eq", (ContextOperand("checksum"), found), (), node.span)
        writer.emit("position", (), (), node.span, target="end")


def _future_input(type_: ast.FutureType) -> FutureValue | DynamicFuture:
    location = type_.location
    if location is None or location.is_dynamic:
        return DynamicFuture()
    return FutureValue(location.program, location.name)


def _generate_scope(
    scope: ast.ProgramScope, imports: list[str], order: list[Location], compilation: Compilation
) -> list[Program]:
    """The program of a scope, none when what it must say cannot be said; the diagnostics tell why."""
    writer = _ProgramWriter(compilation, scope)
    try:
        components = (*writer.declarations(order), *writer.functions(), *writer.constructor())
    except ParseFailure as failure:
        compilation.diagnostics.add(not_a_program(scope.name, failure))
        return []
    return [Program(scope.name, tuple(imports), components, writer.span)]


def generate(program: ast.Program, compilation: Compilation) -> list[Program]:
    """The program's Leo dependencies in their order, then the program itself.

    Writing into the diagnostics says that one could not be made.
    """
    order = compilation.composite_graph.post_order()
    generated: list[Program] = []
    for name, stub in program.stubs.items():
        if isinstance(stub.body, ast.Program):
            imports = compilation.index.transitive_imports(name)
            generated += _generate_scope(stub.body.scope, imports, order, compilation)
    libraries = compilation.index.libraries
    imports = sorted(name for name in program.stubs if name not in libraries)
    return generated + _generate_scope(program.scope, imports, order, compilation)
