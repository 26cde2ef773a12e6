"""Grammar of statements and blocks."""

from __future__ import annotations

from avm.base.sources import NOWHERE
from avm.base.span import Span
from avm.leo.budget import BRANCHES, require
from avm.leo.operators import ASSIGNMENTS
from avm.leo.parser.engine import EXPR_RECOVERY, STMT_RECOVERY
from avm.leo.parser.expressions import ExpressionParser

_PATTERN_RECOVERY = frozenset({",", ")", ":", "="})


class StatementParser(ExpressionParser):
    """Statements; each ends where it can so that the next one parses on its own."""

    def parse_stmt(self) -> bool:
        self.skip_trivia()
        match self.current:
            case "let":
                self._parse_let()
            case "const":
                self._parse_const()
            case "return":
                self._parse_return()
            case "if":
                self._parse_if()
            case "for":
                self._parse_for()
            case "assert":
                self._parse_assert()
            case "assert_eq":
                self._parse_assert_pair("ASSERT_EQ_STMT")
            case "assert_neq":
                self._parse_assert_pair("ASSERT_NEQ_STMT")
            case "{":
                return self.parse_block()
            case _:
                return self._parse_expr_or_assign()
        return True

    def _terminate(self) -> None:
        """The semicolon; whatever stands in its place is reported at its first token and skipped."""
        if self.eat(";"):
            return
        self.expect(";")
        if self.at("}") or self.at_eof:
            return
        self.recover({";", "}"})
        self.eat(";")

    def _parse_value(self) -> None:
        self.expect("=")
        if not self.parse_expr():
            self.error_recover("expected expression", EXPR_RECOVERY)
        self._terminate()

    def _parse_let(self) -> None:
        marker = self.start()
        self.bump()
        self._parse_pattern()
        if self.eat(":") and not self.parse_type():
            self.error("expected type")
        self._parse_value()
        self.complete(marker, "LET_STMT")

    def _parse_const(self) -> None:
        marker = self.start()
        self.bump()
        self.parse_name("expected identifier")
        if (self.expect(":") or not self.at("=")) and not self.parse_type():
            self.error("expected type")
        self._parse_value()
        self.complete(marker, "CONST_STMT")

    def _parse_return(self) -> None:
        marker = self.start()
        self.bump()
        if not self.at(";") and not self.at_eof and not self.parse_expr():
            self.error_recover("expected expression or ';'", EXPR_RECOVERY)
        self._terminate()
        self.complete(marker, "RETURN_STMT")

    def _parse_body(self, complaint: str) -> None:
        if not self.parse_block() and not self.at_eof:
            self.error_recover(complaint, STMT_RECOVERY)

    def _parse_if(self) -> None:
        """`else if` is an if statement inside the one before it; a loop keeps long chains shallow."""
        markers = []
        while True:
            markers.append(self.start())
            token = self.current_token()
            require(BRANCHES, len(markers), Span(NOWHERE, token.start, token.end))
            self.bump()
            if not self.parse_expr(no_struct=True):
                self.error_recover("expected condition", EXPR_RECOVERY)
            self._parse_body("expected block")
            if not self.eat("else"):
                break
            if not self.at("if"):
                self._parse_body("expected block after 'else'")
                break
        for marker in reversed(markers):
            self.complete(marker, "IF_STMT")

    def _parse_for(self) -> None:
        marker = self.start()
        self.bump()
        self.parse_name("expected loop variable")
        if self.eat(":") and not self.parse_type():
            self.error("expected type")
        self.expect("in")
        if not self.parse_expr(no_struct=True):
            self.error_recover("expected range start", EXPR_RECOVERY)
        kind = "FOR_STMT"
        if not self.eat(".."):
            if self.eat("..="):
                kind = "FOR_INCLUSIVE_STMT"
            else:
                self.error("expected '..' or '..='")
        if not self.parse_expr(no_struct=True):
            self.error_recover("expected range end", EXPR_RECOVERY)
        self._parse_body("expected block")
        self.complete(marker, kind)

    def _parse_assert(self) -> None:
        marker = self.start()
        self.bump()
        self.expect("(")
        if not self.parse_expr():
            self.error("expected expression")
        self.expect(")")
        self._terminate()
        self.complete(marker, "ASSERT_STMT")

    def _parse_assert_pair(self, kind: str) -> None:
        marker = self.start()
        self.bump()
        self.expect("(")
        if not self.parse_expr():
            self.error("expected first expression")
        self.expect(",")
        if not self.parse_expr():
            self.error("expected second expression")
        self.expect(")")
        self._terminate()
        self.complete(marker, kind)

    def parse_block(self) -> bool:
        marker = self.start()
        if not self.eat("{"):
            self.error("expected {")
            return False
        self.descend()
        while not self.at("}") and not self.at_eof:
            had_error = self.erroring
            self.erroring = False
            if not self.parse_stmt():
                self.error_recover("expected statement", STMT_RECOVERY)
            elif self.erroring and not had_error and (self.at("}") or self.current not in STMT_RECOVERY):
                self.recover(STMT_RECOVERY)
                self.eat(";")
        self.ascend()
        self.expect("}")
        self.complete(marker, "BLOCK")
        return True

    def _parse_expr_or_assign(self) -> bool:
        marker = self.start()
        if not self.parse_expr():
            return False
        kind = "EXPR_STMT"
        if self.at("=") or self.current in ASSIGNMENTS:
            kind = "ASSIGN_STMT" if self.at("=") else "COMPOUND_ASSIGN_STMT"
            self.bump()
            if not self.parse_expr():
                self.error_recover("expected expression after assignment operator", EXPR_RECOVERY)
        self._terminate()
        self.complete(marker, kind)
        return True

    def _parse_pattern(self) -> None:
        self.skip_trivia()
        marker = self.start()
        match self.current:
            case "(":
                self.descend()
                self.bump()
                self.parse_list(")", self._parse_pattern)
                self.expect(")")
                self.ascend()
                self.complete(marker, "TUPLE_PATTERN")
            case "IDENT":
                self.bump()
                self.complete(marker, "IDENT_PATTERN")
            case "_":
                self.bump()
                self.complete(marker, "WILDCARD_PATTERN")
            case _:
                self.error_recover("expected pattern", _PATTERN_RECOVERY)
