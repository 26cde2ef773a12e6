"""Checks of items and whole units, in the order of the reference compiler: stubs, modules, program."""

from __future__ import annotations

from itertools import pairwise

from avm.base.limits import MAX_FUNCTIONS, MAX_LEO_MAPPINGS
from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast.printer import show
from avm.leo.digraph import Cycle
from avm.leo.type_rules import equivalent, is_empty
from avm.leo.typecheck.constructor import UpgradeError, upgrade_variant
from avm.leo.typecheck.statements import StatementChecks

_PUBLIC_ANNOTATIONS = ("test", "should_fail", "no_inline", "inline")
_STD_ANNOTATIONS = ("_caller_annotation", "_program_id_arg", "_callable_function_arg", "_onchain_context")


class TypeChecker(StatementChecks):
    """The whole of type checking."""

    # Units ----------------------------------------------------------------------------------------------

    def namespace(self, space: ast.Namespace) -> None:
        """Check all items of a namespace."""
        self.scope.unit, self.scope.module = space.name, space.path
        self.scope.is_stub = isinstance(space, ast.AleoProgram)
        if isinstance(space, ast.ProgramScope):
            self.check_parents(space.parents)
            self._check_record_prefixes(space)
        data = (
            (space.composites, space.consts)
            if isinstance(space, ast.Library)
            else (space.consts, space.composites)
        )
        for item in (*data[0], *data[1]):
            if isinstance(item, ast.Composite):
                self.composite(item)
            else:
                self.on_ConstDeclaration(item)
        if isinstance(space, ast.ProgramScope):
            self._check_composite_cycles()
        for mapping in space.mappings:
            self.mapping(mapping)
        for storage in space.storage_variables:
            self.storage(storage)
        if len(space.mappings) > MAX_LEO_MAPPINGS and isinstance(space, ast.ProgramScope):
            self.report("too_many_mappings", space.program_id.span, max=MAX_LEO_MAPPINGS)
        for interface in space.interfaces:
            self.interface(interface)
        for function in space.functions:
            if isinstance(function, ast.Function):
                self.function(function)
            else:
                self.function_stub(function)
        if isinstance(space, ast.ProgramScope):
            self._finish_scope(space)

    def _finish_scope(self, scope: ast.ProgramScope) -> None:
        if scope.constructor is not None:
            self.constructor(scope.constructor)
        self._check_call_cycles()
        span = scope.program_id.span
        entries = sum(f.variant is ast.Variant.ENTRY_POINT for f in scope.functions)
        if entries > MAX_FUNCTIONS:
            self.report("too_many_entry_points", span, max=MAX_FUNCTIONS)
        elif entries == 0:
            self.report("no_entry_points", span)
        if scope.constructor is None:
            self.report("missing_constructor", span)

    def _check_record_prefixes(self, scope: ast.ProgramScope) -> None:
        records = {c.name: c.identifier.span for c in scope.composites if c.is_record}
        for previous, current in pairwise(sorted(records)):
            if current.startswith(previous):
                self.report("record_prefixed_by_other_record", records[current], r1=current, r2=previous)

    def _check_composite_cycles(self) -> None:
        try:
            self.compilation.composite_graph.post_order()
        except Cycle as cycle:
            first = cycle.path[0]
            composite = self.symbols.composite(first.program, first)
            span = None if composite is None else composite.identifier.span
            path = " --> ".join(f"`{location}`" for location in cycle.path)
            self.report("cyclic_composite_dependency", span, path_string=path)

    def _check_call_cycles(self) -> None:
        try:
            self.compilation.call_graph.post_order()
        except Cycle as cycle:
            path = " --> ".join(f"`{location}`" for location in cycle.path)
            self.report("cyclic_function_dependency", None, path_string=path)

    # Interfaces -----------------------------------------------------------------------------------------

    def interface(self, interface: ast.Interface) -> None:
        self.check_parents(interface.parents)
        for prototype in interface.functions:
            if prototype.const_parameters:
                kind = "entry point functions"
                self.report("cannot_have_const_generics", prototype.identifier.span, kind=kind)
        for item in (*interface.functions, *interface.records, *interface.mappings, *interface.storages):
            for type_ in ast.child_types(item):
                self.visit_type(type_)

    # Data -----------------------------------------------------------------------------------------------

    def composite(self, composite: ast.Composite) -> None:
        # What a struct of the program holds is used only if the struct is: its edges in the graph say so.
        main = self.compilation.tree.scope.name if isinstance(self.compilation.tree, ast.Program) else ""
        self.notes_uses = composite.is_record or self.scope.unit != main
        self._composite(composite)
        self.notes_uses = True

    def _composite(self, composite: ast.Composite) -> None:
        with self.in_conditional_scope(), self.in_scope(composite.id):
            if composite.is_record and composite.const_parameters:
                self.report("unexpected_record_const_parameters", composite.span)
            else:
                for parameter in composite.const_parameters:
                    self.bind_here(parameter.identifier.name)
                for parameter in composite.const_parameters:
                    self.check_const_parameter(parameter.identifier, parameter.type_, parameter.span)
            for member in composite.members:
                self.visit_type(member.type_)
        self._check_member_names(composite)
        if composite.is_record:
            self._check_record(composite)
        elif not composite.members:
            self.report("empty_struct", composite.span)
        elif all(is_empty(member.type_) for member in composite.members):
            self.report("zero_size_struct", composite.span)
        if not (composite.is_record and self.scope.is_stub):
            self._check_member_types(composite)

    def _check_member_names(self, composite: ast.Composite) -> None:
        used = set()
        for member in composite.members:
            self.assert_valid(member.type_, member.span)
            name = member.identifier.name
            if name not in used:
                used.add(name)
            elif composite.is_record:
                self.report("duplicate_record_variable", member.span, variable_name=name)
            else:
                self.report("duplicate_struct_member", member.span, member_name=name)

    def _check_record(self, composite: ast.Composite) -> None:
        owner = next((m for m in composite.members if m.identifier.name == "owner"), None)
        if owner is None:
            self.report("required_record_variable", composite.span, name="owner", type_="address")
        elif not equivalent(ast.ADDRESS, owner.type_):
            self.report("record_var_wrong_type", composite.span, name="owner", type_="address")
        for member in composite.members:
            if self.contains_optional(member.type_):
                self.report(
                    "record_field_cannot_be_optional",
                    member.span,
                    name=member.identifier.name,
                    ty=show(member.type_),
                )

    def _check_member_types(self, composite: ast.Composite) -> None:
        kind = "record" if composite.is_record else "struct"
        location = ast.Location(self.scope.unit, (*self.scope.module, composite.name))
        for member in composite.members:
            span = member.identifier.span
            if isinstance(member.type_, ast.TupleType):
                self.report("composite_data_type_cannot_contain_tuple", span, data_type=kind)
            elif isinstance(member.type_, ast.FutureType):
                self.report("composite_data_type_cannot_contain_final", span, data_type=kind)
            self.assert_member_no_record(member.type_, composite.name, span)
            self._add_dependencies(member.type_, location)
            if not composite.is_record and member.mode is not ast.Mode.NONE:
                self.report("struct_cannot_have_member_mode", member.span)

    def _add_dependencies(self, type_: ast.Type, location: ast.Location) -> None:
        if isinstance(type_, ast.CompositeType) and type_.path.location is not None:
            self.compilation.composite_graph.add_edge(location, type_.path.location)
        if not isinstance(type_, ast.FutureType):
            for inner in ast.child_types(type_):
                self._add_dependencies(inner, location)

    def mapping(self, mapping: ast.Mapping) -> None:
        self.visit_type(mapping.key_type)
        self.visit_type(mapping.value_type)
        self.assert_mapping_part(mapping.key_type, "key", mapping.span)
        self.assert_mapping_part(mapping.value_type, "value", mapping.span)

    def storage(self, storage: ast.StorageVariable) -> None:
        self.visit_type(storage.type_)
        type_ = storage.type_.element_type if isinstance(storage.type_, ast.VectorType) else storage.type_
        self.assert_storage(type_, storage.span)

    # Functions ------------------------------------------------------------------------------------------

    def function(self, function: ast.Function) -> None:
        self.scope.reset()
        self.scope.variant = function.variant
        self._check_annotations_of(function)
        self.scope.has_onchain_context = self.has_annotation(function, "_onchain_context")
        with self.in_conditional_scope(), self.in_scope(function.id):
            for parameter in function.const_parameters:
                self.bind_here(parameter.identifier.name)
            for input_ in function.input:
                self.bind_here(input_.identifier.name)
            self.scope.function = function.name
            self.check_signature(function, is_stub=False)
            self.on_Block(function.block)
            if function.output_type != ast.UNIT and not self.scope.has_return:
                self.report("missing_return", function.span)
        self.scope.reset()

    def _annotation_error(self, message: str, span: Span) -> None:
        self.report("annotation_error", span, message=message)

    def _check_annotations_of(self, function: ast.Function) -> None:
        by_name: dict[str, list[ast.Annotation]] = {}
        for annotation in function.annotations:
            name = annotation.identifier.name
            by_name.setdefault(name, []).append(annotation)
            internal = name in _STD_ANNOTATIONS and self.scope.unit == "std"
            if name not in _PUBLIC_ANNOTATIONS and not internal:
                self.report("unknown_annotation", annotation.span, annotation=f"@{name}")
        for name, keys in (("test", ("private_key",)), ("should_fail", ())):
            found = by_name.get(name, [])
            if found:
                span = found[0].span
                for key in found[0].map:
                    if key not in keys:
                        self._annotation_error(f"Invalid key `{key}` for annotation @{name}", span)
                if len(found) > 1:
                    self._annotation_error(f"Duplicate annotation @{name}", span)
        for name in ("test", "should_fail"):
            if name in by_name and not self.compilation.is_test:
                message = f"Test annotation @{name} appears outside of tests"
                self._annotation_error(message, by_name[name][0].span)
        has_test = "test" in by_name
        if "should_fail" in by_name and not has_test:
            message = "Annotation @should_fail appears without @test"
            self._annotation_error(message, by_name["should_fail"][0].span)
        if has_test and function.variant is not ast.Variant.ENTRY_POINT:
            message = "Annotation @test may appear only on transitions"
            self._annotation_error(message, by_name["test"][0].span)
        if has_test and function.input:
            self._annotation_error("A test procedure cannot have inputs", function.input[0].span)

    def function_stub(self, stub: ast.FunctionStub) -> None:
        if stub.variant is ast.Variant.FINALIZE:
            inputs = []
            for input_ in stub.input:
                type_ = input_.type_
                if isinstance(type_, ast.FutureType) and type_.location is not None:
                    known = self.final_inputs.get(type_.location, ())
                    type_ = ast.FutureType(known, type_.location, True)
                inputs.append(type_)
            self.final_inputs[ast.Location(self.scope.unit, (stub.name,))] = tuple(inputs)
        self.check_signature(stub.as_function(), is_stub=True)

    # Constructor ----------------------------------------------------------------------------------------

    def constructor(self, constructor: ast.Constructor) -> None:
        self.scope.reset()
        self.scope.function = "constructor"
        self.scope.variant = ast.Variant.FINALIZE
        self.scope.is_constructor = True
        span = constructor.span

        def complain(message: str, at: Span = span) -> None:
            self.report("type_error_custom", at, msg=message)

        try:
            upgrade = upgrade_variant(constructor)
        except UpgradeError as error:
            complain(str(error))
            return
        empty = not constructor.block.statements
        if upgrade.kind == "custom" and empty:
            complain("A 'custom' constructor cannot be empty")
        elif upgrade.kind != "custom" and not empty:
            complain(
                "A 'noupgrade', 'admin', or 'checksum' constructor must be empty. The Leo compiler will "
                "insert the appropriate code."
            )
        if upgrade.mapping is not None and upgrade.key_type is not None:
            place = constructor.annotations[0].span
            variable = self.symbols.global_(self.scope.unit, upgrade.mapping)
            type_ = None if variable is None else variable.type_
            shown = str(upgrade.mapping)
            if not isinstance(type_, ast.MappingType):
                complain(
                    f"The mapping '{shown}' does not exist. Please ensure that it is imported or defined in "
                    "your program.",
                    place,
                )
                return
            if type_.key != upgrade.key_type:
                complain(
                    f"The mapping '{shown}' key type '{show(type_.key)}' does not match the key "
                    f"'{upgrade.key}' in the `@checksum` annotation",
                    place,
                )
            value = type_.value
            if not (
                isinstance(value, ast.ArrayType)
                and isinstance(value.element_type, ast.IntegerType)
                and ast.as_u32(value.length) == 32
            ):
                complain(f"The mapping '{shown}' value type '{show(value)}' must be a '[u8; 32]'", place)
        with self.in_conditional_scope(), self.in_scope(constructor.id):
            self.on_Block(constructor.block)
        if self.scope.has_called_finalize:
            complain("The constructor cannot call `finalize`.")
        if self.scope.has_final_block:
            complain("The constructor cannot have an `async` block.")
        self.scope.reset()

    # Afterwards -----------------------------------------------------------------------------------------

    def offchain_errors(self) -> None:
        """Report on-chain calls of functions that reach, through any calls, data only a caller has."""
        graph, reached = self.compilation.call_graph, set(self.offchain_users)
        changed = bool(self.pending_offchain)
        while changed:
            changed = False
            for node in graph.nodes:
                if node not in reached and any(callee in reached for callee in graph.neighbors(node)):
                    reached.add(node)
                    changed = True
        for span, callee in self.pending_offchain:
            if callee in reached:
                self.report("call_reaches_offchain_from_onchain_scope", span)

    def keep_used_composites(self) -> None:
        """Drop composites nobody uses from their graph; records and exported structs always stay."""
        keep = dict(self.used_composites)
        keep.update(dict.fromkeys(self.symbols.records))
        for location, struct in self.symbols.structs.items():
            if (
                struct.is_exported
                and not struct.const_parameters
                and location.program not in self.symbols.libraries
            ):
                keep[location] = None
        graph = self.compilation.composite_graph
        waiting = list(keep)
        while waiting:
            for target in graph.neighbors(waiting.pop()):
                if target not in keep:
                    keep[target] = None
                    waiting.append(target)
        graph.retain(keep)
