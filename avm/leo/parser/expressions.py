"""Grammar of expressions: precedence climbing over binding powers, then the atoms."""

from __future__ import annotations

from avm.leo.lexer import (
    ADDRESS_LIT,
    ELEMENT_SUFFIXES,
    IDENT,
    IDENT_LIT,
    INTEGER,
    KEYWORDS,
    PRIMITIVE_KEYWORDS,
    STRING,
    friendly_name,
)
from avm.leo.operators import CAST_PRECEDENCE, INFIX, PREFIX, PREFIX_PRECEDENCE, TERNARY_PRECEDENCE
from avm.leo.parser.engine import EXPR_RECOVERY
from avm.leo.parser.types import TypeParser

_INFIX = {token: row.powers for token, row in INFIX.items()} | {
    "as": (2 * CAST_PRECEDENCE, 2 * CAST_PRECEDENCE + 1)
}
"""Binding powers, left and right: higher binds tighter; equal ones do not chain; left > right nests right."""
_TERNARY = 2 * TERNARY_PRECEDENCE
_PREFIX = 2 * PREFIX_PRECEDENCE

EXPR_CONTINUATION = tuple([friendly_name(kind) for kind in (*INFIX, *"([{.", "::", "?", "as")])
_PRIMARY_EXPECTED = (
    "an identifier",
    "a program id",
    "an address literal",
    "an integer literal",
    "a static string",
    "'!'",
    "'-'",
    "'('",
    "'['",
    "'true'",
    "'false'",
    "'final'",
    "'block'",
    "'network'",
    "'self'",
)
_CAST_EXPECTED = tuple([friendly_name(kind) for kind in PRIMITIVE_KEYWORDS])
_SIMPLE_LITERALS = {
    STRING: "LITERAL_STRING",
    ADDRESS_LIT: "LITERAL_ADDRESS",
    IDENT_LIT: "LITERAL_IDENT",
    "true": "LITERAL_BOOL",
    "false": "LITERAL_BOOL",
    "none": "LITERAL_NONE",
    "self": "SELF_EXPR",
    "block": "BLOCK_KW_EXPR",
    "network": "NETWORK_KW_EXPR",
}


