"""What may name a Leo module: it is a file below ``src``, and each part of its path is an identifier."""

from __future__ import annotations

from avm.api.manifest import WINDOWS_DEVICES, spelling_fault
from avm.base.errors import shown

_RULE = "begin with a letter; use letters, digits and underscores"


def module_fault(name: str) -> str:
    """Return what keeps ``name`` (without ``.leo``) from naming a module or its folder, else nothing."""
    from avm.leo.lexer import KEYWORDS

    fault = spelling_fault(name, capitals=True)
    if not fault and name in KEYWORDS:
        fault = "it is a word of the language"
    elif not fault and name.lower() in WINDOWS_DEVICES:
        fault = "Windows keeps that name for a device and makes no such file"
    return f"{shown(name)} cannot name a module: {fault}; {_RULE}" if fault else ""
