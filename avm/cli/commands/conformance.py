"""``avm conformance``: answers scoring scripts, one JSON request per line on standard input."""

from __future__ import annotations

import argparse
import json
import sys
import traceback
from collections.abc import Iterator

from avm.base.errors import AvmError, DecodeError
from avm.base.files import parse_json
from avm.base.json_value import JsonValue
from avm.cli.command import Command
from avm.conformance.answers import answer


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(json=True)


def _run(args: argparse.Namespace) -> int:
    out = sys.stdout.buffer if hasattr(sys.stdout, "buffer") else None
    for line in _lines():
        text = reply_line(line)
        if not text:
            continue
        if out is None:
            print(text, flush=True)
        else:
            out.write(text.encode() + b"\n")
            out.flush()
    return 0


def _lines() -> Iterator[str]:
    """Lines of standard input; bytes that are not UTF-8 come as lone surrogates, which are refused."""
    if not hasattr(sys.stdin, "buffer"):
        yield from sys.stdin
        return
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "surrogateescape")


def reply_line(line: str) -> str:
    """Return the reply to one line as JSON in ASCII, "" for a blank line; nothing a line holds raises."""
    if not line.strip():
        return ""
    number: JsonValue = None
    try:
        request = parse_json(line, "the request")
        if not isinstance(request, dict):
            raise DecodeError("the request is not an object")
        number = request.get("id")
        reply = dict(answer(request))
    except AvmError as error:
        reply = {"ok": False, "errors": [error.to_dict()]}
    except (MemoryError, RecursionError) as error:
        reply = {
            "ok": False,
            "crash": f"{type(error).__name__} at {traceback.format_tb(error.__traceback__)[-1]}",
        }
    except Exception:  # the protocol wants every fault answered, so that the process can go on
        reply = {"ok": False, "crash": traceback.format_exc()}
    reply["id"] = number
    try:
        return json.dumps(reply)
    except (TypeError, ValueError, RecursionError) as error:
        return json.dumps({"ok": False, "crash": f"the reply is not JSON: {error}", "id": None})


COMMAND = Command("conformance", "answer conformance requests, one JSON object per line", _configure, _run)
