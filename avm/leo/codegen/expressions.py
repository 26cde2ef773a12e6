"""Expressions as instructions: each yields an operand and appends the instructions that compute it."""

from __future__ import annotations

from typing import TypeAlias

from avm.base.errors import ParseFailure, Unsupported
from avm.base.span import Span
from avm.data.literal import Literal
from avm.data.types import (
    DynamicFuture,
    DynamicRecord,
    PlaintextType,
    PlaintextValue,
    RecordValue,
    Visibility,
)
from avm.isa.instruction import Instruction
from avm.isa.operand import (
    ContextOperand,
    GeneratorPowers,
    Operand,
    ProgramId,
    Register,
    parse_operand,
)
from avm.isa.registry import ops
from avm.isa.types import CastType, InterfaceType, RegisterType
from avm.leo import ast
from avm.leo.ast import Variant
from avm.leo.budget import INSTRUCTIONS, require
from avm.leo.codegen.names import legal_name
from avm.leo.codegen.peephole import FALSE, TRUE
from avm.leo.codegen.types import TypeWriter, array_length
from avm.leo.compilation import Compilation, first_span
from avm.leo.intrinsics import INTRINSICS, Intrinsic
from avm.leo.lowering.purity import can_discard
from avm.leo.operators import OPERATORS, TERNARY
from avm.leo.type_rules import is_empty, literal_type
from avm.types.literal_type import LiteralType

Value: TypeAlias = "Operand | tuple[Operand, ...]"
"""What an expression gives: an operand, or those of a tuple."""
Types: TypeAlias = "tuple[CastType | RegisterType | InterfaceType, ...]"

_NUMERALS = {"Field": "field", "Group": "group", "Scalar": "scalar"}


def plain_numeral(text: str) -> str:
    """The numeral without leading zeros."""
    sign = "-" if text.startswith("-") else ""
    return sign + (text.removeprefix("-").lstrip("0") or "0")


def visibility(mode: ast.Mode | str) -> Visibility:
    """Who sees an input or output of that mode; private where none is written."""
    word = mode.value if isinstance(mode, ast.Mode) else mode
    return Visibility[(word or "private").upper()]


def _identifier(name: str) -> Literal:
    return Literal(LiteralType.IDENTIFIER, name)


