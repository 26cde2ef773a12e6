"""Types that hold more basic values than anything could carry: arrays of arrays, structs of structs.

Runs on checked programs; lengths that are not numbers yet count as one.
"""

from __future__ import annotations

from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast.namespaces import own_namespaces
from avm.leo.budget import ELEMENTS, require
from avm.leo.compilation import Compilation, Pass


class _Sizes:
    def __init__(self, compilation: Compilation) -> None:
        self.known: dict[ast.Location, int] = {}
        self.step = compilation.builder.budget.step
        symbols = compilation.symbols
        for location in compilation.composite_graph.post_order():
            composite = symbols.structs.get(location) or symbols.records.get(location)
            if composite is not None:
                size = sum([self.of(member.type_) for member in composite.members])
                require(ELEMENTS, size, composite.identifier.span)
                self.known[location] = size

    def of(self, type_: ast.Type) -> int:
        """How many basic values a value of the type holds."""
        self.step()
        match type_:
            case ast.ArrayType(element, length):
                count = ast.as_u32(length)
                return self.of(element) * (1 if count is None else count)
            case ast.CompositeType():
                return 1 if type_.path.location is None else self.known.get(type_.path.location, 1)
            case ast.OptionalType(inner):
                return 1 + self.of(inner)
            case ast.TupleType(elements) | ast.FutureType(inputs=elements):
                return sum([self.of(e) for e in elements])
            case ast.MappingType(key, value):
                return max(self.of(key), self.of(value))
            case ast.VectorType(element):
                return self.of(element)
            case _:
                return 1

    def check(self, type_: ast.Type, span: Span) -> None:
        require(ELEMENTS, self.of(type_), span)


def check_sizes(compilation: Compilation) -> None:
    """OverBudget for a type of more than the limit's elements; changes nothing."""
    sizes = _Sizes(compilation)
    for space in own_namespaces(compilation.tree):
        for function in space.functions:
            for parameter in function.input:
                sizes.check(parameter.type_, parameter.identifier.span)
            for output in function.output:
                sizes.check(output.type_, function.identifier.span)
        for mapping in space.mappings:
            sizes.check(mapping.key_type, mapping.identifier.span)
            sizes.check(mapping.value_type, mapping.identifier.span)
        for storage in space.storage_variables:
            sizes.check(storage.type_, storage.identifier.span)


PASS = Pass("SizeChecking", check_sizes, kind="check", requires={"items"})
