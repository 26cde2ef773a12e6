"""Checks of built-in functions: what their arguments must be and what they return."""

from __future__ import annotations

import re

from avm.base.limits import MAX_ARRAY_LENGTH, MAX_CIRCUITS, MAX_INSTANCES
from avm.base.span import Span
from avm.isa.ops.commitment import CommitOp
from avm.isa.ops.hashing import HashOp
from avm.isa.ops.verification import EcdsaVerifyOp
from avm.leo import ast
from avm.leo.intrinsics import BYTES_32, INTRINSICS, Intrinsic, bit_array
from avm.leo.type_rules import base_element_type, equivalent, size_in_bits
from avm.leo.typecheck.base import FINALIZE_READ, FINALIZE_WRITE, MAPPING_OR_VECTOR, OFFCHAIN_CALLER
from avm.leo.typecheck.dynamic import DynamicChecks

PROGRAM_ID = re.compile(r"[a-zA-Z][a-zA-Z0-9_]{0,30}\.aleo")
_NO_VALUE = (ast.MappingType, ast.TupleType)
_SERIALIZABLE = (
    ast.BOOLEAN,
    ast.FIELD,
    ast.GROUP,
    ast.SCALAR,
    ast.SIGNATURE,
    ast.ADDRESS,
    ast.STRING,
    ast.NUMERIC,
)
_FIXED = frozenset(
    {"GroupGen", "AleoGenerator", "AleoGeneratorPowers"}
    | {"SelfAddress", "SelfChecksum", "SelfEdition", "SelfId", "FinalRun", "ChaChaRand"}
)
_GUARDED = {
    "SelfCaller": ("std::ctx::caller()", OFFCHAIN_CALLER),
    "SelfSigner": ("std::ctx::signer()", OFFCHAIN_CALLER),
    "SelfProgramOwner": ("std::ctc::program_owner()", FINALIZE_READ),
    "BlockHeight": ("std::ctx::block_height()", FINALIZE_READ),
    "BlockTimestamp": ("std::ctx::block_timestamp()", FINALIZE_READ),
    "NetworkId": ("std::ctx::network_id()", FINALIZE_READ),
}

Argument = tuple[ast.Type, ast.Expression]


