"""The zero value of a type: what stands in a place whose value is never used."""

from __future__ import annotations

from collections.abc import Callable

from avm.base.errors import Unsupported
from avm.base.span import Span
from avm.leo import ast
from avm.leo.budget import ZEROS
from avm.leo.compilation import Compilation

_ADDRESS = "aleo1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq3ljyzc"
_SIGNATURE = (
    "sign195m229jvzr0wmnshj6f8gwplhkrkhjumgjmad553r997u7pjfgpfz4j2w0c9lp53mcqqdsmut2g3a2zuvgst8"
    "5w38hv273mwjec3sqjsv9w6uglcy58gjh7x3l55z68zsf24kx7a73ctp8x8klhuw7l2p4s3aq8um5jp304js7qcnwd"
    "qj56q5r5088tyvxsgektun0rnmvtsuxpe6sj"
)
_TEXTS = {
    ast.BOOLEAN: ("Boolean", "false"),
    ast.ADDRESS: ("Address", _ADDRESS),
    ast.SIGNATURE: ("Signature", _SIGNATURE),
    ast.FIELD: ("Field", "0"),
    ast.GROUP: ("Group", "0"),
    ast.SCALAR: ("Scalar", "0"),
}
Members = Callable[[ast.Location], tuple[ast.Member, ...]]


def zero(type_: ast.Type, span: Span, compilation: Compilation, members: Members) -> ast.Expression:
    """Numbers are 0, arrays repeat a zero, structs hold zeros; `members` finds a struct's members."""
    compilation.builder.budget.spend(ZEROS, place=span)
    if isinstance(type_, ast.IntegerType):
        return ast.Literal("Integer", "0", type_, span, compilation.typed_id(type_))
    if isinstance(type_, ast.PrimitiveType) and type_ in _TEXTS:
        variant, text = _TEXTS[type_]
        return ast.Literal(variant, text, None, span, compilation.typed_id(type_))
    if isinstance(type_, ast.ArrayType):
        element = zero(type_.element_type, span, compilation, members)
        return ast.RepeatExpression(element, type_.length, span, compilation.typed_id(type_))
    if isinstance(type_, ast.CompositeType) and type_.path.location is not None:
        fields = tuple(
            [
                ast.CompositeFieldInitializer(
                    ast.Identifier(m.identifier.name), zero(m.type_, span, compilation, members), span
                )
                for m in members(type_.path.location)
            ]
        )
        return ast.CompositeExpression(
            type_.path, type_.const_arguments, fields, None, span, compilation.typed_id(type_)
        )
    raise Unsupported(f"The zero value of {type_}", place=span)
