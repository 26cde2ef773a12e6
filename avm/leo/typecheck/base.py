"""What all parts of the type checker share: reporting, assertions on types, lookups, access by context."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache

from avm.base.digits import brief
from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast.printer import show
from avm.leo.compilation import Compilation
from avm.leo.type_rules import coerces, equivalent
from avm.leo.typecheck.scope import ScopeState

LONGEST = 100
"""Characters of a number that a message shows in full."""

FINALIZE_READ, FINALIZE_WRITE, OFFCHAIN_CALLER = "read", "write", "caller"


@cache
def _method(own: type, cls: type) -> Callable[..., ast.Type]:
    method: Callable[..., ast.Type] = getattr(own, f"on_{cls.__name__}")
    return method


def method_of(checker: Checker, node: ast.Expression | ast.Statement) -> Callable[..., ast.Type]:
    """The method that checks nodes of a class, `on_Class`; those of statements return nothing."""
    own: type = checker.__class__
    cls: type = node.__class__
    return _method(own, cls)


class Checker(ABC):
    """One run of type checking over a compilation."""

    def __init__(self, compilation: Compilation) -> None:
        self.compilation = compilation
        self.symbols = compilation.symbols
        self.types = compilation.types
        self.report = compilation.report
        self.budget = compilation.builder.budget
        self.step = self.budget.step
        self.scope = ScopeState()
        # What `finalize/NAME` takes; what a finalize function was called with; what a caller's Final holds.
        self.final_inputs: dict[ast.Location, tuple[ast.Type, ...]] = {}
        self.called_with: dict[ast.Location, tuple[ast.Type, ...]] = {}
        self.own_finalize: dict[ast.Location, tuple[ast.Type, ...]] = {}
        self.used_composites: dict[ast.Location, None] = {}
        self.notes_uses = True
        self.conditional_scopes: list[set[ast.Symbol]] = []
        self.final_block: ast.NodeId | None = None
        self.offchain_users: dict[ast.Location, None] = {}
        self.pending_offchain: list[tuple[Span, ast.Location]] = []

    # What the parts need of one another -----------------------------------------------------------------

    @abstractmethod
    def visit(self, node: ast.Expression, expected: ast.Type | None = None) -> ast.Type:
        """The type of an expression, recorded in the type table."""

    @abstractmethod
    def on_Block(self, block: ast.Block) -> None:
        """Check the statements of a block in its scope."""

    # Scopes ---------------------------------------------------------------------------------------------

    @contextmanager
    def in_scope(self, id_: ast.NodeId) -> Iterator[None]:
        self.symbols.enter(id_)
        yield
        self.symbols.leave()

    @contextmanager
    def in_conditional_scope(self) -> Iterator[None]:
        self.conditional_scopes.append(set())
        yield
        self.conditional_scopes.pop()

    def bind_here(self, name: ast.Symbol) -> None:
        """Note that a name is defined in the current branch, where it may be assigned."""
        self.conditional_scopes[-1].add(name)

    def bound_here(self, name: ast.Symbol) -> bool:
        return bool(self.conditional_scopes) and name in self.conditional_scopes[-1]

    @property
    def in_final_scope(self) -> bool:
        return self.final_block is not None or self.scope.in_finalize

    # Assertions -----------------------------------------------------------------------------------------

    def should_be(self, type_: ast.Type, wanted: str, span: Span) -> None:
        self.report("type_should_be2", span, type_=show(type_), expected=wanted)

    def assert_type(self, actual: ast.Type, expected: ast.Type | None, span: Span) -> None:
        """Report unless the type coerces; nothing expected, or an error reported already, is fine."""
        if expected is not None and actual is not ast.ERR and not coerces(actual, expected):
            self.should_be(actual, f"type `{show(expected)}`", span)

    def assert_equal(self, actual: ast.Type, expected: ast.Type | None, span: Span) -> ast.Type:
        """Stricter than `assert_type`: no coercion."""
        if expected is not None and expected is not ast.ERR and not equivalent(actual, expected):
            self.report("type_should_be", span, type_=show(actual), expected=show(expected))
        return actual

    def assert_one_of(
        self, type_: ast.Type, allowed: Iterable[ast.Type], integers: bool, wanted: str, span: Span
    ) -> None:
        if type_ is ast.ERR or type_ in allowed or (integers and isinstance(type_, ast.IntegerType)):
            return
        self.should_be(type_, wanted, span)

    def assert_integer(self, type_: ast.Type, span: Span) -> None:
        self.assert_one_of(type_, (), True, "an integer", span)

    def assert_kind(
        self, type_: ast.Type, kind: type[ast.Type] | tuple[type[ast.Type], ...], wanted: str, span: Span
    ) -> None:
        if type_ is not ast.ERR and not isinstance(type_, kind):
            self.should_be(type_, wanted, span)

    def unwrapped(self, expected: ast.Type | None) -> ast.Type | None:
        return expected.inner if isinstance(expected, ast.OptionalType) else expected

    # Numerals without suffix ----------------------------------------------------------------------------

    def fail_inference(self, node: ast.Expression) -> ast.Type:
        self.report("could_not_determine_type", node.span, expr=show(node))
        self.types[node.id] = ast.ERR
        return ast.ERR

    def visit_typed(self, node: ast.Expression, expected: ast.Type | None = None) -> ast.Type:
        """The type of an expression; a numeral whose type stays open is an error."""
        type_ = self.visit(node, expected)
        return self.fail_inference(node) if type_ == ast.NUMERIC else type_

    def visit_u32(self, node: ast.Expression) -> ast.Type:
        """The type of an expression; a numeral whose type stays open is a u32."""
        type_ = self.visit(node)
        if type_ == ast.NUMERIC:
            type_ = ast.U32
            if isinstance(node, ast.Literal) and not self.check_numeral(node, ast.U32):
                type_ = ast.ERR
            self.types[node.id] = type_
        return type_

    def check_integer(self, text: str, type_: ast.IntegerType, span: Span) -> None:
        digits = text.replace("_", "")
        value = ast.parse_integer(digits)
        if value is None or not type_.minimum <= value <= type_.maximum:
            self.report("invalid_int_value", span, value=brief(digits, LONGEST), type_=type_.name)

    def check_group(self, text: str, span: Span) -> bool:
        """A group literal is an x-coordinate; whether a point has it needs the curve."""
        from avm.leo.typecheck.group_literal import is_group

        trimmed = text.lstrip("-").lstrip("0")
        if not trimmed or is_group(trimmed):
            return True
        self.report("invalid_int_value", span, value=brief(trimmed, LONGEST), type_="group")
        return False

    def check_numeral(self, node: ast.Literal, type_: ast.Type) -> bool:
        """Whether a numeral without suffix is one of this type; integers out of range are only reported."""
        if node.variant != "Unsuffixed":
            return True
        if isinstance(type_, ast.IntegerType):
            self.check_integer(node.value, type_, node.span)
        elif type_ in (ast.GROUP, ast.FIELD, ast.SCALAR):
            if node.value.lstrip("-")[:2] in ("0x", "0o", "0b"):
                self.report("hexbin_literal_nonintegers_tyc", node.span)
                return False
            if type_ == ast.GROUP:
                return self.check_group(node.value, node.span)
        return True

    def check_const_arguments(
        self,
        generic: ast.Composite | ast.Function,
        arguments: tuple[ast.Expression, ...],
        kind: str,
        span: Span,
    ) -> None:
        expected, received = len(generic.const_parameters), len(arguments)
        if expected != received:
            self.report("incorrect_num_const_args", span, kind=kind, expected=expected, received=received)
        for parameter, argument in zip(generic.const_parameters, arguments, strict=False):
            self.visit(argument, parameter.type_)

    # Lookups --------------------------------------------------------------------------------------------

    def lookup_composite(self, location: ast.Location | None) -> ast.Composite | None:
        """A struct or record the unit sees; what is looked up counts as used, external records aside."""
        if location is None:
            return None
        composite = self.symbols.composite(self.scope.unit, location)
        own = composite is not None and (not composite.is_record or location.program == self.scope.unit)
        if self.notes_uses and own:
            self.used_composites[location] = None
        return composite

    def composite_of(self, type_: ast.Type) -> ast.Composite | None:
        return self.lookup_composite(type_.path.location) if isinstance(type_, ast.CompositeType) else None

    def is_record(self, type_: ast.Type) -> bool:
        if type_ == ast.DYN_RECORD:
            return True
        composite = self.composite_of(type_)
        return composite is not None and composite.is_record

    def is_external_record(self, type_: ast.Type) -> bool:
        if not isinstance(type_, ast.CompositeType) or type_.path.location is None:
            return False
        location = type_.path.location
        return location.program != self.scope.unit and (
            self.symbols.record(self.scope.unit, location) is not None
        )

    def holds_external_record(self, type_: ast.Type) -> bool:
        return isinstance(type_, ast.TupleType) and any(map(self.is_external_record, type_.elements))

    def check_composite_access(self, location: ast.Location, composite: ast.Composite, span: Span) -> bool:
        if self.scope.can_access(location, composite.is_exported):
            return True
        kind = "record" if composite.is_record else "struct"
        self.report("inaccessible_item", span, kind=kind, item=composite.name)
        return False

    def check_parents(self, parents: Iterable[tuple[Span, ast.Type]]) -> None:
        """Interfaces inherited from must be visible; whether they exist and fit is checked elsewhere."""
        for span, parent in parents:
            if not isinstance(parent, ast.CompositeType) or parent.path.location is None:
                continue
            interface = self.symbols.interface(self.scope.unit, parent.path.location)
            if interface is not None and not self.scope.can_access(
                parent.path.location, interface.is_exported
            ):
                self.report("inaccessible_item", span, kind="interface", item=interface.name)

    def has_annotation(self, function: ast.Function, name: str) -> bool:
        return any(a.identifier.name == name for a in function.annotations)

    def contains_optional(self, type_: ast.Type, seen: set[tuple[ast.Symbol, ...]] | None = None) -> bool:
        seen = set() if seen is None else seen
        match type_:
            case ast.OptionalType():
                return True
            case ast.TupleType() | ast.ArrayType():
                return any(self.contains_optional(t, seen) for t in ast.child_types(type_))
            case ast.CompositeType():
                location = type_.path.location
                if location is None or location.path in seen:
                    return False
                seen.add(location.path)
                composite = self.lookup_composite(location)
                return composite is not None and any(
                    self.contains_optional(m.type_, seen) for m in composite.members
                )
            case _:
                return False

    def set_local_type(self, inferred: ast.Type, name: ast.Identifier, type_: ast.Type) -> None:
        """Give a new local its type; a Final keeps the inferred one and remembers the call it came from."""
        self.bind_here(name.name)
        is_future = isinstance(type_, ast.FutureType) or (
            isinstance(type_, ast.TupleType) and isinstance(type_.elements[-1], ast.FutureType)
        )
        if is_future and self.scope.call_location is not None:
            self.scope.futures[name.name] = self.scope.call_location
        final = inferred if is_future else type_
        self.symbols.set_local_type(name.name, final)
        self.types[name.id] = final

    def check_access(self, name: str, need: str, span: Span) -> None:
        """Whether an operation may stand here: on-chain reads, on-chain writes, off-chain caller data."""
        if need == FINALIZE_READ and self.scope.has_onchain_context:
            return
        if self.scope.variant is ast.Variant.VIEW:
            if need == FINALIZE_WRITE:
                self.report("view_cannot_write_state", span, operation=name)
            elif need == OFFCHAIN_CALLER:
                self.report("offchain_op_in_view", span, operation=name)
        elif need != OFFCHAIN_CALLER:
            if not self.in_final_scope:
                self.report("invalid_operation_outside_finalize", span, operation=name)
        elif self.scope.in_finalize:
            self.report("invalid_operation_inside_finalize", span, operation=name)
        elif self.final_block is not None:
            self.report("invalid_operation_inside_final_block", span, operation=name)

    def with_dyn_records(self, type_: ast.Type, interface: ast.Interface) -> ast.Type:
        """A prototype's type as a dynamic caller sees it: the interface's records become `dyn record`."""
        if isinstance(type_, ast.TupleType):
            return ast.TupleType(tuple([self.with_dyn_records(t, interface) for t in type_.elements]))
        return ast.DYN_RECORD if is_interface_record(type_, interface) else type_


def is_interface_record(type_: ast.Type, interface: ast.Interface) -> bool:
    """Whether a type is one of the records an interface declares."""
    if not isinstance(type_, ast.CompositeType) or type_.path.location is None:
        return False
    return any(record.name == type_.path.location.path[0] for record in interface.records)


MAPPING_OR_VECTOR = (ast.MappingType, ast.VectorType)
