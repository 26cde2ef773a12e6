"""``avm conformance``: answers scoring scripts, one JSON request per line on standard input."""

from __future__ import annotations

import argparse
import json
import sys
import traceback
from typing import Any

from avm.api.conformance import answer
from avm.base.errors import AvmError, DecodeError
from avm.base.files import parse_json
from avm.cli.command import Command


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(json=True)


def _run(args: argparse.Namespace) -> int:
    for line in sys.stdin:
        if not line.strip():
            continue
        number: Any = None
        try:
            request = parse_json(line, "the request")
            if not isinstance(request, dict):
                raise DecodeError("the request is not an object")
            number = request.get("id")
            reply = answer(request)
        except AvmError as error:
            reply = {"ok": False, "errors": [error.to_dict()]}
        except Exception:  # the protocol wants every fault answered, so that the process can go on
            reply = {"ok": False, "crash": traceback.format_exc()}
        reply["id"] = number
        print(json.dumps(reply), flush=True)
    return 0


COMMAND = Command("conformance", "answer conformance requests, one JSON object per line", _configure, _run)
