"""Where in the Leo source stands what the machine refuses in a generated program."""

from __future__ import annotations

import re

from avm.base.errors import AvmError
from avm.base.span import Span
from avm.leo.debug_map import CodePlace, DebugMap

_HEADER = re.compile(r"(closure|function|finalize|view) ([A-Za-z_]\w*):|(constructor):")
_NOT_CODE = ("input ", "key ", "value ")


def place_of(error: AvmError, program: str, text: str, debug: DebugMap) -> Span | None:
    """The Leo span of the instruction that an error of the generated text points at.

    An error at a header or an input is shown at the first instruction of that body; None where no body is
    near.
    """
    if error.place is None:
        return None
    kind, name, index, offset = "", "", 0, 0
    for line in text.splitlines(keepends=True):
        header = _HEADER.match(line)
        if header:
            kind = header[1] or header[3]
            name, index = header[2] or header[3], 0
        inside = offset <= error.place.start < offset + len(line)
        if inside and kind:
            return debug.spans.get(CodePlace(program, kind, name, index)) or _first(
                program, kind, name, debug
            )
        if not header and line.startswith("    ") and not line.strip().startswith(_NOT_CODE):
            index += 1
        offset += len(line)
    return None


def _first(program: str, kind: str, name: str, debug: DebugMap) -> Span | None:
    found = [
        (p.index, s) for p, s in debug.spans.items() if (p.program, p.kind, p.name) == (program, kind, name)
    ]
    return min(found, key=lambda pair: pair[0])[1] if found else None
