"""Grammar of items: imports, the program block, functions, composites, mappings, storage, interfaces."""

from __future__ import annotations

from avm.leo.lexer import ERROR, IDENT, KEYWORDS, STRING, TRIVIA, friendly_name
from avm.leo.parser.engine import EXPR_RECOVERY, ITEM_RECOVERY, PARAM_RECOVERY, TYPE_RECOVERY
from avm.leo.parser.statements import StatementParser

_FIELD_RECOVERY = frozenset({",", "}", "public", "private", "constant"})
_MODULE_RECOVERY = frozenset({"export", "const", "struct", "fn", "final", "@"})
_FILE_RECOVERY = _MODULE_RECOVERY | {"import", "program", "view", "interface"}
_MODULE_STARTS = frozenset({"export", "const", "struct", "fn", "final", "@", "interface", "view"})
_PROGRAM_EXPECTED = tuple(
    [
        friendly_name(kind)
        for kind in [
            "}",
            "@",
            "record",
            "struct",
            "fn",
            "final",
            "const",
            "mapping",
            "storage",
            "script",
            "interface",
        ]
    ]
)
_RETURN_RECOVERY = frozenset({",", ")", "{"})
_NAME_RECOVERY = frozenset(
    [
        "{",
        "}",
        ";",
        "import",
        "program",
        "const",
        "struct",
        "record",
        "fn",
        "final",
        "mapping",
        "storage",
        "script",
        "interface",
        "@",
    ]
)
_MODES = ("public", "private", "constant")
_EXPORT_COMPLAINT = "`export` is not allowed inside a `program` block; items here are implicitly public"


