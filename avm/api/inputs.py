"""What is wrong with a value that is typed for an input, in words for a form."""

from __future__ import annotations

import re

from avm.types.literal_type import LiteralType

_NUMERAL = re.compile(r"(-?)([0-9][0-9_]*)(?:([a-z]+[0-9]*))?")
_ADDRESS = re.compile(r"aleo1[0-9a-z]{58}|[a-z][a-z0-9_]*\.aleo")
_TYPES = {type_.type_name: type_ for type_ in LiteralType} | {"bool": LiteralType.BOOLEAN}


def wrong_value(text: str, type_name: str) -> str:
    """What is wrong with a value typed for a type, and what would be right; empty when nothing obvious is.

    Only plain literals are judged here; structs, arrays and records are left to the machine.
    """
    text, type_ = text.strip(), _TYPES.get(type_name.split(".")[0])
    if not text:
        return f"A value is missing. It has the type {type_name}."
    if type_ is LiteralType.BOOLEAN:
        return "" if text in ("true", "false") else "A boolean is true or false."
    if type_ is LiteralType.ADDRESS:
        fits = _ADDRESS.fullmatch(text) is not None
        return "" if fits else "An address begins with aleo1 and has 63 characters."
    return _wrong_number(text, type_) if type_ is not None and type_.is_numeric else ""


def _wrong_number(text: str, type_: LiteralType) -> str:
    kind, found = type_.type_name, _NUMERAL.fullmatch(text)
    suffix = None if found is None else found[3]
    if found is None or (suffix is not None and suffix not in _TYPES):
        what, example = ("whole number", 5) if type_.is_integer else ("number", 7)
        return f"{'An' if kind[0] == 'i' else 'A'} {kind} is a {what} with its type, such as {example}{kind}."
    if suffix not in (None, kind):
        return f"{text} is a {suffix}, but {kind} is needed. Use {found[1]}{found[2]}{kind}."
    value = int(found[1] + found[2])
    if type_.is_unsigned and value < 0:
        return f"{kind} has no negative numbers. Use {found[2]}{kind}, or change the type to i{type_.bits}."
    if type_.is_integer and not type_.min <= value <= type_.max:
        return f"{text} does not fit into {kind}: it goes from {type_.min} to {type_.max}."
    return "" if suffix else f"Add the type: {text}{kind}."
