"""Expressions as instructions: each yields an operand and appends the instructions that compute it."""

from __future__ import annotations

from avm.base.errors import Unsupported
from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast import Variant
from avm.leo.budget import INSTRUCTIONS, require
from avm.leo.codegen.code import (
    FALSE,
    TRUE,
    Access,
    Constant,
    Group,
    Instruction,
    Name,
    Operand,
    Register,
)
from avm.leo.codegen.names import legal_name
from avm.leo.codegen.types import TypeWriter, array_length, is_empty, size_in_bits
from avm.leo.compilation import Compilation, first_span
from avm.leo.intrinsic_opcodes import (
    COORDINATES,
    MAPPINGS,
    NAMES,
    PLAIN,
    PROGRAM_DATA,
    RANDOM,
    bits_opcode,
    ecdsa_opcode,
    hash_opcode,
    result_type,
)
from avm.leo.intrinsics import INTRINSICS, Intrinsic
from avm.leo.lowering.purity import can_discard
from avm.leo.operators import OPERATORS, TERNARY

_NUMERALS = {"Field": "field", "Group": "group", "Scalar": "scalar"}


def plain_numeral(text: str) -> str:
    """The numeral without leading zeros."""
    sign = "-" if text.startswith("-") else ""
    return sign + (text.removeprefix("-").lstrip("0") or "0")


def _mode(mode: ast.Mode | str) -> str:
    return mode.value if isinstance(mode, ast.Mode) else mode