class ExpressionWriter:
    """Writes the expressions of one function; `variables` holds the operand of every variable."""

    def __init__(self, compilation: Compilation, types: TypeWriter) -> None:
        self.compilation = compilation
        self.types = types
        self.program = types.program
        self.own = ProgramId(types.program)
        self.function_name = ""
        self.variables: dict[str, Value] = {}
        self.instructions: list[Instruction] = []
        self.exact_casts: set[int] = set()
        self.next_register = 0
        self.span: Span = ast.NO_SPAN

    # Registers and instructions ---------------------------------------------------------------------

    def register(self) -> int:
        self.next_register += 1
        return self.next_register - 1

    def emit(
        self,
        mnemonic: str,
        operands: tuple[Operand, ...],
        destinations: tuple[int, ...],
        span: Span,
        *,
        target: str = "",
        types: Types = (),
    ) -> None:
        place = first_span(span, self.span)
        instruction = Instruction(operands, destinations, target, types, op=ops()[mnemonic], span=place)
        self.instructions.append(instruction)
        self.compilation.builder.budget.step()
        require(INSTRUCTIONS, len(self.instructions), place)

    def compute(
        self,
        mnemonic: str,
        operands: tuple[Operand, ...],
        span: Span,
        *types: CastType | RegisterType,
        target: str = "",
    ) -> Register:
        """An instruction with one result."""
        register = self.register()
        self.emit(mnemonic, operands, (register,), span, target=target, types=types)
        return Register(register)

    def refused(self, reason: str, span: Span) -> ParseFailure:
        """The failure for what no instruction can say."""
        return ParseFailure(reason, place=first_span(span, self.span))

    def parsed(self, text: str, span: Span) -> Operand:
        """The operand that a literal of the source is."""
        try:
            return parse_operand(text)
        except ParseFailure as failure:
            raise self.refused(failure.message, span) from failure

    def part(self, whole: Operand, access: str | int, span: Span) -> Operand:
        """A member or an element of an operand."""
        if isinstance(whole, Register):
            return Register(whole.locator, (*whole.accesses, access))
        if isinstance(whole, GeneratorPowers) and whole.powers and isinstance(access, int):
            return GeneratorPowers(True, access)
        raise self.refused(f"an instruction cannot read a part of '{whole}', only of a register", span)

    # Expressions ------------------------------------------------------------------------------------

    def operand(self, node: ast.Expression) -> Operand:
        """The operand of an expression that has one value."""
        value = self.expression(node)
        if value is None or isinstance(value, tuple):
            raise Unsupported("An expression without a value as an operand", place=node.span)
        return value

    def operands(self, nodes: tuple[ast.Expression, ...]) -> tuple[Operand, ...]:
        found: list[Operand] = []
        for node in nodes:
            value = self.expression(node)
            if value is not None:
                found.extend(value if isinstance(value, tuple) else (value,))
        return tuple(found)

    def expression(self, node: ast.Expression) -> Value | None:
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
                return self._unary(node.op, (self.operand(node.receiver),), node.span)
            case ast.TernaryExpression():
                parts = tuple([self.operand(n) for n in (node.condition, node.if_true, node.if_false)])
                return self.compute(TERNARY, parts, node.span)
            case ast.CastExpression():
                return self._cast(node)
            case ast.ArrayExpression():
                return self.compute("cast", self.operands(node.elements), node.span, self._type(node))
            case ast.RepeatExpression():
                return self._repeat(node)
            case ast.CompositeExpression():
                return self._struct(node)
            case ast.ArrayAccess():
                index = ast.as_u32(node.index)
                if index is None:
                    raise Unsupported("An array index that is not constant", place=node.span)
                return self.part(self.operand(node.array), index, node.span)
            case ast.MemberAccess():
                return self._member(node)
            case ast.CallExpression():
                return self._call(node)
            case ast.IntrinsicExpression():
                return self._intrinsic(node)
            case ast.TupleExpression():
                return self.operands(node.elements)
            case ast.DynamicOpExpression():
                return self._dynamic(node)
            case _:
                raise Unsupported(f"{type(node).__name__} in generated code", place=node.span)

    def _type(self, node: ast.Expression) -> PlaintextType:
        return self.types.plaintext(self.compilation.types[node.id])

    def _path(self, node: ast.Path) -> Value:
        if node.location is not None:
            raise Unsupported("A global item as an operand", place=node.span)
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
                literal, value = literal_type(type_ or ast.ERR), ast.parse_integer(node.value)
                assert literal is not None and value is not None
                return Literal(literal, value)
            case "Boolean":
                return TRUE if node.value == "true" else FALSE
            case "Identifier":
                return _identifier(node.value)
            case "Address" | "Signature":
                return self.parsed(node.value, node.span)
            case _ if variant in _NUMERALS:
                return self.parsed(plain_numeral(node.value) + _NUMERALS[variant], node.span)
            case _:
                raise Unsupported(f"A literal of kind {variant}", place=node.span)

    def _unary(self, name: str, operands: tuple[Operand, ...], span: Span) -> Operand:
        operator = OPERATORS[name]
        types = () if operator.target is None else (operator.target,)
        return self.compute(operator.opcode, operands, span, *types)

    def _binary(self, node: ast.BinaryExpression) -> Operand:
        left, right = self.expression(node.left), self.expression(node.right)
        if left is None or right is None:
            return TRUE if node.op == "Eq" else FALSE
        assert not isinstance(left, tuple) and not isinstance(right, tuple)
        return self.compute(OPERATORS[node.op].opcode, (left, right), node.span)

    def _cast(self, node: ast.CastExpression) -> Operand:
        operand = self.operand(node.expression)
        source = self.compilation.types[node.expression.id]
        if source == node.type_:
            return operand
        made = self.compute("cast", (operand,), node.span, self.types.register(node.type_))
        if isinstance(source, ast.IntegerType) or source == ast.BOOLEAN:
            self.exact_casts.add(made.locator)
        return made

    def _repeat(self, node: ast.RepeatExpression) -> Operand:
        count = ast.as_u32(node.count)
        if count is None:
            raise Unsupported("A repeat count that is not constant", place=node.span)
        return self.compute("cast", (self.operand(node.expr),) * count, node.span, self._type(node))

    def _struct(self, node: ast.CompositeExpression) -> Operand:
        location = node.path.location
        assert location is not None
        record = self.types.index.record(location) is not None
        type_ = RecordValue(location.name) if record else self.types.struct(location)
        values = tuple([m.expression for m in node.members if m.expression is not None])
        return self.compute("cast", self.operands(values), node.span, type_)

    def _member(self, node: ast.MemberAccess) -> Operand:
        inner = self.operand(node.inner)
        member = self.part(inner, node.name.name, node.span)
        if self.compilation.types[node.inner.id] == ast.DYN_RECORD and node.name.name != "owner":
            return self.compute("get.record.dynamic", (member,), node.span, self._type(node))
        return member

    # Calls ------------------------------------------------------------------------------------------

    def _call(self, node: ast.CallExpression) -> Value:
        location = node.function.location
        assert location is not None
        callee = self.compilation.index.functions[location]
        arguments = self.operands(node.arguments)
        destinations = self._destinations(callee.output_type)
        if callee.variant is Variant.FINALIZE:
            destinations = (*destinations, self.register())
            self.emit("async", arguments, destinations, node.span, target=self.function_name)
        else:
            name = location.name if callee.variant is Variant.ENTRY_POINT else legal_name(location.path)
            target = name if location.program == self.program else f"{location.program}/{name}"
            self.emit("call", arguments, destinations, node.span, target=target)
        return _results(destinations)

    def _destinations(self, type_: ast.Type) -> tuple[int, ...]:
        if is_empty(type_):
            return ()
        count = len(type_.elements) if isinstance(type_, ast.TupleType) else 1
        return tuple([self.register() for _ in range(count)])

    def _dynamic(self, node: ast.DynamicOpExpression) -> Value:
        """`Interface@(target)::f(..)` and `Interface@(target)::mapping.get(..)`."""
        assert isinstance(node.interface, ast.CompositeType) and node.interface.path.location is not None
        interface = self.compilation.index.interface(node.interface.path.location)
        target = self.operand(node.target_program)
        network = _identifier("aleo") if node.network is None else self.operand(node.network)
        match node.kind:
            case ast.DynamicCall(function, arguments):
                found = next(f for f in interface.functions if f.name == function.name)
                records = {r.name for r in interface.records}
                inputs = [self._dynamic_input(i.mode, i.type_, records) for i in found.input]
                outputs = [self._dynamic_output(o.mode, o.type_, records) for o in found.output]
                operands = (target, network, _identifier(function.name), *self.operands(arguments))
                destinations = self._destinations(found.output_type)
                self.emit("call.dynamic", operands, destinations, node.span, types=(*inputs, *outputs))
                return _results(destinations)
            case ast.DynamicMemberOp(member, op, arguments):
                mapping = next(m for m in interface.mappings if m.name == member.name)
                operands = (target, network, _identifier(member.name), *self.operands(arguments))
                types = () if op.name == "contains" else (self.types.plaintext(mapping.value_type),)
                return self.compute(INTRINSICS[f"_dynamic_{op.name}"].opcode, operands, node.span, *types)
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

    def _dynamic_input(self, mode: ast.Mode | str, type_: ast.Type, records: set[str]) -> InterfaceType:
        if self._is_interface_record(type_, records):
            return DynamicRecord()
        return PlaintextValue(visibility(mode), self.types.plaintext(type_))

    def _dynamic_output(self, mode: ast.Mode | str, type_: ast.Type, records: set[str]) -> InterfaceType:
        if isinstance(type_, ast.FutureType):
            return DynamicFuture()
        if self._is_interface_record(type_, records):
            return DynamicRecord()
        return self.types.interface(type_, visibility(mode))

    def _dynamic_intrinsic(self, intrinsic: Intrinsic, node: ast.IntrinsicExpression) -> Value:
        """`_dynamic_call`, `_dynamic_get` and the like, with targets that are only known at run time."""
        operands = self.operands(node.arguments)
        if intrinsic.kind != "DynamicCall":
            named = tuple([self.types.plaintext(type_) for type_, _ in node.type_parameters])
            return self.compute(intrinsic.opcode, operands, node.span, *named)
        if node.input_types:
            inputs = [self._dynamic_input(m, t, set()) for m, t, _ in node.input_types]
        else:
            types = (self.compilation.types[a.id] for a in node.arguments[3:])
            inputs = [self._dynamic_input("", t, set()) for t in types]
        destinations = tuple([self.register() for _ in node.return_types])
        outputs = [self._dynamic_output(m, t, set()) for m, t, _ in node.return_types]
        self.emit("call.dynamic", operands, destinations, node.span, types=(*inputs, *outputs))
        return _results(destinations)

    # Built-in functions -----------------------------------------------------------------------------

    def _intrinsic(self, node: ast.IntrinsicExpression) -> Value | None:
        intrinsic = INTRINSICS[node.name]
        kind = intrinsic.kind
        if kind.startswith("Dynamic"):
            return self._dynamic_intrinsic(intrinsic, node)
        if kind.startswith(("Vector", "Optional")):
            raise Unsupported(f"The function {node.name} in generated code", place=node.span)
        if kind.startswith("Mapping"):
            return self._mapping(intrinsic, node)
        operands = self.operands(node.arguments)
        if kind in ("SelfId", "SelfAddress"):
            return self.own
        if intrinsic.operator:
            return self._unary(intrinsic.operator, operands, node.span)
        if intrinsic.operand:
            return self._known(intrinsic, operands, node.span)
        if kind == "FinalRun":
            self.emit(intrinsic.opcode, operands, (), node.span)
            return None
        return self.compute(intrinsic.opcode, operands, node.span, *self._named(intrinsic, node))

    def _named(self, intrinsic: Intrinsic, node: ast.IntrinsicExpression) -> tuple[PlaintextType, ...]:
        """The types that the instruction of a function names."""
        if intrinsic.kind in ("Hash", "Commit", "ChaChaRand"):
            assert intrinsic.result is not None
            return (self.types.plaintext(intrinsic.result),)
        if intrinsic.kind not in ("Serialize", "Deserialize"):
            return ()
        return self._type(node.arguments[0]), self._type(node)

    def _known(self, intrinsic: Intrinsic, operands: tuple[Operand, ...], span: Span) -> Operand:
        """What is known without an instruction, of the block, the caller or a program."""
        if not operands:
            return parse_operand(intrinsic.operand)
        program, *names = operands
        if not isinstance(program, ProgramId):
            raise self.refused(f"'{program}' is not the id of a program", span)
        about = [] if program.name == self.program else [program.name]
        for name in names:
            if not isinstance(name, Literal):
                raise self.refused(f"'{name}' is not the name of a function", span)
            about.append(str(name.value))
        return ContextOperand(intrinsic.operand, "/".join(about))

    def _mapping(self, intrinsic: Intrinsic, node: ast.IntrinsicExpression) -> Operand | None:
        path, opcode = node.arguments[0], intrinsic.opcode
        assert isinstance(path, ast.Path) and path.location is not None
        name, program = legal_name(path.location.path), path.location.program
        target = name if program == self.program else f"{program}/{name}"
        operands = self.operands(node.arguments[1:])
        match intrinsic.kind:
            case "MappingSet":
                key, value = operands
                self.emit(opcode, (value, key), (), node.span, target=target)
                return None
            case "MappingRemove":
                self.emit(opcode, operands, (), node.span, target=target)
                return None
            case _:
                return self.compute(opcode, operands, node.span, target=target)

    # Copies -----------------------------------------------------------------------------------------

    def copy(self, operand: Operand, type_: ast.Type, span: Span) -> Operand:
        """A fresh register with the same value, as outputs may not repeat."""
        parts: tuple[Operand, ...] = (operand,)
        if isinstance(type_, ast.ArrayType):
            parts = tuple([self.part(operand, i, span) for i in range(array_length(type_))])
        elif isinstance(type_, ast.CompositeType):
            assert type_.path.location is not None
            definition = self.compilation.index.composites[type_.path.location]
            names = [m.identifier.name for m in definition.laid_out if not is_empty(m.type_)]
            parts = tuple([self.part(operand, name, span) for name in names])
        return self.compute("cast", parts, span, self.types.register(type_))


def _results(destinations: tuple[int, ...]) -> Value:
    """The registers that a call fills: one alone, or as many as there are."""
    registers = tuple([Register(d) for d in destinations])
    return registers[0] if len(registers) == 1 else registers
