"""Programs of every kind of statement, with each gap between two tokens filled by white space and comments.

The table ``golden/gaps.json`` holds what the network's own parser says to each: for every gap one letter a
filler, ``y`` for accepted. ``python -m tests.program.gaps COMMAND`` makes it anew by a command that answers
lines of JSON ``{"op": "parse_program", "program": ...}`` with ``{"ok": ...}``.
"""

from __future__ import annotations

import itertools
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden" / "gaps.json"
FILLERS = ("", " ", "\t", "\r", "\n", "\\\n", " /* c */ ", " // c\n ", "\f", "\u00a0", "/**/", "//\n")

_HEAD = "program t.aleo;\n"
_STRUCT = _HEAD + "struct s:\n    a as u8;\n"
_MAIN = _STRUCT + "function main:\n    input r0 as u8.public;\n    "
_FINALIZE = (
    "import credits.aleo;\n" + _HEAD + "mapping m:\n    key as u8.public;\n    value as u8.public;\n"
    "function main:\n    async main into r0;\n    output r0 as t.aleo/main.future;\nfinalize main:\n    "
)

# A prefix that is left alone, the part whose gaps are filled, and what follows.
TEMPLATES: tuple[tuple[str, str, str], ...] = (
    ("", "import credits.aleo ; program t.aleo ;", " function main:"),
    (_HEAD, "struct s : a as u8 ; b as [ u8 ; 2u32 ] ; c as [ [ field ; 2u32 ] ; 3u32 ] ;", ""),
    (_HEAD, "record s : owner as address.private ; a as u8.public ; b as field.constant ;", ""),
    (_HEAD, "mapping s : key as u8.public ; value as [ u8 ; 2u32 ].public ;", ""),
    (_HEAD, "closure c : input r0 as u8 ; add r0 1u8 into r1 ; output r1 as u8 ;", ""),
    (_HEAD, "function f : input r0 as u8.private ; input r1 as u8.public ; output r0 as u8.private ;", ""),
    (
        "import credits.aleo;\n" + _HEAD,
        "function f : input r0 as credits.aleo/credits.record ; input r1 as dynamic.record ;",
        "",
    ),
    (_HEAD, "constructor : assert.eq true true ; ", ""),
    (_HEAD, "view v : input r0 as u8.public ; output r0 as u8.public ;", ""),
    (
        _HEAD,
        "function f : async f into r0 ; output r0 as t.aleo/f.future ; finalize f : assert.eq 1u8 1u8 ;",
        "",
    ),
    (_MAIN, "add.w r0 255u8 into r1 ; not r1 into r2 ; ternary true r1 r2 into r3 ;", ""),
    (_MAIN, "assert.eq self.caller self.signer ; is.eq r0 r0 into r1 ;", ""),
    (_MAIN, "cast r0 into r1 as s ; assert.eq r1.a -1i8 ; cast.lossy r0 into r2 as field ;", ""),
    (_MAIN, "cast r0 r0 into r1 as [ u8 ; 2u32 ] ; add r1[0u32] r0 into r2 ;", ""),
    (
        _MAIN,
        "cast group::GEN into r1 as group.x ; cast aleo::GENERATOR_POWERS[1u32] into r2 as group.y ;",
        "",
    ),
    (_MAIN, "hash.bhp256 r0 into r1 as [ boolean ; 8u32 ] ; commit.ped64 r0 1scalar into r2 as group ;", ""),
    (_MAIN, "serialize.bits r0 ( u8) into r1 ( [ boolean ; 34u32 ]) ;", ""),
    (_MAIN, "deserialize.bits.raw r0 ( [ boolean ; 8u32 ]) into r1 ( u8) ;", ""),
    (_MAIN, "call c r0 1u8 into r1 r2 ; call t2.aleo/f r0 ; call g ;", ""),
    (
        _MAIN,
        "call.dynamic 'a' 'aleo' 'f' with r0 r0 ( as u8.public dynamic.record ) into r1 ( as u8.private ) ;",
        "",
    ),
    (_MAIN, "get.record.dynamic r0.a into r1 as u8.private ; sign.verify r0 r0 r0 into r2 ;", ""),
    (_MAIN, "assert.eq credits.aleo credits.aleo ; assert.eq 'abc' \"x y\" ;", ""),
    (_FINALIZE, "get m[ 1u8 ] into r0 ; get.or_use m[ 1u8 ] 2u8 into r1 ; contains m[ 1u8 ] into r2 ;", ""),
    (
        _FINALIZE,
        "get credits.aleo/account[ credits.aleo ] into r0 ; set 1u8 into m[ 2u8 ] ; remove m[ 1u8 ] ;",
        "",
    ),
    (_FINALIZE, "branch.eq 1u8 2u8 to end ; branch.neq 1u8 2u8 to end ; position end ;", ""),
    (_FINALIZE, "rand.chacha 1u8 2u8 into r0 as field ; await r1 ;", ""),
    (_FINALIZE, "get.dynamic 'a' 'aleo' 'm' [ 1u8 ] into r0 as u8 ;", ""),
    (_FINALIZE, "get.or_use.dynamic 'a' 'aleo' 'm' [ 1u8 ] 2u8 into r0 as [ u8 ; 2u32 ] ;", ""),
    (_FINALIZE, "contains.dynamic 'a' 'aleo' 'm' [ 1u8 ] into r0 ;", ""),
    (
        _FINALIZE,
        "assert.eq block.height network.id ; assert.eq checksum credits.aleo/edition ; "
        "assert.eq program_owner main/checksum ; assert.eq block.timestamp credits.aleo/main/checksum ;",
        "",
    ),
)
_TOKEN = re.compile(r"'[^']*'|\"[^\"]*\"|[A-Za-z0-9_]+|\S")


def gaps(part: str) -> list[tuple[int, int]]:
    """Return where each gap between two tokens begins and ends, those without white space too."""
    tokens = list(_TOKEN.finditer(part))
    return [(a.end(), b.start()) for a, b in itertools.pairwise(tokens)]


def cases(template: tuple[str, str, str]) -> Iterator[list[str]]:
    """Yield for each gap the programs with every filler in it."""
    before, part, after = template
    for start, end in gaps(part):
        yield [f"{before}{part[:start]}{filler}{part[end:]}{after}" for filler in FILLERS]


def main(command: str) -> None:
    """Write the table by asking ``command``."""
    oracle = subprocess.Popen(shlex.split(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert oracle.stdin and oracle.stdout

    def accepts(program: str) -> bool:
        assert oracle.stdin and oracle.stdout
        oracle.stdin.write(json.dumps({"op": "parse_program", "program": program}) + "\n")
        oracle.stdin.flush()
        return bool(json.loads(oracle.stdout.readline())["ok"])

    table = []
    for template in TEMPLATES:
        verdicts = ["".join("ny"[accepts(text)] for text in texts) for texts in cases(template)]
        table.append({"part": template[1], "verdicts": verdicts})
    lines = ",\n".join(json.dumps(row) for row in table)
    GOLDEN.write_text(f"[\n{lines}\n]\n")
    oracle.stdin.close()
    oracle.wait()


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]))
