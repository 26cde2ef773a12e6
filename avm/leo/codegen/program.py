"""Code generation: a lowered program becomes Aleo instructions.

Registers are numbered in order of generation, inputs first. A definition whose value is an atom or an
access takes no instruction: its operand is used where the variable is read.
"""

from __future__ import annotations

from avm.base.errors import Unsupported
from avm.base.limits import MAX_WRITES
from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast import Location, Mode, Variant
from avm.leo.codegen.code import (
    FALSE,
    TRUE,
    Code,
    Constant,
    GeneratedProgram,
    Group,
    Instruction,
    Name,
    Operand,
    Register,
    Row,
)
from avm.leo.codegen.expressions import ExpressionWriter
from avm.leo.codegen.names import legal_name
from avm.leo.codegen.types import TypeWriter, is_empty
from avm.leo.compilation import Compilation
from avm.leo.lowering.walk import expressions_of


class _FunctionWriter(ExpressionWriter):
    """Writes the statements of one function."""

    def __init__(self, compilation: Compilation, types: TypeWriter, variant: Variant) -> None:
        super().__init__(compilation, types)
        self.variant = variant
        self.outputs: tuple[ast.Output, ...] = ()
        self.record_inputs: set[Operand] = set()
        self.depth = 0
        self.next_label = 0

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
        operand = self.expression(node.value)
        if isinstance(node.place, ast.Identifier):
            if operand is not None:
                self.variables[node.place.name] = operand
            return
        assert isinstance(operand, Group)
        for place, item in zip(node.place, operand.items, strict=True):
            self.variables[place.name] = item

    def _assert(self, node: ast.AssertStatement) -> None:
        if node.variant == "Assert":
            self.emit(Instruction("assert.eq", (self.operand(node.expressions[0]), TRUE)), node.span)
            return
        left, right = (self.expression(e) for e in node.expressions)
        equal = node.variant == "AssertEq"
        if left is not None and right is not None:
            self.emit(Instruction("assert.eq" if equal else "assert.neq", (left, right)), node.span)
        elif not equal:
            self.emit(Instruction("assert.eq", (FALSE, TRUE)), node.span)

    def _return(self, node: ast.ReturnStatement) -> None:
        value = node.expression
        several = isinstance(value, ast.TupleExpression)
        elements = value.elements if isinstance(value, ast.TupleExpression) else (value,)
        found: dict[Operand, ast.Output] = {}
        for element, output in zip(elements, self.outputs):
            operand = self.expression(element)
            if operand is None:
                continue
            if operand in self.record_inputs or (several and operand in found):
                operand = self.copy(operand, output.type_, node.span)
            found[operand] = output
        for operand, output in found.items():
            self._output(operand, output, node)

    def _output(self, operand: Operand, output: ast.Output, node: ast.ReturnStatement) -> None:
        if isinstance(output.type_, ast.FutureType):
            text = f"{self.program}/{self.function_name}.future"
        elif is_empty(output.type_):
            return
        else:
            text = self.types.visible(output.type_, _visibility(self.variant, output.mode, output=True))
        self.emit(Instruction("output", (operand,), tail=f" as {text}"), node.span)

    def _conditional(self, node: ast.ConditionalStatement) -> None:
        """Branches on chain: jump over the side that is not taken."""
        if not self.variant.is_finalize_context:
            raise Unsupported("A branch off chain in generated code", place=node.span)
        end_then = self._label("end_then")
        end_otherwise = None if node.otherwise is None else self._label("end_otherwise")
        self.depth += 1
        condition = self.operand(node.condition)
        span = node.condition.span
        self.emit(Instruction("branch.eq", (condition, FALSE), tail=f" to {end_then}"), span)
        self.block(node.then)
        if end_otherwise is not None:
            self.emit(Instruction("branch.eq", (TRUE, TRUE), tail=f" to {end_otherwise}"), span)
        self.emit(Instruction(f"position {end_then}"), span)
        if node.otherwise is not None:
            self.statement(node.otherwise)
            self.emit(Instruction(f"position {end_otherwise}"), span)
        self.depth -= 1

    def _label(self, word: str) -> str:
        label = f"{word}_{self.depth}_{self.next_label}"
        self.next_label += 1
        return label


