"""Reads the annotation of a constructor: who may upgrade the program."""

from __future__ import annotations

import re
from dataclasses import dataclass

from avm.base.errors import AvmError
from avm.leo import ast
from avm.leo.type_rules import LEO_TYPES

ADDRESS_LENGTH = 63


class UpgradeError(Exception):
    """The annotation is missing or malformed; the text is the diagnostic's."""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """`kind` is noupgrade, custom, admin (with `address`) or checksum (with mapping, key and its type)."""

    kind: str
    address: str = ""
    mapping: ast.Location | None = None
    key: str = ""
    key_type: ast.Type | None = None


def upgrade_variant(constructor: ast.Constructor) -> Upgrade:
    """The constructor's upgrade rule; raises UpgradeError."""
    if len(constructor.annotations) != 1:
        raise UpgradeError(
            "A constructor must have exactly one of the following annotations: `@admin`, `@checksum`, "
            "`@custom`, or `@noupgrade`."
        )
    annotation = constructor.annotations[0]
    name, values = annotation.identifier.name, annotation.map
    match name:
        case "noupgrade" | "custom":
            return Upgrade(name)
        case "admin":
            if "address" not in values:
                raise UpgradeError("An `@admin` annotation must have an 'address' key.")
            return Upgrade(name, address=_address(values["address"]))
        case "checksum":
            if "mapping" not in values:
                raise UpgradeError("A `@checksum` annotation must have a 'mapping' key.")
            mapping = _locator(values["mapping"].replace(".aleo::", ".aleo/"))
            if "key" not in values:
                raise UpgradeError("A `@checksum` annotation must have a 'key' key.")
            key, key_type = _key(values["key"])
            return Upgrade(name, mapping=mapping, key=key, key_type=key_type)
        case _:
            raise UpgradeError(
                f"Invalid annotation on constructor: `{name}`. Expected one of `@admin`, `@checksum`, "
                "`@custom`, or `@noupgrade`."
            )


def _address(text: str) -> str:
    from avm.account.address import parse_address

    if len(text) != ADDRESS_LENGTH:
        raise UpgradeError(
            f"Invalid address in `@admin` annotation: `Invalid account address length: found {len(text)}, "
            f"expected {ADDRESS_LENGTH}`."
        )
    try:
        parse_address(text)
    except AvmError as error:
        raise UpgradeError(f"Invalid address in `@admin` annotation: `{error.message}`.") from error
    return text


def _locator(text: str) -> ast.Location:
    match = re.fullmatch(r"([a-zA-Z][a-zA-Z0-9_]*\.aleo)/([a-zA-Z][a-zA-Z0-9_]*)", text)
    if match is None:
        raise UpgradeError(
            f"Invalid mapping in `@checksum` annotation: `Failed to parse string. Parser error: {text}`."
        )
    return ast.Location(match[1], (match[2],))


def _key(text: str) -> tuple[str, ast.Type]:
    from avm.data.literal import Literal

    try:
        literal = Literal.parse(text)
    except AvmError as error:
        raise UpgradeError(f"Invalid key in `@checksum` annotation: `{error.message}`.") from error
    return str(literal), LEO_TYPES[literal.type]
