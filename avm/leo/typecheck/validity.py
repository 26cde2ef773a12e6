"""Which types may stand where: in definitions, members, optionals, storage, mappings, signatures."""

from __future__ import annotations

from collections.abc import Iterator

from avm.base.limits import MAX_ARRAY_LENGTH, MAX_INPUTS, MAX_OUTPUTS
from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast.printer import show, show_path
from avm.leo.type_rules import is_empty, valid_for_const_generic
from avm.leo.typecheck.base import Checker

_NO_INPUT_MODES = {
    ast.Variant.FN: "regular `fn`",
    ast.Variant.FINALIZE: "`final fn`",
    ast.Variant.FINAL_FN: "`final fn`",
    ast.Variant.VIEW: "`view fn`",
}
_STORAGE_KINDS: dict[type[ast.Type], str] = {
    ast.FutureType: "future",
    ast.OptionalType: "optional",
    ast.MappingType: "mapping",
    ast.TupleType: "tuple",
}
_STORAGE_WORDS: dict[ast.Type, str] = {
    ast.UNIT: "unit",
    ast.STRING: "string",
    ast.IDENTIFIER: "identifier",
    ast.DYN_RECORD: "dyn record",
}


class Validity(Checker):
    """Checks of types as written."""

    def visit_type(self, type_: ast.Type) -> None:
        """Check the expressions inside a type: array lengths and const arguments."""
        if isinstance(type_, ast.CompositeType):
            self._visit_composite_type(type_)
            return
        for inner in ast.child_types(type_):
            self.visit_type(inner)
        if isinstance(type_, ast.ArrayType):
            self.visit_u32(type_.length)

    def _visit_composite_type(self, type_: ast.CompositeType) -> None:
        composite = self.composite_of(type_)
        span = type_.path.span
        if composite is None:
            if type_.const_arguments:
                self.report("unexpected_const_args", span, item=show(type_))
            return
        self.check_const_arguments(composite, type_.const_arguments, "composite type", span)

    def assert_valid(self, type_: ast.Type, span: Span) -> None:
        match type_:
            case ast.CompositeType():
                location = type_.path.location
                composite = self.lookup_composite(location)
                if location is None or composite is None:
                    self.report("undefined_type", span, type_=show_path(type_.path))
                else:
                    self.check_composite_access(location, composite, span)
            case ast.TupleType():
                for inner in type_.elements:
                    self.assert_valid(inner, span)
            case ast.MappingType():
                self.assert_valid(type_.key, span)
                self.assert_valid(type_.value, span)
            case ast.ArrayType():
                self._assert_valid_array(type_, span)
            case ast.OptionalType():
                if self.barred_in_optional(type_.inner, set()):
                    self.report("optional_wrapping_unsupported", span, ty=show(type_.inner))
                self.assert_valid(type_.inner, span)
            case ast.VectorType():
                self.report("vector_type_only_in_storage", span)
            case _:
                if type_ == ast.UNIT:
                    self.report("unit_type_only_return", span)
                elif type_ == ast.STRING:
                    self.report("strings_are_not_supported", span)

    def _assert_valid_array(self, type_: ast.ArrayType, span: Span) -> None:
        length = ast.as_u32(type_.length)
        if length is not None:
            if length > MAX_ARRAY_LENGTH:
                self.report("array_too_large", span, size=length, max=MAX_ARRAY_LENGTH)
        elif isinstance(type_.length, ast.Literal):
            self.report("array_too_large_for_u32", span)
        match type_.element_type:
            case ast.FutureType():
                self.report("array_element_cannot_be_final", span)
            case ast.TupleType():
                self.report("array_element_cannot_be_tuple", span)
            case element if self.is_record(element):
                self.report("array_element_cannot_be_record", span)
        self.assert_valid(type_.element_type, span)

    def barred_in_optional(self, type_: ast.Type, seen: set[tuple[ast.Symbol, ...]]) -> bool:
        match type_:
            case ast.FutureType() | ast.IdentType() | ast.MappingType():
                return True
            case ast.OptionalType() | ast.TupleType() | ast.VectorType():
                return True
            case ast.CompositeType():
                location = type_.path.location
                if location is None or location.path in seen:
                    return False
                seen.add(location.path)
                composite = self.lookup_composite(location)
                if composite is None:
                    return False
                return composite.is_record or any(
                    self.barred_in_optional(self.unwrapped(m.type_) or ast.ERR, seen)
                    for m in composite.members
                )
            case ast.ArrayType():
                return self.barred_in_optional(self.unwrapped(type_.element_type) or ast.ERR, seen)
            case _:
                return type_ in (ast.UNIT, ast.ERR, ast.STRING, ast.IDENTIFIER, ast.DYN_RECORD)

    def assert_storage(self, type_: ast.Type, span: Span) -> None:
        """What storage holds."""
        for word in self._storage_faults(type_, set()):
            self.report("invalid_storage_type", span, type_=word)

    def _storage_faults(self, type_: ast.Type, seen: set[ast.Location]) -> Iterator[str]:
        """What storage does not hold in a type; a struct is looked at once, as structs of structs double."""
        if is_empty(type_):
            yield "A zero sized type"
        match type_:
            case ast.CompositeType():
                yield from self._stored_composite(type_, seen)
            case ast.ArrayType() | ast.VectorType():
                length = ast.as_u32(type_.length) if isinstance(type_, ast.ArrayType) else None
                if length is not None and not 0 < length <= MAX_ARRAY_LENGTH:
                    yield "array"
                element = type_.element_type
                if isinstance(element, ast.FutureType | ast.TupleType | ast.OptionalType):
                    yield _STORAGE_KINDS[type(element)]
                yield from self._storage_faults(element, seen)
            case _:
                word = _STORAGE_KINDS.get(type(type_)) or _STORAGE_WORDS.get(type_)
                if word is not None:
                    yield word

    def _stored_composite(self, type_: ast.CompositeType, seen: set[ast.Location]) -> Iterator[str]:
        composite, location = self.composite_of(type_), type_.path.location
        if composite is None:
            yield "undefined composite"
        elif composite.is_record:
            yield "record"
        elif location is not None and location not in seen:
            seen.add(location)
            for member in composite.members:
                yield from self._storage_faults(member.type_, seen)

    def assert_mapping_part(self, type_: ast.Type, part: str, span: Span) -> None:
        """A mapping's `key` or `value` type."""

        def bad(word: str) -> None:
            self.report("invalid_mapping_type", span, component=part, type_=word)

        self.assert_valid(type_, span)
        match type_:
            case ast.FutureType():
                bad("future")
            case ast.TupleType():
                bad("tuple")
            case ast.CompositeType():
                composite = self.composite_of(type_)
                if composite is None:
                    self.report("undefined_type", span, type_=show(type_))
                elif composite.is_record:
                    bad("record")
            case ast.MappingType():
                bad("mapping")
            case _ if type_ == ast.DYN_RECORD:
                bad("dyn record")
        if is_empty(type_):
            bad("zero sized type")
        if self.contains_optional(type_):
            self.report("optional_type_not_allowed_in_mapping", span, ty=show(type_), kind=part)

    def assert_member_no_record(self, type_: ast.Type, parent: str, span: Span) -> None:
        if isinstance(type_, ast.TupleType):
            for inner in type_.elements:
                self.assert_member_no_record(inner, parent, span)
        elif self.is_record(type_):
            child = show_path(type_.path) if isinstance(type_, ast.CompositeType) else show(type_)
            self.report("struct_or_record_cannot_contain_record", span, parent=parent, child=child)

    # Signatures -----------------------------------------------------------------------------------------

    def check_signature(self, function: ast.Function, is_stub: bool) -> None:
        self.scope.variant = function.variant
        self._check_const_parameters(function)
        entry_like = function.variant in (ast.Variant.ENTRY_POINT, ast.Variant.FINALIZE, ast.Variant.VIEW)
        span = function.identifier.span
        if entry_like and len(function.input) > MAX_INPUTS:
            self.report(
                "function_has_too_many_inputs",
                span,
                variant=function.variant.value,
                name=function.name,
                limit=MAX_INPUTS,
                actual=len(function.input),
            )
        location = ast.Location(self.scope.unit, (*self.scope.module, function.name))
        inferred = self.called_with.get(location, ()) if function.variant is ast.Variant.FINALIZE else ()
        for i, input_ in enumerate(function.input):
            type_ = inferred[i] if i < len(inferred) else input_.type_
            self._check_input(function, input_, type_, is_stub)
        if len(function.output) > MAX_OUTPUTS and function.variant.is_externally_callable:
            self.report(
                "function_has_too_many_outputs",
                span,
                variant=function.variant.value,
                name=function.name,
                limit=MAX_OUTPUTS,
                actual=len(function.output),
            )
        for index, output in enumerate(function.output):
            self._check_output(function, index, output)
        self.visit_type(function.output_type)

    def check_const_parameter(self, identifier: ast.Identifier, type_: ast.Type, span: Span) -> None:
        self.visit_type(type_)
        if not valid_for_const_generic(type_):
            self.report("bad_const_generic_type", span, found=show(type_))
        self.symbols.set_local_type(identifier.name, type_)
        self.types[identifier.id] = type_

    def _check_const_parameters(self, function: ast.Function) -> None:
        span = function.identifier.span
        no_inline = self.has_annotation(function, "no_inline")
        if function.const_parameters:
            kind = ""
            if no_inline:
                kind = "functions annotated with `@no_inline`"
            elif function.variant is ast.Variant.ENTRY_POINT:
                kind = "entry point functions"
            elif function.variant is ast.Variant.VIEW:
                kind = "`view fn` functions"
            if kind:
                self.report("cannot_have_const_generics", span, kind=kind)
        if function.variant is ast.Variant.FINAL_FN and no_inline:
            self.report("no_inline_not_allowed_on_final_fn", span)
        for parameter in function.const_parameters:
            self.check_const_parameter(parameter.identifier, parameter.type_, parameter.span)

    def _check_input(self, function: ast.Function, input_: ast.Input, type_: ast.Type, is_stub: bool) -> None:
        span = input_.span
        is_entry = function.variant is ast.Variant.ENTRY_POINT
        self.visit_type(input_.type_)
        self.assert_valid(type_, span)
        if isinstance(type_, ast.TupleType):
            self.report("function_cannot_take_tuple_as_input", span)
        if self.contains_optional(type_) and is_entry:
            self.report(
                "function_cannot_take_option_as_input", span, name=input_.identifier.name, ty=show(type_)
            )
        if isinstance(type_, ast.CompositeType) and not is_entry:
            composite = self.composite_of(type_)
            if composite is None:
                self.report("undefined_type", span, type_=show_path(type_.path))
            elif composite.is_record:
                self.report("function_cannot_input_or_output_a_record", span)
        if is_entry and input_.mode is ast.Mode.CONSTANT:
            self.report("entry_point_fn_inputs_cannot_be_const", span)
        elif not is_entry and input_.mode is not ast.Mode.NONE:
            self.report("function_inputs_cannot_have_modes", span, kind=_NO_INPUT_MODES[function.variant])
        if is_entry and input_.mode is not ast.Mode.NONE:
            kind = self._modeless_kind(type_)
            if kind:
                self.report("cannot_have_mode", span, kind=kind)
        if isinstance(type_, ast.FutureType) and not function.variant.is_finalize_context:
            self.report("no_final_parameters", span)
        if not is_stub:
            self.symbols.set_local_type(input_.identifier.name, type_)
            self.types[input_.identifier.id] = type_

    def _modeless_kind(self, type_: ast.Type) -> str:
        """How diagnostics call a type that has no visibility."""
        if self.is_record(type_):
            return "record"
        return "`Final`" if isinstance(type_, ast.FutureType) else ""

    def _check_output(self, function: ast.Function, index: int, output: ast.Output) -> None:
        type_, span = output.type_, output.span
        is_entry = function.variant is ast.Variant.ENTRY_POINT
        self.visit_type(type_)
        composite = self.composite_of(type_)
        if composite is not None and composite.is_record and not is_entry:
            self.report("function_cannot_input_or_output_a_record", span)
        self.assert_valid(type_, span)
        if isinstance(type_, ast.TupleType):
            self.report("nested_tuple_type", span)
        if self.contains_optional(type_) and is_entry:
            self.report("function_cannot_return_option_as_output", span, ty=show(type_))
        kind = self._modeless_kind(type_)
        if kind:
            if is_entry and output.mode is not ast.Mode.NONE:
                self.report("cannot_have_mode", span, kind=kind)
        elif output.mode is ast.Mode.CONSTANT:
            self.report("cannot_have_constant_output_mode", span)
        for variant, word in ((ast.Variant.VIEW, "`view fn`"), (ast.Variant.FINAL_FN, "`final fn`")):
            if function.variant is variant and output.mode is not ast.Mode.NONE:
                self.report("function_outputs_cannot_have_modes", span, kind=word)
        is_future = isinstance(type_, ast.FutureType)
        is_last = index == len(function.output) - 1
        if function.has_final_output and is_entry and is_future != is_last:
            self.report("entry_point_fn_final_invalid_output", span)
        if not is_entry and is_future:
            self.report("only_entry_point_can_return_final", span)
