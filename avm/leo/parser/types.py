"""Grammar of types, const parameters and const arguments."""

from __future__ import annotations

from avm.leo.lexer import IDENT, INTEGER, PRIMITIVE_KEYWORDS
from avm.leo.parser.engine import Engine

_PRIMITIVE = frozenset(PRIMITIVE_KEYWORDS)
_TYPE_KEYWORDS = _PRIMITIVE | {"Final"}


class TypeParser(Engine):
    """Types: primitive, array, vector, tuple, optional, Final, mapping, named."""

    def parse_type(self) -> bool:
        """A type with an optional `?`; False if none starts here."""
        self.descend()
        marker = self._parse_type_inner()
        self.ascend()
        if marker is None:
            return False
        if self.at("?"):
            self.bump()
            self.complete(marker, "TYPE_OPTIONAL")
        return True

    def _parse_type_inner(self) -> int | None:
        self.skip_trivia()
        match self.current:
            case "(":
                return self._parse_tuple_type()
            case "[":
                return self._parse_array_or_vector_type()
            case "Final":
                return self._parse_final_type()
            case "mapping":
                return self._parse_mapping_type()
            case "dyn":
                marker = self.start()
                self.bump()
                if not self.eat("record"):
                    self.error("expected `record` after `dyn`")
                return self.complete(marker, "TYPE_DYN_RECORD")
            case kind if kind in _PRIMITIVE:
                marker = self.start()
                self.bump()
                return self.complete(marker, "TYPE_PRIMITIVE")
            case "IDENT":
                return self._parse_named_type()
            case _:
                return None

    def parse_cast_type(self) -> bool:
        """The type after `as`: a primitive or `dyn record`."""
        if self.current not in _PRIMITIVE:
            return False
        self.skip_trivia()
        marker = self.start()
        kind = self.current
        self.bump()
        if kind == "dyn":
            self.expect("record")
        self.complete(marker, "TYPE_PRIMITIVE")
        return True

    def _parse_tuple_type(self) -> int:
        marker = self.start()
        self.bump()
        if not self.eat(")"):
            self.parse_list(")", self.parse_type)
            self.expect(")")
        return self.complete(marker, "TYPE_TUPLE")

    def _parse_array_or_vector_type(self) -> int:
        marker = self.start()
        self.bump()
        self.parse_type()
        if self.eat(";"):
            length = self.start()
            self.parse_expr()
            self.complete(length, "ARRAY_LENGTH")
            self.expect("]")
            return self.complete(marker, "TYPE_ARRAY")
        if self.at(","):
            self.error("expected ';' for array type, found ','")
            self.recover({"]"})
            self.eat("]")
            return self.complete(marker, "TYPE_ARRAY")
        self.expect("]")
        return self.complete(marker, "TYPE_VECTOR")

    def _parse_final_type(self) -> int:
        marker = self.start()
        self.bump()
        if self.eat("<"):
            self.expect("Fn")
            self.expect("(")
            self.parse_list(")", self.parse_type)
            self.expect(")")
            if self.eat("->"):
                self.parse_type()
            self.expect(">")
        return self.complete(marker, "TYPE_FINAL")

    def _parse_mapping_type(self) -> int:
        marker = self.start()
        self.bump()
        self.parse_type()
        self.expect("=>")
        self.parse_type()
        return self.complete(marker, "TYPE_MAPPING")

    def _parse_named_type(self) -> int:
        marker = self.start()
        self.bump()
        if self.at(".") and self.nth(1) == "aleo":
            self.bump()
            self.bump()
            if self.eat("::"):
                if self.at(IDENT):
                    self.bump()
                    self.parse_more_segments()
                else:
                    self.error("expected type name after ::")
            self.parse_locator_const_args()
            return self.complete(marker, "TYPE_LOCATOR")
        self.parse_path_tail("expected identifier, [, or < after ::")
        return self.complete(marker, "TYPE_PATH")

    def parse_more_segments(self) -> None:
        """`::name` as often as it comes."""
        while self.at("::") and self.nth(1) == IDENT:
            self.bump()
            self.bump()

    def parse_locator_const_args(self) -> None:
        if self.at("::") and self.nth(1) == "[":
            self.bump()
            self.parse_const_args()

    def parse_path_tail(self, complaint: str) -> None:
        """`::name` .. and const arguments `::[..]` or `::<..>`; an empty complaint reports nothing."""
        while self.eat("::"):
            if self.at("["):
                self.parse_const_args()
                return
            if self.at("<"):
                self._parse_const_args_angle()
                return
            if self.at(IDENT):
                self.bump()
            else:
                if complaint:
                    self.error(complaint)
                return

    def parse_const_param_list(self) -> None:
        """`[N: u32, M: u32]` after `::` at a declaration."""
        marker = self.start()
        if not self.eat("["):
            return
        self.parse_list("]", self._parse_const_param)
        self.expect("]")
        self.complete(marker, "CONST_PARAM_LIST")

    def _parse_const_param(self) -> None:
        marker = self.start()
        self.parse_name("expected const parameter name")
        self.expect(":")
        self.parse_type()
        self.complete(marker, "CONST_PARAM")

    def parse_const_args(self) -> None:
        """`[N + 1, u32]` after `::` at a use."""
        marker = self.start()
        if not self.eat("["):
            return
        self.parse_list("]", self._parse_const_arg, afresh=True)
        self.expect("]")
        self.complete(marker, "CONST_ARG_LIST")

    def _parse_const_args_angle(self) -> None:
        marker = self.start()
        if not self.eat("<"):
            return
        if self.current in (IDENT, INTEGER):
            self.bump()
        while self.eat(","):
            if self.at(">"):
                break
            if self.current in (IDENT, INTEGER):
                self.bump()
            else:
                self.error("expected const generic argument")
                break
        self.expect(">")
        self.complete(marker, "CONST_ARG_LIST")

    def _parse_const_arg(self) -> None:
        """A type where its first token can only start a type, otherwise an expression."""
        self.skip_trivia()
        kind = self.current
        if kind in ("public", "private", "constant"):
            marker = self.start()
            self.bump()
            self.parse_type()
            self.complete(marker, "DYNAMIC_CALL_RETURN_TYPE")
            return
        following = self.nth(1)
        if (
            kind in _TYPE_KEYWORDS
            or (kind == "[" and following in _TYPE_KEYWORDS)
            or (kind == "(" and (following == ")" or following in _PRIMITIVE))
        ):
            self.parse_type()
        else:
            self.parse_expr()