class ItemParser(StatementParser):
    """Items of files, modules and program blocks."""

    def parse_file_items(self) -> None:
        while True:
            self.skip_trivia()
            if self.at_eof:
                return
            self.erroring = False
            if self.at("import"):
                self._parse_import()
            elif self.at("program"):
                self._parse_program()
            elif self.current in _MODULE_STARTS:
                if not self._parse_module_item():
                    self.error_and_bump("expected module item")
            else:
                self.error("expected `import`, `program`, or module item at top level")
                self.recover(_FILE_RECOVERY)

    def parse_module_items(self) -> None:
        while True:
            self.skip_trivia()
            if self.at_eof:
                return
            self.erroring = False
            if not self._parse_module_item():
                self.error("expected `const`, `struct`, or `fn` in module")
                self.recover(_MODULE_RECOVERY)

    def _parse_module_item(self) -> bool:
        head = self.nth(1) if self.at("export") else self.current
        match head:
            case "const":
                self._parse_global_const()
            case "struct":
                self._parse_composite("STRUCT_DEF", "struct")
            case "interface":
                self._parse_interface()
            case "@" | "fn" | "final" | "view":
                return self._parse_function(in_program=False)
            case _:
                if self.at("export"):
                    self.error("expected `fn`, `struct`, `const`, or `interface` after `export`")
                    self.bump()
                return False
        return True

    def _parse_required_type(self, complaint: str, recovery: frozenset[str]) -> None:
        if not self.parse_type():
            self.error_recover(complaint, recovery)

    def _eat_mode(self) -> str | None:
        for mode in _MODES:
            if self.eat(mode):
                return mode
        return None

    # Imports and the program block ----------------------------------------------------------------------

    def _parse_import(self) -> None:
        marker = self.start()
        self.bump()
        self._parse_program_id()
        self.expect(";")
        self.complete(marker, "IMPORT")

    def _parse_program_id(self) -> None:
        self.skip_trivia()
        if not self.at(IDENT):
            self.error("expected program name")
            return
        self.bump()
        self.expect(".")
        if not self.eat("aleo"):
            if self.at(IDENT):
                self.bump()  # a wrong network is reported when the tree is converted
            else:
                self.error("expected 'aleo'")

    def _parse_program(self) -> None:
        marker = self.start()
        self.bump()
        self._parse_program_id()
        self.skip_trivia()
        if self.eat(":"):
            self.skip_trivia()
            self.erroring = False
            self._parse_parents()
        self.expect("{")
        while not self.at("}") and not self.at_eof:
            self.erroring = False
            if not self._parse_program_item():
                self.recover(ITEM_RECOVERY)
        self.expect("}")
        self.complete(marker, "PROGRAM_DECL")

    def _parse_parents(self) -> None:
        marker = self.start()
        self.parse_type()
        self.skip_trivia()
        while self.at("+"):
            self.bump()
            self.skip_trivia()
            self.parse_type()
            self.skip_trivia()
        self.complete(marker, "PARENT_LIST")

    def _parse_program_item(self) -> bool:
        if self.at("export"):
            self.error(_EXPORT_COMPLAINT)
            self.bump()
        match self.current:
            case "@" | "fn" | "final" | "view" | "constructor":
                return self._parse_function(in_program=True)
            case "struct":
                self._parse_composite("STRUCT_DEF", "struct")
            case "record":
                self._parse_composite("RECORD_DEF", "record")
            case "mapping":
                self._parse_mapping()
            case "storage":
                self._parse_storage()
            case "const":
                self._parse_global_const()
            case "interface":
                self._parse_interface()
            case "script":
                self.error(
                    "'script' functions are no longer supported; use @test on entry point functions instead"
                )
                self.bump()
                return False
            case _:
                self.error_unexpected(_PROGRAM_EXPECTED)
                return False
        return True

    # Annotations ----------------------------------------------------------------------------------------

    def _parse_annotation(self) -> None:
        marker = self.start()
        self.bump()
        if self.tokens[self.pos].kind in TRIVIA:
            # The complaint is about the blank itself, wherever the name then stands.
            token = self.current_token()
            kind = self.current
            found = token.text if kind in (IDENT, "INTEGER") else friendly_name(kind).strip("'")
            expected = ("an identifier", "'program'")
            self._report("expected " + ", ".join(expected), token.start, token.end, found, expected)
            self.skip_trivia()
            if self.at(IDENT) or self.current in KEYWORDS:
                self.bump()
        elif self.at(IDENT) or self.current in KEYWORDS:
            self.bump()
        else:
            self.error("expected annotation name")
        if self.eat("("):
            self.parse_list(")", self._parse_annotation_member, afresh=True)
            if not self.at(")") and not self.at_eof:
                self.error_unexpected(("')'", "','"))
                while not self.at(")") and not self.at_eof:
                    self.bump()
            self.expect(")")
        self.complete(marker, "ANNOTATION")

    def _parse_annotation_member(self) -> None:
        marker = self.start()
        if self.current not in (IDENT, "address", "mapping"):
            self.error_unexpected(("an identifier", "')'", "'address", "'mapping'"))
            while self.current not in (",", ")") and not self.at_eof:
                self.bump()
            return
        self.bump()
        self.expect("=")
        if self.at(STRING):
            self.bump()
        else:
            self.error("expected string literal for annotation value")
        self.complete(marker, "ANNOTATION_PAIR")

    # Data -----------------------------------------------------------------------------------------------

    def _parse_composite(self, kind: str, label: str) -> None:
        marker = self.start()
        self.eat("export")
        self.bump()
        self.skip_trivia()
        if not self.at(IDENT):
            self.error(f"expected {label} name")
            self.recover(_NAME_RECOVERY)
            self.complete(marker, ERROR)
            return
        self.bump()
        self._parse_const_params()
        self.expect("{")
        self._parse_fields(("}",))
        self.expect("}")
        self.complete(marker, kind)

    def _parse_const_params(self) -> None:
        if self.at("::") and self.nth(1) == "[":
            self.bump()
            self.parse_const_param_list()

    def _parse_fields(self, closing: tuple[str, ...]) -> None:
        while self.current not in closing and not self.at_eof:
            self.skip_trivia()
            marker = self.start()
            mode = self._eat_mode()
            self.skip_trivia()
            if not self.at(IDENT):
                if self.current not in closing:
                    self.error_recover("expected field name", _FIELD_RECOVERY)
                if self.eat(","):
                    continue
                return
            self.bump()
            self.expect(":")
            self._parse_required_type("expected type", _FIELD_RECOVERY)
            self.complete(marker, "STRUCT_MEMBER" + (f"_{mode.upper()}" if mode else ""))
            if not self.eat(",") and self.current not in closing and not self.at_eof:
                self.error("expected ','")
                self.erroring = False

    def _parse_mapping(self) -> None:
        marker = self.start()
        self.bump()
        self.parse_name("expected mapping name")
        self.expect(":")
        self._parse_required_type("expected key type", TYPE_RECOVERY)
        self.expect("=>")
        self._parse_required_type("expected value type", TYPE_RECOVERY)
        self.expect(";")
        self.complete(marker, "MAPPING_DEF")

    def _parse_storage(self) -> None:
        marker = self.start()
        self.bump()
        self.parse_name("expected storage name")
        self.expect(":")
        self._parse_required_type("expected type", TYPE_RECOVERY)
        self.expect(";")
        self.complete(marker, "STORAGE_DEF")

    def _parse_global_const(self) -> None:
        marker = self.start()
        self.eat("export")
        self.bump()
        self.skip_trivia()
        if not self.at(IDENT):
            self.error("expected constant name")
            self.recover({";"})
            self.eat(";")
            self.complete(marker, "GLOBAL_CONST")
            return
        self.bump()
        self.expect(":")
        self._parse_required_type("expected type", TYPE_RECOVERY)
        self.expect("=")
        if not self.parse_expr():
            self.error_recover("expected expression", EXPR_RECOVERY)
        self.expect(";")
        self.complete(marker, "GLOBAL_CONST")

    # Functions ------------------------------------------------------------------------------------------

    def _parse_function(self, in_program: bool) -> bool:
        """A function or constructor with its annotations; False if neither keyword follows them."""
        marker = self.start()
        while self.at("@"):
            self._parse_annotation()
        if self.at("export"):
            if in_program:
                self.error(_EXPORT_COMPLAINT)
            self.bump()
        is_final = self.eat("final")
        is_view = False
        if is_final and self.at("view"):
            self.error("`final` and `view` cannot be combined")
            self.bump()
        else:
            is_view = self.eat("view")
        if self.at("fn"):
            self._parse_function_body()
            kind = "FINAL_FN_DEF" if is_final else "VIEW_FN_DEF" if is_view else "FUNCTION_DEF"
            self.complete(marker, kind)
            return True
        if self.at("constructor"):
            self.bump()
            self._parse_params()
            self.parse_block()
            self.complete(marker, "CONSTRUCTOR_DEF")
            return True
        self.error("expected 'fn' or 'constructor'")
        return False

    def _parse_function_body(self) -> None:
        self.bump()
        self.parse_name("expected function name")
        self._parse_const_params()
        self._parse_params()
        if self.eat("->"):
            self._parse_return_type()
        self.parse_block()

    def _parse_return_type(self) -> None:
        self.skip_trivia()
        if not self.at("("):
            self._parse_output()
            return
        marker = self.start()
        self.bump()
        self.parse_list(")", self._parse_output)
        self.expect(")")
        self.complete(marker, "RETURN_TYPE")

    def _parse_output(self) -> None:
        self._eat_mode()
        self._parse_required_type("expected return type", _RETURN_RECOVERY)

    def _parse_params(self) -> None:
        marker = self.start()
        self.expect("(")
        while not self.at(")") and not self.at_eof:
            self.erroring = False
            self._parse_param()
            if not self.eat(","):
                break
        self.expect(")")
        self.complete(marker, "PARAM_LIST")

    def _parse_param(self) -> None:
        marker = self.start()
        self.skip_trivia()
        mode = self._eat_mode()
        self.parse_name("expected parameter name")
        self.expect(":")
        self._parse_required_type("expected parameter type", PARAM_RECOVERY)
        self.complete(marker, "PARAM" + (f"_{mode.upper()}" if mode else ""))

    # Interfaces -----------------------------------------------------------------------------------------

    def _parse_interface(self) -> None:
        marker = self.start()
        self.eat("export")
        self.bump()
        self.parse_name("expected parameter name")
        self.skip_trivia()
        if self.eat(":"):
            self.skip_trivia()
            self._parse_parents()
        self.expect("{")
        while not self.at("}") and not self.at_eof:
            self.erroring = False
            match self.current:
                case "fn" | "view":
                    self._parse_fn_prototype()
                case "record":
                    self._parse_record_prototype()
                case "mapping":
                    self._parse_mapping()
                case "storage":
                    self._parse_storage()
                case _:
                    self.error_and_bump("expected function or record prototype")
        self.expect("}")
        self.complete(marker, "INTERFACE_DEF")

    def _parse_fn_prototype(self) -> None:
        marker = self.start()
        self.eat("view")
        self.bump()
        self.parse_name("expected function name")
        self._parse_const_params()
        self._parse_params()
        if self.eat("->"):
            self._parse_return_type()
        self.expect(";")
        self.complete(marker, "FN_PROTOTYPE_DEF")

    def _parse_record_prototype(self) -> None:
        marker = self.start()
        self.bump()
        self.parse_name("expected record name")
        if self.at(";"):
            self.bump()
        else:
            self.expect("{")
            self._parse_fields(("..", "}"))
            if not self.eat(".."):
                self.error(
                    "expected `..`; fully constraining record fields in interfaces is not yet supported"
                )
            self.expect("}")
        self.complete(marker, "RECORD_PROTOTYPE_DEF")