class ExpressionWriter:
    """Writes the expressions of one function; `variables` holds the operand of every variable."""

    def __init__(self, compilation: Compilation, types: TypeWriter) -> None:
        self.compilation = compilation
        self.types = types
        self.program = types.program
        self.function_name = ""
        self.variables: dict[str, Operand] = {}
        self.instructions: list[Instruction] = []
        self.next_register = 0
        self.span: Span = ast.NO_SPAN

    # Registers and instructions ---------------------------------------------------------------------

    def register(self) -> int:
        self.next_register += 1
        return self.next_register - 1

    def emit(self, instruction: Instruction, span: Span) -> None:
        instruction.span = first_span(span, self.span)
        self.instructions.append(instruction)
        self.compilation.builder.budget.step()
        require(INSTRUCTIONS, len(self.instructions), instruction.span)

    def compute(
        self, opcode: str, operands: tuple[Operand, ...], span: Span, *, middle: str = "", tail: str = ""
    ) -> Operand:
        """An instruction with one result."""
        target = self.register()
        self.emit(Instruction(opcode, operands, (target,), middle, tail), span)
        return Register(target)

    # Expressions ------------------------------------------------------------------------------------

    def operand(self, node: ast.Expression) -> Operand:
        """The operand of an expression that has a value."""
        operand = self.expression(node)
        if operand is None:
            raise Unsupported("An expression without a value as an operand", place=node.span)
        return operand

    def operands(self, nodes: tuple[ast.Expression, ...]) -> tuple[Operand, ...]:
        found = (self.expression(n) for n in nodes)
        return tuple(o for o in found if o is not None)

    def expression(self, node: ast.Expression) -> Operand | None:
        type_ = self.compilation.types.get(node.id)
        if type_ is not None and is_empty(type_) and can_discard(node, self.compilation.types):
            return None
        match node:
            case ast.Path():
                return self._path(node)
            case ast.Literal():
                return self._literal(node)
            case ast.BinaryExpression():
                return self._binary(node)
            case ast.UnaryExpression():
                operand = self.operand(node.receiver)
                operator = OPERATORS[node.op]
                tail = f" as {operator.target}" if operator.target else ""
                return self.compute(operator.opcode, (operand,), node.span, tail=tail)
            case ast.TernaryExpression():
                parts = tuple([self.operand(n) for n in (node.condition, node.if_true, node.if_false)])
                return self.compute(TERNARY, parts, node.span)
            case ast.CastExpression():
                return self._cast(node)
            case ast.ArrayExpression():
                return self._build(self.operands(node.elements), self._type_text(node), node.span)
            case ast.RepeatExpression():
                return self._repeat(node)
            case ast.CompositeExpression():
                return self._struct(node)
            case ast.ArrayAccess():
                index = ast.as_u32(node.index)
                if index is None:
                    raise Unsupported("An array index that is not constant", place=node.span)
                return Access(self.operand(node.array), f"[{index}u32]")
            case ast.MemberAccess():
                return self._member(node)
            case ast.CallExpression():
                return self._call(node)
            case ast.IntrinsicExpression():
                return self._intrinsic(node)
            case ast.TupleExpression():
                return Group(self.operands(node.elements))
            case ast.DynamicOpExpression():
                return self._dynamic(node)
            case _:
                raise Unsupported(f"{type(node).__name__} in generated code", place=node.span)

    def _type_text(self, node: ast.Expression) -> str:
        return self.types.text(self.compilation.types[node.id])

    def _build(self, items: tuple[Operand, ...], type_text: str, span: Span) -> Operand:
        return self.compute("cast", (Group(items),), span, tail=f" as {type_text}")

    def _path(self, node: ast.Path) -> Operand:
        if node.location is not None:
            name = legal_name(node.location.path)
            if node.location.program == self.program:
                return Name(name)
            return Name(f"{node.location.program}/{name}")
        return self.variables[node.name]

    def _literal(self, node: ast.Literal) -> Operand:
        variant, type_ = node.variant, node.integer_type
        if variant == "Unsuffixed":
            known = self.compilation.types[node.id]
            if isinstance(known, ast.IntegerType):
                variant, type_ = "Integer", known
            elif isinstance(known, ast.PrimitiveType):
                variant = known.name.capitalize()
        match variant:
            case "Integer":
                assert type_ is not None
                return Constant(type_.name, str(ast.parse_integer(node.value)))
            case "Boolean":
                return TRUE if node.value == "true" else FALSE
            case "Identifier":
                return Constant("identifier", node.value)
            case "Address":
                return Constant("address", node.value)
            case "Signature":
                return Constant("signature", node.value)
            case _ if variant in _NUMERALS:
                return Constant(_NUMERALS[variant], plain_numeral(node.value))
            case _:
                raise Unsupported(f"A literal of kind {variant}", place=node.span)

    def _binary(self, node: ast.BinaryExpression) -> Operand:
        left, right = self.expression(node.left), self.expression(node.right)
        if left is None or right is None:
            return TRUE if node.op == "Eq" else FALSE
        return self.compute(OPERATORS[node.op].opcode, (left, right), node.span)

    def _cast(self, node: ast.CastExpression) -> Operand:
        operand = self.operand(node.expression)
        source = self.compilation.types[node.expression.id]
        if source == node.type_:
            return operand
        made = self.compute("cast", (operand,), node.span, tail=f" as {self.types.text(node.type_)}")
        self.instructions[-1].is_exact = isinstance(source, ast.IntegerType) or source == ast.BOOLEAN
        return made

    def _repeat(self, node: ast.RepeatExpression) -> Operand:
        count = ast.as_u32(node.count)
        if count is None:
            raise Unsupported("A repeat count that is not constant", place=node.span)
        return self._build((self.operand(node.expr),) * count, self._type_text(node), node.span)

    def _struct(self, node: ast.CompositeExpression) -> Operand:
        location = node.path.location
        assert location is not None
        if self.types.index.record(location) is not None:
            type_text = f"{location.name}.record"
        else:
            type_text = self.types.struct(location)
        values = tuple(m.expression for m in node.members if m.expression is not None)
        return self._build(self.operands(values), type_text, node.span)

    def _member(self, node: ast.MemberAccess) -> Operand:
        inner = self.operand(node.inner)
        if self.compilation.types[node.inner.id] == ast.DYN_RECORD and node.name.name != "owner":
            return self.compute(
                "get.record.dynamic",
                (Access(inner, f".{node.name.name}"),),
                node.span,
                tail=f" as {self._type_text(node)}",
            )
        return Access(inner, f".{node.name.name}")

    # Calls ------------------------------------------------------------------------------------------

    def _call(self, node: ast.CallExpression) -> Operand:
        location = node.function.location
        assert location is not None
        callee = self.compilation.index.functions[location]
        arguments = self.operands(node.arguments)
        targets = self._targets(callee.output_type)
        if callee.variant is Variant.FINALIZE:
            targets = (*targets, self.register())
            opcode = f"async {self.function_name}"
        else:
            name = location.name if callee.variant is Variant.ENTRY_POINT else legal_name(location.path)
            prefix = "" if location.program == self.program else f"{location.program}/"
            opcode = f"call {prefix}{name}"
        self.emit(Instruction(opcode, arguments, targets), node.span)
        return Group(tuple([Register(t) for t in targets]))

    def _targets(self, type_: ast.Type) -> tuple[int, ...]:
        if is_empty(type_):
            return ()
        count = len(type_.elements) if isinstance(type_, ast.TupleType) else 1
        return tuple([self.register() for _ in range(count)])

    def _dynamic(self, node: ast.DynamicOpExpression) -> Operand:
        """`Interface@(target)::f(..)` and `Interface@(target)::mapping.get(..)`."""
        assert isinstance(node.interface, ast.CompositeType) and node.interface.path.location is not None
        interface = self.compilation.index.interface(node.interface.path.location)
        target = self.operand(node.target_program)
        network = Name("'aleo'") if node.network is None else self.operand(node.network)
        match node.kind:
            case ast.DynamicCall(function, arguments):
                found = next(f for f in interface.functions if f.name == function.name)
                records = {r.name for r in interface.records}
                inputs = [self._dynamic_input(i.mode.value, i.type_, records) for i in found.input]
                outputs = [self._dynamic_output(o.mode.value, o.type_, records) for o in found.output]
                operands = (target, network, Name(f"'{function.name}'"), *self.operands(arguments))
                targets = self._targets(found.output_type)
                return self._dynamic_call(operands, inputs, targets, outputs, node.span)
            case ast.DynamicMemberOp(member, op, arguments):
                mapping = next(m for m in interface.mappings if m.name == member.name)
                operands = (target, network, Name(f"'{member.name}'"), *self.operands(arguments))
                return self._dynamic_entry(op.name, operands, mapping.value_type, node.span)
            case _:
                raise Unsupported("A dynamic storage read in generated code", place=node.span)

    def _is_interface_record(self, type_: ast.Type, records: set[str]) -> bool:
        if type_ == ast.DYN_RECORD:
            return True
        return (
            isinstance(type_, ast.CompositeType)
            and type_.path.location is not None
            and type_.path.location.path[0] in records
        )

    def _dynamic_input(self, mode: str, type_: ast.Type, records: set[str]) -> str:
        if self._is_interface_record(type_, records):
            return "dynamic.record"
        return f"{self.types.text(type_)}.{mode or 'private'}"

    def _dynamic_output(self, mode: str, type_: ast.Type, records: set[str]) -> str:
        if isinstance(type_, ast.FutureType):
            return "dynamic.future"
        if self._is_interface_record(type_, records):
            return "dynamic.record"
        return self.types.visible(type_, mode or "private")

    def _dynamic_call(
        self,
        operands: tuple[Operand, ...],
        inputs: list[str],
        targets: tuple[int, ...],
        outputs: list[str],
        span: Span,
    ) -> Operand:
        middle = f" (as {' '.join(inputs)})" if inputs else ""
        tail = f" (as {' '.join(outputs)})" if outputs else ""
        self.emit(Instruction("call.dynamic", operands, targets, middle, tail, "dynamic call"), span)
        return Group(tuple([Register(t) for t in targets]))

    def _dynamic_entry(self, op: str, operands: tuple[Operand, ...], value: ast.Type, span: Span) -> Operand:
        opcode = {"contains": "contains", "get": "get", "get_or_use": "get.or_use"}[op]
        tail = "" if op == "contains" else f" as {self.types.text(value)}"
        target = self.register()
        self.emit(
            Instruction(f"{opcode}.dynamic", operands, (target,), tail=tail, layout="dynamic entry"), span
        )
        return Register(target)

    def _dynamic_intrinsic(self, kind: str, node: ast.IntrinsicExpression) -> Operand | None:
        """`_dynamic_call`, `_dynamic_get` and the like, with targets that are only known at run time."""
        operands = self.operands(node.arguments)
        if kind != "DynamicCall":
            op = {"DynamicContains": "contains", "DynamicGet": "get", "DynamicGetOrUse": "get_or_use"}[kind]
            value = node.type_parameters[0][0] if node.type_parameters else ast.UNIT
            return self._dynamic_entry(op, operands, value, node.span)
        if node.input_types:
            inputs = [self._dynamic_input(_mode(m), t, set()) for m, t, _ in node.input_types]
        else:
            types = (self.compilation.types[a.id] for a in node.arguments[3:])
            inputs = [self._dynamic_input("", t, set()) for t in types]
        targets = tuple([self.register() for _ in node.return_types])
        outputs = [self._dynamic_output(_mode(m), t, set()) for m, t, _ in node.return_types]
        group = self._dynamic_call(operands, inputs, targets, outputs, node.span)
        return group if targets else None

    # Built-in functions -----------------------------------------------------------------------------

    def _intrinsic(self, node: ast.IntrinsicExpression) -> Operand | None:
        intrinsic = INTRINSICS[node.name]
        kind = intrinsic.kind
        if kind.startswith("Dynamic"):
            return self._dynamic_intrinsic(kind, node)
        if kind.startswith(("Vector", "Optional")):
            raise Unsupported(f"The function {node.name} in generated code", place=node.span)
        operands = self.operands(node.arguments)
        if kind in ("SelfId", "SelfAddress"):
            return Name(self.program)
        if kind in NAMES:
            return Name(NAMES[kind])
        if kind in PROGRAM_DATA:
            return self._program_data(operands[0], PROGRAM_DATA[kind])
        if kind == "FunctionChecksum":
            component = str(operands[1]).strip("'")
            return self._program_data(operands[0], f"{component}/checksum")
        if kind.startswith("Mapping"):
            return self._mapping(kind, operands, node.span)
        if kind == "FinalRun":
            self.emit(Instruction("await", operands), node.span)
            return None
        if kind in PLAIN:
            return self.compute(PLAIN[kind], operands, node.span)
        if kind in COORDINATES:
            return self.compute("cast", operands, node.span, tail=f" as {COORDINATES[kind]}")
        return self._typed(intrinsic, node, operands)

    def _typed(
        self, intrinsic: Intrinsic, node: ast.IntrinsicExpression, operands: tuple[Operand, ...]
    ) -> Operand:
        """Functions whose instruction names a type."""
        match intrinsic.kind:
            case "Hash" | "Commit":
                tail = f" as {self.types.text(result_type(intrinsic))}"
                return self.compute(hash_opcode(intrinsic), operands, node.span, tail=tail)
            case "ECDSAVerify":
                return self.compute(ecdsa_opcode(intrinsic), operands, node.span)
            case "ChaChaRand":
                tail = f" as {self.types.text(result_type(intrinsic))}"
                return self.compute(RANDOM, (), node.span, tail=tail)
            case "Serialize":
                source = self.compilation.types[node.arguments[0].id]
                size = size_in_bits(source, raw=intrinsic.raw)
                result = f"[boolean; {size}u32]"
            case _:
                source = self.compilation.types[node.arguments[0].id]
                result = self.types.text(node.type_parameters[0][0])
        return self.compute(
            bits_opcode(intrinsic),
            operands,
            node.span,
            middle=f" ({self.types.text(source)})",
            tail=f" ({result})",
        )

    def _program_data(self, program: Operand, name: str) -> Operand:
        target = str(program).replace('"', "")
        return Name(name if target == self.program else f"{target}/{name}")

    def _mapping(self, kind: str, operands: tuple[Operand, ...], span: Span) -> Operand | None:
        match kind:
            case "MappingSet":
                mapping, key, value = operands
                self.emit(Instruction(MAPPINGS[kind], (value, mapping, key), layout="store"), span)
                return None
            case "MappingRemove":
                self.emit(Instruction(MAPPINGS[kind], operands, layout="entry"), span)
                return None
            case _:
                target = self.register()
                self.emit(Instruction(MAPPINGS[kind], operands, (target,), layout="entry"), span)
                return Register(target)

    # Copies -----------------------------------------------------------------------------------------

    def copy(self, operand: Operand, type_: ast.Type, span: Span) -> Operand:
        """A fresh register with the same value, as outputs may not repeat."""
        match type_:
            case ast.ArrayType():
                items = tuple([Access(operand, f"[{i}u32]") for i in range(array_length(type_))])
                return self._build(items, self.types.text(type_), span)
            case ast.CompositeType():
                assert type_.path.location is not None
                definition = self.compilation.index.composites[type_.path.location]
                names = [m.identifier.name for m in definition.members if not is_empty(m.type_)]
                if definition.is_record:
                    names = ["owner", *(n for n in names if n != "owner")]
                items = tuple([Access(operand, f".{n}") for n in names])
                return self._build(items, self.types.visible(type_, ""), span)
            case _:
                return self.compute("cast", (operand,), span, tail=f" as {self.types.text(type_)}")