def _visibility(variant: Variant, mode: Mode, *, output: bool) -> str:
    if mode is not Mode.NONE:
        return str(mode.value)
    if variant is Variant.ENTRY_POINT:
        return "private"
    if variant is Variant.VIEW or (variant is Variant.FINALIZE and not output):
        return "public"
    return ""


class _ProgramWriter:
    def __init__(self, compilation: Compilation, scope: ast.ProgramScope) -> None:
        self.compilation = compilation
        self.scope = scope
        self.types = TypeWriter(compilation.index, scope.name)

    # Declarations -----------------------------------------------------------------------------------

    def declarations(self, order: list[Location]) -> list[list[Row]]:
        """Structs and records, members before users, then mappings."""
        blocks = []
        for location in order:
            held = location.program == self.scope.name or location.program in self.compilation.index.libraries
            composite = self.compilation.index.composites.get(location) if held else None
            if composite is not None:
                blocks.append(
                    self._record(composite) if composite.is_record else self._struct(composite, location)
                )
        for mapping in self.scope.mappings:
            key = self.types.visible(mapping.key_type, "public")
            value = self.types.visible(mapping.value_type, "public")
            lines = (
                f"mapping {legal_name((mapping.name,))}:",
                f"    key as {key};",
                f"    value as {value};",
            )
            blocks.append([(f"{line}\n", mapping.identifier.span) for line in lines])
        return blocks

    def _struct(self, node: ast.Composite, location: Location) -> list[Row]:
        lines: list[Row] = [
            (f"    {m.identifier.name} as {self.types.text(m.type_)};\n", m.span)
            for m in node.members
            if not is_empty(m.type_)
        ]
        return [(f"struct {self.types.composite_name(location)}:\n", node.identifier.span), *lines]

    def _record(self, node: ast.Composite) -> list[Row]:
        members = sorted(node.members, key=lambda m: m.identifier.name != "owner")
        lines: list[Row] = [
            (f"    {m.identifier.name} as {self.types.text(m.type_)}.{m.mode.value or 'private'};\n", m.span)
            for m in members
            if not is_empty(m.type_)
        ]
        return [(f"record {node.name}:\n", node.identifier.span), *lines]

    # Functions --------------------------------------------------------------------------------------

    def functions(self) -> list[Code]:
        found: list[Code] = []
        by_name = {f.name: f for f in self.scope.functions}
        on_chain = any(f.variant is Variant.FINALIZE for f in self.scope.functions)
        for function in self.scope.functions:
            if function.variant in (Variant.FINALIZE, Variant.FINAL_FN):
                continue
            code = self._function(function, function.name, ())
            call = self._finalize_call(function) if on_chain else None
            if call is not None:
                assert call.function.location is not None
                futures = tuple(
                    t
                    for t in (self.compilation.types[a.id] for a in call.arguments)
                    if isinstance(t, ast.FutureType)
                )
                finalize = by_name[call.function.location.name]
                code.finalize = self._function(finalize, function.name, futures)
            found.append(code)
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

    def _function(self, node: ast.Function, name: str, futures: tuple[ast.FutureType, ...]) -> Code:
        writer = _FunctionWriter(self.compilation, self.types, node.variant)
        writer.function_name = name
        writer.outputs = node.output
        writer.span = node.identifier.span
        inputs: list[tuple[str, Span]] = []
        expected = iter(futures)
        for parameter in node.input:
            if is_empty(parameter.type_):
                continue
            register = Register(writer.register())
            writer.variables[parameter.identifier.name] = register
            if self._is_own_record(parameter.type_):
                writer.record_inputs.add(register)
            if isinstance(parameter.type_, ast.FutureType):
                text = _future_input(next(expected, parameter.type_))
            else:
                visibility = _visibility(node.variant, parameter.mode, output=False)
                text = self.types.visible(parameter.type_, visibility)
            inputs.append((text, parameter.span))
        writer.block(node.block)
        code = writer.instructions
        if node.variant in (Variant.FN, Variant.FINALIZE) and all(i.opcode == "output" for i in code):
            code.insert(0, Instruction("assert.eq", (TRUE, TRUE), span=node.identifier.span))
        if node.variant is Variant.FINALIZE:
            self._check_writes(code, node)
        kinds = {Variant.ENTRY_POINT: "function", Variant.VIEW: "view", Variant.FN: "closure"}
        written = legal_name((name,)) if node.variant is Variant.FN else name
        return Code(kinds.get(node.variant, "finalize"), written, inputs, code, span=node.identifier.span)

    def _is_own_record(self, type_: ast.Type) -> bool:
        return (
            isinstance(type_, ast.CompositeType)
            and type_.path.location is not None
            and type_.path.location.program == self.scope.name
            and self.types.is_record(type_)
        )

    def _check_writes(self, code: list[Instruction], node: ast.Function | ast.Constructor) -> None:
        writes = sum(i.opcode in ("set", "remove") for i in code)
        if writes > MAX_WRITES:
            self.compilation.report("too_many_write_commands", node.span, actual=writes, max=MAX_WRITES)

    def constructor(self) -> Code | None:
        node = self.scope.constructor
        if node is None:
            return None
        writer = _FunctionWriter(self.compilation, self.types, Variant.FINALIZE)
        writer.span = node.span
        annotation = node.annotations[0]
        match annotation.identifier.name:
            case "admin":
                owner = Name(annotation.map["address"])
                writer.emit(Instruction("assert.eq", (Name("program_owner"), owner)), node.span)
            case "noupgrade":
                writer.emit(Instruction("assert.eq", (Name("edition"), Constant("u16", "0"))), node.span)
            case "checksum":
                self._checksum_constructor(writer, annotation, node)
            case _:
                writer.block(node.block)
        self._check_writes(writer.instructions, node)
        return Code("constructor", "", [], writer.instructions, span=node.span)

    def _checksum_constructor(
        self, writer: _FunctionWriter, annotation: ast.Annotation, node: ast.Constructor
    ) -> None:
        mapping = annotation.map["mapping"].replace(".aleo::", ".aleo/")
        mapping = mapping.removeprefix(f"{self.scope.name}/")
        key = Name(annotation.map["key"])
        edition = (Name("edition"), Constant("u16", "0"))
        for instruction in (
            Instruction("branch.eq", edition, tail=" to end"),
            Instruction("get", (Name(mapping), key), (0,), layout="entry"),
            Instruction("assert.eq", (Name("checksum"), Register(0))),
            Instruction("position end"),
        ):
            writer.emit(instruction, node.span)


def _future_input(type_: ast.FutureType) -> str:
    location = type_.location
    if location is None or location.is_dynamic:
        return "dynamic.future"
    return f"{location.program}/{location.name}.future"


def _generate_scope(
    scope: ast.ProgramScope, imports: list[str], order: list[Location], compilation: Compilation
) -> GeneratedProgram:
    writer = _ProgramWriter(compilation, scope)
    return GeneratedProgram(
        scope.name,
        imports,
        writer.declarations(order),
        writer.functions(),
        writer.constructor(),
        scope.program_id.name.span,
    )


def generate(program: ast.Program, compilation: Compilation) -> list[GeneratedProgram]:
    """Code for the program's Leo dependencies in their order, then for the program itself."""
    order = compilation.composite_graph.post_order()
    generated = []
    for name, stub in program.stubs.items():
        if isinstance(stub.body, ast.Program):
            imports = compilation.index.transitive_imports(name)
            generated.append(_generate_scope(stub.body.scope, imports, order, compilation))
    libraries = compilation.index.libraries
    imports = sorted(name for name in program.stubs if name not in libraries)
    generated.append(_generate_scope(program.scope, imports, order, compilation))
    return generated