class IntrinsicChecks(DynamicChecks):
    """Built-in functions."""

    def on_IntrinsicExpression(self, node: ast.IntrinsicExpression, expected: ast.Type | None) -> ast.Type:
        for type_, _ in node.type_parameters:
            self.visit_type(type_)
        intrinsic = self._find(node)
        if intrinsic is None:
            return ast.ERR
        if intrinsic.kind == "DynamicCall":
            return self.check_dynamic_call_intrinsic(node, expected)
        if intrinsic.kind in ("DynamicContains", "DynamicGet", "DynamicGetOrUse"):
            return self.check_dynamic_mapping_intrinsic(intrinsic.kind, node, expected)
        on_chain = self.scope.variant is not None and self.scope.variant.is_onchain
        if not on_chain and self.final_block is None and intrinsic.is_finalize_only:
            self.report("operation_must_be_in_final_block_or_function", node.span)
        result = self._check(intrinsic, node, expected)
        self.assert_type(result, expected, node.span)
        if intrinsic.kind == "FinalRun" and len(node.arguments) != 1:
            self.report("can_only_run_one_final_at_a_time", node.span)
        return result

    def _find(self, node: ast.IntrinsicExpression) -> Intrinsic | None:
        if node.name in ("__unresolved_get", "__unresolved_set"):
            receiver = node.arguments[0]
            type_ = self.visit(receiver)
            self.assert_kind(type_, MAPPING_OR_VECTOR, "a vector or a mapping", receiver.span)
            container = {ast.VectorType: "vector", ast.MappingType: "mapping"}.get(type(type_))
            return INTRINSICS[f"_{container}_{node.name[-3:]}"] if container else None
        intrinsic = INTRINSICS.get(node.name)
        if intrinsic is None:
            self.report("invalid_intrinsic", node.span, intr=node.name)
            return None
        if intrinsic.kind == "Deserialize":
            if len(node.type_parameters) == 1:
                return intrinsic
            name = f"Deserialize::from_bits{'_raw' if intrinsic.raw else ''}"
            self.report("dynamic_intrinsic_missing_type_param", node.span, name=name)
            return None
        if node.type_parameters and not intrinsic.kind.startswith("Dynamic"):
            message = f"The intrinsic `{node.name}` cannot have type parameters."
            self.report("type_error_custom", node.span, msg=message)
            return None
        return intrinsic

    # Arguments ------------------------------------------------------------------------------------------

    def _arguments(
        self, kind: str, nodes: tuple[ast.Expression, ...], expected: ast.Type | None
    ) -> list[Argument]:
        if kind.startswith("Optional"):
            wanted = None if expected is None else ast.OptionalType(expected)
            types = [self.visit(nodes[0], wanted)]
            if kind == "OptionalUnwrapOr":
                inner = expected
                if expected is None and isinstance(types[0], ast.OptionalType):
                    inner = types[0].inner
                types.append(self.visit(nodes[1], inner))
        elif kind.startswith("Mapping"):
            container = self.visit(nodes[0])
            parts: tuple[ast.Type | None, ...] = (None, None)
            if isinstance(container, ast.MappingType):
                parts = (container.key, container.value)
            types = [container, *(self.visit(n, p) for n, p in zip(nodes[1:], parts, strict=False))]
        elif kind in ("VectorGet", "VectorSet", "VectorPush", "VectorSwapRemove"):
            container = self.visit(nodes[0])
            types = [container]
            if kind != "VectorPush":
                types.append(self.visit_u32(nodes[1]))
            if kind in ("VectorSet", "VectorPush"):
                element = container.element_type if isinstance(container, ast.VectorType) else None
                types.append(self.visit(nodes[-1], element))
        else:
            types = [self.visit_typed(n) for n in nodes]
        return list(zip(types, nodes, strict=True))

    def _check(
        self, intrinsic: Intrinsic, node: ast.IntrinsicExpression, expected: ast.Type | None
    ) -> ast.Type:
        if len(node.arguments) != intrinsic.arity:
            self.report(
                "incorrect_num_args_to_call",
                node.span,
                expected=intrinsic.arity,
                received=len(node.arguments),
            )
            return ast.ERR
        kind, span, result = intrinsic.kind, node.span, intrinsic.result or ast.ERR
        arguments = self._arguments(kind, node.arguments, expected)
        if kind in _FIXED:
            return result
        if kind in _GUARDED:
            name, need = _GUARDED[kind]
            self.check_access(name, need, span)
            if need == OFFCHAIN_CALLER and self.scope.function is not None:
                self.offchain_users[self.scope.location] = None
            return result
        if kind in ("ProgramChecksum", "ProgramEdition", "ProgramOwner"):
            type_, argument = arguments[0]
            self.assert_type(type_, ast.ADDRESS, argument.span)
            self._check_program_id(node.name, argument)
            return result
        if kind.startswith("Mapping"):
            return self._check_mapping(kind, arguments, span)
        if kind.startswith("Vector"):
            return self._check_vector(kind, arguments, span)
        match kind:
            case "Commit" | "Hash":
                return self._check_hash(intrinsic, arguments)
            case "ECDSAVerify":
                return self._check_ecdsa(intrinsic, arguments)
            case "SnarkVerify" | "SnarkVerifyBatch":
                return self._check_snark(kind, arguments, span)
            case "OptionalUnwrap" | "OptionalUnwrapOr":
                return self._check_optional(arguments)
            case "GroupToXCoordinate" | "GroupToYCoordinate":
                self.assert_type(arguments[0][0], ast.GROUP, arguments[0][1].span)
                return ast.FIELD
            case "SignatureVerify":
                self._assert_value(*arguments[2])
                self.assert_type(arguments[0][0], ast.SIGNATURE, arguments[0][1].span)
                self.assert_type(arguments[1][0], ast.ADDRESS, arguments[1][1].span)
                return ast.BOOLEAN
            case "FunctionChecksum":
                return self._check_function_checksum(arguments)
            case "Serialize":
                return self._check_serialize(intrinsic.raw, *arguments[0])
            case _:
                return self._check_deserialize(intrinsic.raw, node.type_parameters[0][0], *arguments[0])

    # Algorithms -----------------------------------------------------------------------------------------

    def _assert_value(self, type_: ast.Type, node: ast.Expression) -> None:
        if isinstance(type_, _NO_VALUE) or type_ == ast.UNIT:
            self.should_be(type_, "anything but a mapping, tuple, or unit", node.span)

    def _assert_pedersen(self, type_: ast.Type, node: ast.Expression, bits: int) -> None:
        if (
            type_ is ast.ERR
            or type_ == ast.BOOLEAN
            or (isinstance(type_, ast.IntegerType) and type_.bits < bits)
        ):
            return
        self.should_be(type_, f"an integer of less than {bits} bits or a bool", node.span)

    def _whole_bytes(self, type_: ast.Type, raw: bool, node: ast.Expression) -> bool:
        size = size_in_bits(type_, raw)
        if size is None or size % 8 == 0:
            return True
        self.should_be(type_, "a type with a size in bits that is a multiple of 8", node.span)
        return False

    def _check_hash(self, intrinsic: Intrinsic, arguments: list[Argument]) -> ast.Type:
        (type_, node), op = arguments[0], intrinsic.op
        assert isinstance(op, HashOp | CommitOp)
        is_hash = isinstance(op, HashOp)
        if isinstance(op, HashOp) and op.takes_whole_bytes and not self._whole_bytes(type_, True, node):
            return ast.ERR
        if op.longest is not None and not (is_hash and op.raw):
            self._assert_pedersen(type_, node, op.longest)
        else:
            self._assert_value(type_, node)
        if not is_hash:
            self.assert_type(arguments[1][0], ast.SCALAR, arguments[1][1].span)
        return intrinsic.result or ast.ERR

    def _assert_bytes(self, type_: ast.Type, node: ast.Expression, length: int) -> bool:
        wanted = f"a [u8; {length}]"
        if not isinstance(type_, ast.ArrayType):
            self.should_be(type_, wanted, node.span)
            return False
        self.assert_type(type_.element_type, ast.U8, node.span)
        if ast.as_u32(type_.length) not in (None, length):
            self.should_be(type_, wanted, node.span)
            return False
        return True

    def _check_ecdsa(self, intrinsic: Intrinsic, arguments: list[Argument]) -> ast.Type:
        op = intrinsic.op
        assert isinstance(op, EcdsaVerifyOp)
        if not self._assert_bytes(*arguments[0], 65):
            return ast.ERR
        if not self._assert_bytes(*arguments[1], 20 if op.ethereum else 33):
            return ast.ERR
        type_, node = arguments[2]
        self._assert_value(type_, node)
        if op.hash_name == "digest" and not self._assert_bytes(type_, node, 32):
            return ast.ERR
        if op.raw and not self._whole_bytes(type_, True, node):
            return ast.ERR
        return ast.BOOLEAN

    def _assert_dimensions(
        self, argument: Argument, depth: int, element: ast.Type, wanted: str
    ) -> list[ast.ArrayType]:
        """The nested array types of an argument that must have exactly this depth; empty if it has not."""
        type_, node = argument
        layers: list[ast.ArrayType] = []
        inner: ast.Type = type_
        while isinstance(inner, ast.ArrayType) and len(layers) < depth:
            layers.append(inner)
            inner = inner.element_type
        if len(layers) < depth or isinstance(inner, ast.ArrayType):
            self.should_be(type_, wanted, node.span)
            return []
        self.assert_type(inner, element, node.span)
        return layers

    def _check_snark(self, kind: str, arguments: list[Argument], span: Span) -> ast.Type:
        batch = kind == "SnarkVerifyBatch"
        self.check_access("Snark::verify_batch" if batch else "Snark::verify", FINALIZE_READ, span)
        keys = self._assert_dimensions(
            arguments[0], 2 if batch else 1, ast.U8, "a [[u8; N]; M]" if batch else "a [u8; N]"
        )
        if not keys:
            return ast.ERR
        self.assert_type(arguments[1][0], ast.U8, arguments[1][1].span)
        inputs = self._assert_dimensions(
            arguments[2], 3 if batch else 1, ast.FIELD, "a [[[field; N]; M]; K]" if batch else "a [field; N]"
        )
        if not inputs:
            return ast.ERR
        if batch:
            self._check_batch_sizes(keys, inputs, arguments)
        return ast.BOOLEAN if self._assert_dimensions(arguments[3], 1, ast.U8, "a [u8; N]") else ast.ERR

    def _check_batch_sizes(
        self, keys: list[ast.ArrayType], inputs: list[ast.ArrayType], arguments: list[Argument]
    ) -> None:
        key_span, input_span = arguments[0][1].span, arguments[2][1].span
        key_count, circuits = ast.as_u32(keys[0].length), ast.as_u32(inputs[0].length)
        if key_count is None or circuits is None:
            message = (
                "The outer dimensions of the `Snark::verify_batch` arguments must be statically known "
                "integer literals."
            )
            self.report("type_error_custom", key_span, msg=message)
            return
        if key_count != circuits:
            message = (
                f"The number of verifying keys ({key_count}) must match the number of circuits in the "
                f"inputs ({circuits})."
            )
            self.report("type_error_custom", key_span, msg=message)
        if circuits > MAX_CIRCUITS:
            self.report("array_too_large", input_span, size=circuits, max=MAX_CIRCUITS)
        instances = ast.as_u32(inputs[1].length)
        if instances is not None and circuits * instances > MAX_INSTANCES:
            self.report("array_too_large", input_span, size=circuits * instances, max=MAX_INSTANCES)

    # State ----------------------------------------------------------------------------------------------

    def _is_path(self, module: str, operation: str, kind: str, node: ast.Expression) -> bool:
        if isinstance(node, ast.Path):
            return True
        self.report(
            "storage_op_requires_path_receiver", node.span, module=module, operation=operation, kind=kind
        )
        return False

    def _is_own(self, operation: str, kind: str, node: ast.Expression, span: Span) -> bool:
        assert isinstance(node, ast.Path)
        if node.program in (None, self.scope.unit):
            return True
        allowed = "`get` and `len`" if kind == "vector" else "`contains`, `get`, and `get_or_use`"
        self.report("cannot_modify_external_container", span, operation=operation, kind=kind, allowed=allowed)
        return False

    def _check_mapping(self, kind: str, arguments: list[Argument], span: Span) -> ast.Type:
        type_, node = arguments[0]
        operation = {"MappingGetOrUse": "get_or_use"}.get(kind, kind.removeprefix("Mapping").lower())
        writes = operation in ("set", "remove")
        type_first = operation in ("get", "set")
        need = FINALIZE_WRITE if writes else FINALIZE_READ
        if not type_first:
            self.check_access(f"Mapping::{operation}", need, span)
        if not isinstance(type_, ast.MappingType):
            self.assert_kind(type_, ast.MappingType, "a mapping", node.span)
            return ast.ERR
        if type_first:
            self.check_access(f"Mapping::{operation}", need, span)
        if not self._is_path("Mapping", operation, "mapping", node):
            return ast.ERR
        if writes:
            return ast.UNIT if self._is_own(operation, "mapping", node, span) else ast.ERR
        return ast.BOOLEAN if operation == "contains" else type_.value

    def _check_vector(self, kind: str, arguments: list[Argument], span: Span) -> ast.Type:
        type_, node = arguments[0]
        operation = {"VectorSwapRemove": "swap_remove"}.get(kind, kind.removeprefix("Vector").lower())
        writes = operation not in ("get", "len")
        access_first = operation in ("len", "pop", "swap_remove")
        need = FINALIZE_WRITE if writes else FINALIZE_READ
        if access_first:
            self.check_access(f"Vector::{operation}", need, span)
        if not isinstance(type_, ast.VectorType):
            if operation in ("get", "set"):
                self.assert_kind(type_, MAPPING_OR_VECTOR, "a vector or a mapping", node.span)
            else:
                self.assert_kind(type_, ast.VectorType, "a vector", node.span)
            return ast.ERR
        if operation == "push":
            self.assert_type(arguments[1][0], type_.element_type, arguments[1][1].span)
        if not access_first:
            self.check_access(f"Vector::{operation}", need, span)
        if not self._is_path("Vector", operation, "storage vector", node):
            return ast.ERR
        if writes and not self._is_own(operation, "vector", node, span):
            return ast.ERR
        match operation:
            case "get" | "pop":
                return ast.OptionalType(type_.element_type)
            case "len":
                return ast.U32
            case "swap_remove":
                return type_.element_type
            case _:
                return ast.UNIT

    def _check_optional(self, arguments: list[Argument]) -> ast.Type:
        type_, node = arguments[0]
        self.assert_kind(type_, ast.OptionalType, "an optional", node.span)
        if not isinstance(type_, ast.OptionalType):
            return ast.ERR
        if len(arguments) == 2:
            self.assert_type(arguments[1][0], type_.inner, arguments[1][1].span)
        return type_.inner

    # Programs and bits ----------------------------------------------------------------------------------

    def _check_program_id(self, name: str, node: ast.Expression) -> str | None:
        if isinstance(node, ast.Literal):
            if node.variant == "Address" and PROGRAM_ID.fullmatch(node.value):
                return node.value
            message = f"`{name}` must be called on a program ID, e.g. `foo.aleo`"
            self.report("type_error_custom", node.span, msg=message)
            return None
        function = self.symbols.functions.get(self.scope.location) if self.scope.function else None
        if function is None or not self.has_annotation(function, "_program_id_arg"):
            message = f"`{name}` must be called on a program ID literal, e.g. `foo.aleo`"
            self.report("type_error_custom", node.span, msg=message)
        return None

    def _check_function_checksum(self, arguments: list[Argument]) -> ast.Type:
        (program_type, program), (name_type, name) = arguments
        self.assert_type(program_type, ast.ADDRESS, program.span)
        self.assert_type(name_type, ast.IDENTIFIER, name.span)
        program_id = self._check_program_id("_function_checksum", program)
        if program_id is not None and isinstance(name, ast.Literal) and name.variant == "Identifier":
            function = self.symbols.functions.get(ast.Location(program_id, (name.value,)))
            if function is None or not function.variant.is_externally_callable:
                message = f"`{name.value}` must be an entry function or a view function of `{program_id}`"
                self.report("type_error_custom", name.span, msg=message)
        return BYTES_32

    def _fits(self, size: int, what: str, span: Span) -> bool:
        limit = MAX_ARRAY_LENGTH
        message = ""
        if size > limit:
            message = f"{what} is too large. Found {size} bits, but the maximum allowed is {limit} bits."
        elif size == 0:
            message = f"{what} is empty."
        if message:
            self.report("type_error_custom", span, msg=message)
        return not message

    def _check_serialize(self, raw: bool, type_: ast.Type, node: ast.Expression) -> ast.Type:
        base = base_element_type(type_) if isinstance(type_, ast.ArrayType) else type_
        if not isinstance(base, ast.IntegerType) and base not in _SERIALIZABLE:
            wanted = "a literal type or an (multi-dimensional) array of literal types"
            self.should_be(type_, wanted, node.span)
            return ast.ERR
        size = size_in_bits(type_, raw)
        if size is None or not self._fits(size, "The input type to `Serialize::*`", node.span):
            return ast.ERR
        return bit_array(size)

    def _check_deserialize(
        self, raw: bool, target: ast.Type, type_: ast.Type, node: ast.Expression
    ) -> ast.Type:
        size = size_in_bits(target, raw)
        if size is not None:
            if not self._fits(size, "The output type of `Deserialize::*`", node.span):
                return ast.ERR
            if not equivalent(type_, bit_array(size)):
                self.should_be(type_, f"an array of {size} bits", node.span)
                return ast.ERR
        return target
