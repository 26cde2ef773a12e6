"""What may name a Leo module: it is a file below ``src``, and each part of its path is an identifier."""

from __future__ import annotations

import re

from avm.api.manifest import WINDOWS_DEVICES
from avm.base.errors import shown
from avm.base.limits import MAX_NAME

_RULE = "begin with a letter; use letters, digits and underscores"


def module_fault(name: str) -> str:
    """Return what keeps ``name`` (without ``.leo``) from naming a module or its folder, else nothing."""
    from avm.leo.lexer import KEYWORDS

    fault = ""
    if not name:
        fault = "it is empty"
    elif len(name) > MAX_NAME:
        fault = f"it has {len(name):,} characters, and {MAX_NAME} is the most"
    elif not re.match(r"[a-zA-Z]", name):
        fault = "it does not begin with a letter"
    elif not re.fullmatch(r"[a-zA-Z0-9_]+", name):
        fault = "it has characters other than letters, digits and underscores"
    elif name in KEYWORDS:
        fault = "it is a word of the language"
    elif name.lower() in WINDOWS_DEVICES:
        fault = "Windows keeps that name for a device and makes no such file"
    return f"{shown(name)} cannot name a module: {fault}; {_RULE}" if fault else ""