class ExpressionParser(TypeParser):
    """Expressions; `no_struct` bars `Name { .. }` where a block may follow."""

    def parse_expr(self, no_struct: bool = False) -> bool:
        return self._parse_bp(0, no_struct)

    def _parse_bp(self, minimum: int, no_struct: bool) -> bool:
        self.descend()
        done = self._climb(minimum, no_struct)
        self.ascend()
        return done

    def _climb(self, minimum: int, no_struct: bool) -> bool:
        left = self._parse_prefix(no_struct)
        if left is None:
            return False
        while True:
            op = self.current
            if op == ".":
                self._parse_member(left)
            elif op == "[":
                self._parse_index(left)
            elif op == "(":
                self._parse_call(left)
            elif op == "?" and minimum <= _TERNARY:
                self._parse_ternary(left)
            else:
                powers = _INFIX.get(op)
                if powers is None or powers[0] < minimum:
                    return True
                if powers[0] == powers[1] == minimum:
                    looser = [t for t, row in INFIX.items() if row.powers[0] < minimum]
                    self.error_unexpected([friendly_name(t) for t in (*looser, "?")])
                    return True
                self._parse_infix(left, op, powers[1], no_struct)

    def _parse_prefix(self, no_struct: bool) -> int | None:
        self.skip_trivia()
        if self.current in PREFIX:
            marker = self.start()
            self.bump()
            if not self._parse_bp(_PREFIX, no_struct):
                self.error("expected expression after unary operator")
            return self.complete(marker, "UNARY_EXPR")
        return self._parse_primary(no_struct)

    def _parse_infix(self, left: int, op: str, power: int, no_struct: bool) -> None:
        self.bump()
        if op == "as":
            if not self.parse_cast_type():
                self.error_unexpected(_CAST_EXPECTED)
            self.complete(left, "CAST_EXPR")
            return
        if not self._parse_bp(power, no_struct):
            self.error("expected expression after operator")
        self.complete(left, "BINARY_EXPR")

    def _parse_ternary(self, condition: int) -> None:
        self.bump()
        if not self.parse_expr():
            self.error("expected expression after '?'")
        self.expect(":")
        if not self._parse_bp(_TERNARY, False):
            self.error("expected expression after ':'")
        self.complete(condition, "TERNARY_EXPR")

    # Postfix --------------------------------------------------------------------------------------------

    def _parse_member(self, left: int) -> None:
        self.bump()
        self.skip_trivia()
        if self.at(INTEGER):
            self.bump()
            self.complete(left, "TUPLE_ACCESS_EXPR")
            return
        if not self.at(IDENT) and self.current not in KEYWORDS:
            self.error("expected field name or tuple index")
            self.complete(left, "FIELD_EXPR")
            return
        self.bump()
        if self.at("("):
            self._parse_arguments()
            self.complete(left, "METHOD_CALL_EXPR")
        else:
            self.complete(left, "FIELD_EXPR")

    def _parse_index(self, left: int) -> None:
        self.bump()
        if not self.parse_expr():
            self.error("expected index expression")
        self.expect("]")
        self.complete(left, "INDEX_EXPR")

    def _parse_call(self, left: int) -> int:
        self._parse_arguments()
        return self.complete(left, "CALL_EXPR")

    def _parse_arguments(self) -> None:
        self.bump()
        self.parse_list(")", lambda: self._parse_element("expected argument expression", ")"))
        self.expect(")")

    def _parse_element(self, complaint: str, *closing: str) -> None:
        if not self.parse_expr() and self.current not in closing and not self.at(","):
            self.error_recover(complaint, EXPR_RECOVERY)

    def _parse_dynamic_op(self, left: int) -> int:
        self.bump()
        self.expect("(")
        self.parse_expr()
        if self.eat(","):
            self.parse_expr()
        self.expect(")")
        self.expect("::")
        self.expect(IDENT)
        if self.current not in (".", "("):
            return self.complete(left, "DYNAMIC_OP_EXPR")
        if self.at("."):
            self.bump()
            if self.at(IDENT):
                self.bump()
        self.expect("(")
        self.parse_list(")", self.parse_expr)
        self.expect(")")
        return self.complete(left, "DYNAMIC_OP_EXPR")

    # Atoms ----------------------------------------------------------------------------------------------

    def _parse_primary(self, no_struct: bool) -> int | None:
        self.skip_trivia()
        kind = self.current
        if kind == IDENT or kind == "Final":
            return self._parse_ident(no_struct)
        marker = self.start()
        if kind == INTEGER:
            text = self.current_token().text
            suffix = next((s for s in ELEMENT_SUFFIXES if text.endswith(s)), "int")
            self.bump()
            return self.complete(marker, f"LITERAL_{suffix.upper()}")
        simple = _SIMPLE_LITERALS.get(kind)
        if simple is not None:
            self.bump()
            if kind == "self" and self.at("::"):
                self.error("expected '.' -- found '::'")
            return self.complete(marker, simple)
        match kind:
            case "(":
                return self._parse_paren_or_tuple(marker)
            case "[":
                return self._parse_array(marker)
            case "Self":
                return self._parse_self_upper(marker)
            case "final":
                self.bump()
                self.skip_trivia()
                if not self.parse_block():
                    self.error("expected block after 'final'")
                return self.complete(marker, "FINAL_EXPR")
            case _:
                self.error_unexpected(_PRIMARY_EXPECTED)
                return None

    def _parse_paren_or_tuple(self, marker: int) -> int:
        self.bump()
        if self.eat(")"):
            return self.complete(marker, "TUPLE_EXPR")
        self._parse_element("expected expression", ")")
        if self.eat(","):
            self.parse_list(")", lambda: self._parse_element("expected tuple element", ")"))
            self.expect(")")
            return self.complete(marker, "TUPLE_EXPR")
        self.expect(")")
        return self.complete(marker, "PAREN_EXPR")

    def _parse_array(self, marker: int) -> int:
        self.bump()
        if self.eat("]"):
            return self.complete(marker, "ARRAY_EXPR")
        self._parse_element("expected array element", "]", ";")
        if self.eat(";"):
            if not self.parse_expr() and not self.at("]"):
                self.error("expected repeat count")
            self.expect("]")
            return self.complete(marker, "REPEAT_EXPR")
        if self.eat(","):
            self.parse_list("]", lambda: self._parse_element("expected array element", "]"))
        self.expect("]")
        return self.complete(marker, "ARRAY_EXPR")

    def _parse_self_upper(self, marker: int) -> int:
        """`Self` is reserved; its path and call are taken too, so that one complaint is enough."""
        self.bump()
        self.parse_path_tail("")
        if self.at("("):
            self._parse_arguments()
        return self.complete(marker, "SELF_UPPER_EXPR")

    def _parse_ident(self, no_struct: bool) -> int:
        marker = self.start()
        self.bump()
        path, struct, type_ = "PATH_EXPR", "STRUCT_EXPR", "TYPE_PATH"
        if self.at(".") and self.nth(1) == "aleo":
            self.bump()
            self.bump()
            type_ = "TYPE_LOCATOR"
            if self.eat("::"):
                path, struct = "PATH_LOCATOR_EXPR", "STRUCT_LOCATOR_EXPR"
                if self.at(IDENT):
                    self.bump()
                    self.parse_more_segments()
            else:
                path = "PROGRAM_REF_EXPR"
            self.parse_locator_const_args()
        else:
            self.parse_path_tail("expected identifier after ::")
        if not no_struct and self.at("{"):
            self._parse_struct_body()
            return self.complete(marker, struct)
        if self.at("("):
            return self._parse_call(self.complete(marker, path))
        if self.at("@"):
            return self._parse_dynamic_op(self.complete(marker, type_))
        return self.complete(marker, path)

    def _parse_struct_body(self) -> None:
        self.bump()
        if not self.at("}"):
            if self.at(".."):
                self._parse_struct_base()
            else:
                self._parse_struct_field()
                while self.eat(","):
                    if self.at("}"):
                        break
                    if self.at(".."):
                        self._parse_struct_base()
                        break
                    self._parse_struct_field()
            if self.at(","):
                self.error("the base update `..` must be the last entry in a struct initializer")
                while self.eat(","):
                    if self.at("}"):
                        break
                    if self.at(".."):
                        self._parse_struct_base()
                    else:
                        self._parse_struct_field()
        self.expect("}")

    def _parse_struct_base(self) -> None:
        marker = self.start()
        self.bump()
        if self.at("}"):
            self.error("expected base expression after `..`")
        else:
            self.parse_expr()
        self.complete(marker, "STRUCT_BASE_UPDATE")

    def _parse_struct_field(self) -> None:
        marker = self.start()
        self.skip_trivia()
        if not self.at(IDENT):
            self.error("expected field name")
            self.complete(marker, "STRUCT_FIELD_INIT")
            return
        self.bump()
        if self.eat(":"):
            if not self.parse_expr() and self.current not in ("}", ","):
                self.error("expected field value")
            self.complete(marker, "STRUCT_FIELD_INIT")
        else:
            self.complete(marker, "STRUCT_FIELD_SHORTHAND")
