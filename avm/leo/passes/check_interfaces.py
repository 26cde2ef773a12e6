"""Interfaces: inheritance without cycles or conflicts, and programs that have what they promise.

An interface is flattened: its own members, then those of its ancestors where they agree. A record declared
by an interface stands for the implementing program's record of the same name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast.namespaces import item_location, own_namespaces, stub_namespaces
from avm.leo.ast.printer import show
from avm.leo.budget import INHERITED
from avm.leo.compilation import Compilation, Pass
from avm.leo.digraph import Cycle, DiGraph
from avm.leo.type_rules import equivalent

Placed = list[tuple[ast.Location, ast.Interface]]


@dataclass
class _Flat:
    """Members of an interface with those it inherits."""

    functions: dict[str, ast.FunctionPrototype]
    records: list[tuple[ast.Location, ast.RecordPrototype]]
    mappings: dict[str, ast.Mapping]
    storages: dict[str, ast.StorageVariable]

    @property
    def size(self) -> int:
        return 1 + len(self.functions) + len(self.records) + len(self.mappings) + len(self.storages)

    @property
    def record_locations(self) -> set[ast.Location]:
        return {location for location, _ in self.records}


def _same_mode(left: ast.Mode, right: ast.Mode) -> bool:
    private = (ast.Mode.NONE, ast.Mode.PRIVATE)
    return left is right or (left in private and right in private)


def _same_member(left: ast.Member, right: ast.Member) -> bool:
    return equivalent(left.type_, right.type_) and _same_mode(left.mode, right.mode)


def _same_data(left: ast.Mapping | ast.StorageVariable, right: ast.Mapping | ast.StorageVariable) -> bool:
    return all(map(equivalent, ast.child_types(left), ast.child_types(right)))


def _member(members: Iterable[ast.Member], name: str) -> ast.Member | None:
    return next((m for m in members if m.identifier.name == name), None)


def _same_type(left: ast.Type, right: ast.Type, records: set[ast.Location], program: str | None) -> bool:
    """Equality in which a prototype record (right) equals the program's, or another prototype's, record."""
    match left, right:
        case ast.CompositeType(), ast.CompositeType() if right.path.location in records:
            mine, theirs = left.path.location, right.path.location
            if mine is None or theirs is None or mine.name != theirs.name:
                return False
            return mine in records if program is None else mine.program == program
        case ast.TupleType(), ast.TupleType():
            return len(left.elements) == len(right.elements) and all(
                _same_type(a, b, records, program) for a, b in zip(left.elements, right.elements, strict=True)
            )
        case _:
            return equivalent(left, right)


def _same_signature(
    left: ast.Function | ast.FunctionPrototype,
    right: ast.FunctionPrototype,
    records: set[ast.Location],
    program: str | None,
) -> bool:
    inputs, outputs = zip(left.input, right.input), zip(left.output, right.output)
    return (
        len(left.input) == len(right.input)
        and len(left.output) == len(right.output)
        and len(left.const_parameters) == len(right.const_parameters)
        and all(
            _same_type(a.type_, b.type_, records, program) and _same_mode(a.mode, b.mode) for a, b in inputs
        )
        and all(
            _same_type(a.type_, b.type_, records, program) and _same_mode(a.mode, b.mode) for a, b in outputs
        )
        and all(equivalent(a.type_, b.type_) for a, b in zip(left.const_parameters, right.const_parameters))
        and _same_type(left.output_type, right.output_type, records, program)
    )


def _show_signature(function: ast.Function | ast.FunctionPrototype) -> str:
    annotations = "".join(f"@{a.identifier.name}\n" for a in function.annotations)
    keyword = "view fn" if function.variant is ast.Variant.VIEW else "fn"
    inputs = ", ".join([show(i) for i in function.input])
    return f"{annotations}{keyword} {function.name}({inputs}) -> {show(function.output_type)}"


class _Interfaces:
    def __init__(self, compilation: Compilation) -> None:
        self.compilation = compilation
        self.symbols = compilation.symbols
        self.report = compilation.report
        self.budget = compilation.builder.budget
        self.budget.refill(INHERITED)
        self.unit = ""
        self.flat: dict[ast.Location, _Flat] = {}
        self.graph: DiGraph[ast.Location] = DiGraph()

    # Units ----------------------------------------------------------------------------------------------

    def library(self, library: ast.Library) -> None:
        self.unit = library.name
        self.declared(
            [(item_location(u, i.name), i) for u in own_namespaces(library) for i in u.interfaces], ()
        )

    def scope(self, scope: ast.ProgramScope) -> None:
        self.unit = scope.name
        placed: Placed = [(ast.Location(self.unit, (i.name,)), i) for i in scope.interfaces]
        seeds = [t.path.location for _, t in scope.parents if isinstance(t, ast.CompositeType)]
        if not self.declared(placed, [seed for seed in seeds if seed is not None]):
            return
        for span, parent in scope.parents:
            if not isinstance(parent, ast.CompositeType) or parent.path.location is None:
                self.report("not_an_interface", span, name=show(parent))
                return
            self.implements(scope, parent.path.location, span)

    def declared(self, placed: Placed, seeds: Iterable[ast.Location]) -> bool:
        """Check the interfaces of a unit; False if inheritance runs in a circle."""
        self.graph = DiGraph()
        self.build_graph([location for location, _ in placed], seeds)
        try:
            self.graph.post_order()
        except Cycle as cycle:
            path = " -> ".join([str(location) for location in cycle.path])
            self.report("cyclic_interface_inheritance", None, path=path)
            return False
        for _, interface in placed:
            self.check_duplicates(interface)
        for _, interface in placed:
            self.check_owners(interface)
        for location, interface in placed:
            self.flatten(location, interface.identifier.span)
        return True

    def build_graph(self, locations: Iterable[ast.Location], seeds: Iterable[ast.Location]) -> None:
        queue = dict.fromkeys([*locations, *seeds])
        done: set[ast.Location] = set()
        while queue:
            location, _ = queue.popitem()
            if location in done:
                continue
            done.add(location)
            self.graph.add_node(location)
            interface = self.symbols.interface(self.unit, location)
            for span, parent in interface.parents if interface is not None else ():
                if not isinstance(parent, ast.CompositeType) or parent.path.location is None:
                    self.report("not_an_interface", span, name=show(parent))
                    continue
                self.graph.add_edge(location, parent.path.location)
                queue[parent.path.location] = None

    def check_duplicates(self, interface: ast.Interface) -> None:
        seen: dict[str, str] = {}
        entries = [("function", f.identifier) for f in interface.functions]
        entries += [("record", r.identifier) for r in interface.records]
        entries += [("mapping", m.identifier) for m in interface.mappings]
        entries += [("storage variable", s.identifier) for s in interface.storages]
        for kind, identifier in entries:
            first = seen.get(identifier.name)
            if first is None:
                seen[identifier.name] = kind
                continue
            head = f"interface `{interface.name}` declares"
            message = f"{head} `{identifier.name}` as both a {first} and a {kind}"
            if kind == first:
                message = f"{head} {kind} `{identifier.name}` more than once"
            self.report("duplicate_interface_member", identifier.span, message=message)

    def check_owners(self, interface: ast.Interface) -> None:
        for record in interface.records:
            owner = _member(record.members, "owner")
            if owner is not None and owner.type_ != ast.ADDRESS:
                self.report(
                    "record_prototype_owner_wrong_type",
                    owner.span,
                    record_name=record.name,
                    found_type=show(owner.type_),
                )

    # Inheritance ----------------------------------------------------------------------------------------

    def flatten(self, location: ast.Location, span: Span) -> _Flat | None:
        """All members of an interface; None (reported) where they conflict or an ancestor is missing."""
        known = self.flat.get(location)
        if known is not None:
            return known
        interface = self.symbols.interface(self.unit, location)
        if interface is None:
            self.report("interface_not_found", span, name=str(location))
            return None
        module = location.module_path
        flat = _Flat(
            {f.name: f for f in reversed(interface.functions)},
            [(ast.Location(location.program, (*module, r.name)), r) for r in interface.records],
            {m.name: m for m in interface.mappings},
            {s.name: s for s in interface.storages},
        )
        flat.functions = {f.name: flat.functions[f.name] for f in interface.functions}
        for ancestor in self.graph.closure(location):
            parent = self.symbols.interface(self.unit, ancestor)
            if parent is None:
                self.report("interface_not_found", interface.span, name=str(ancestor))
                return None
            inherited = self.flatten(ancestor, parent.identifier.span)
            if inherited is not None:
                self.budget.spend(INHERITED, inherited.size, interface.identifier.span)
            if inherited is None or not self.merge(flat, inherited, interface, parent):
                return None
        self.flat[location] = flat
        return flat

    def merge(self, flat: _Flat, inherited: _Flat, interface: ast.Interface, parent: ast.Interface) -> bool:
        """Add an ancestor's members; False (reported) at the first that conflicts."""

        def conflict(name: str) -> bool:
            self.report(
                "conflicting_interface_member",
                interface.span,
                member_name=name,
                interface_name=interface.name,
                parent_name=parent.name,
            )
            return False

        records = flat.record_locations | inherited.record_locations
        for name, function in inherited.functions.items():
            own = flat.functions.setdefault(name, function)
            if own is not function and not _same_signature(own, function, records, None):
                return conflict(name)
        for location, record in inherited.records:
            own_record = next((r for at, r in flat.records if at.name == location.name), None)
            if own_record is None:
                flat.records.append((location, record))
                continue
            for member in record.members:
                mine = _member(own_record.members, member.identifier.name)
                if mine is None or not _same_member(mine, member):
                    self.report(
                        "conflicting_record_field",
                        interface.span,
                        field_name=member.identifier.name,
                        record_name=location.name,
                        interface_name=interface.name,
                        parent_name=parent.name,
                    )
                    return False
            flat.records.append((location, own_record))
        for name, mapping in inherited.mappings.items():
            if not _same_data(flat.mappings.setdefault(name, mapping), mapping):
                return conflict(name)
        for name, storage in inherited.storages.items():
            if not _same_data(flat.storages.setdefault(name, storage), storage):
                return conflict(name)
        return True

    # Conformance ----------------------------------------------------------------------------------------

    def implements(self, scope: ast.ProgramScope, location: ast.Location, span: Span) -> None:
        """A program must have everything its interface lists."""
        flat = self.flatten(location, span)
        if flat is None:
            return
        names = {"interface_name": str(location), "program_name": scope.name}
        records = flat.record_locations
        for name, prototype in flat.functions.items():
            function = self.symbols.function(scope.name, ast.Location(scope.name, (name,)))
            if function is None:
                self.report("missing_interface_function", scope.span, func_name=name, **names)
            elif prototype.variant is not function.variant or not _same_signature(
                function, prototype, records, self.unit
            ):
                self.report(
                    "signature_mismatch",
                    function.span,
                    func_name=name,
                    interface_name=str(location),
                    expected=_show_signature(prototype),
                    found=_show_signature(function),
                )
        done: set[str] = set()
        for at, required in flat.records:
            if at.name not in done:
                done.add(at.name)
                self.check_record(scope, required, at.name, names)
        self.check_storage(scope, flat, names)

    def check_record(
        self, scope: ast.ProgramScope, required: ast.RecordPrototype, name: str, names: dict[str, str]
    ) -> None:
        record: ast.Composite | None = self.symbols.record(scope.name, ast.Location(scope.name, (name,)))
        if record is None:
            self.report("missing_interface_record", scope.span, record_name=name, **names)
            return
        for member in required.members:
            field = member.identifier.name
            found = _member(record.members, field)
            if found is None:
                self.report("record_field_missing", record.span, field_name=field, record_name=name, **names)
                return
            if not _same_member(found, member):
                self.report(
                    "record_field_type_mismatch",
                    found.span,
                    field_name=field,
                    record_name=name,
                    interface_name=names["interface_name"],
                    expected=f"{member.mode.value} {show(member.type_)}",
                    found=f"{found.mode.value} {show(found.type_)}",
                )
                return

    def check_storage(self, scope: ast.ProgramScope, flat: _Flat, names: dict[str, str]) -> None:
        interface_name = names["interface_name"]
        mappings = {m.name: m for m in reversed(scope.mappings)}
        for name, wanted in flat.mappings.items():
            mapping = mappings.get(name)
            if mapping is None:
                self.report("missing_interface_mapping", scope.span, mapping_name=name, **names)
            elif not _same_data(mapping, wanted):
                self.report(
                    "mapping_type_mismatch",
                    mapping.span,
                    mapping_name=name,
                    interface_name=interface_name,
                    expected_key=show(wanted.key_type),
                    expected_value=show(wanted.value_type),
                    found_key=show(mapping.key_type),
                    found_value=show(mapping.value_type),
                )
        storages = {s.name: s for s in reversed(scope.storage_variables)}
        for name, wanted_storage in flat.storages.items():
            storage = storages.get(name)
            if storage is None:
                self.report("missing_interface_storage", scope.span, storage_name=name, **names)
            elif not _same_data(storage, wanted_storage):
                self.report(
                    "storage_type_mismatch",
                    storage.span,
                    storage_name=name,
                    interface_name=interface_name,
                    expected=show(wanted_storage.type_),
                    found=show(storage.type_),
                )


def check_interfaces(compilation: Compilation) -> None:
    """Reports ECHI diagnostics; changes nothing."""
    checker = _Interfaces(compilation)
    for space in (*stub_namespaces(compilation.tree), *own_namespaces(compilation.tree)):
        if isinstance(space, ast.ProgramScope):
            checker.scope(space)
        elif isinstance(space, ast.Library):
            checker.library(space)


PASS = Pass("CheckInterfaces", check_interfaces, kind="check", requires={"items"})
