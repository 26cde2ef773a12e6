"""Every line of a conformance session gets one reply, and the process goes on."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from avm.cli.commands.conformance import reply_line

SETTINGS = {"network": "mainnet", "block_height": 20000000}


def request(**fields: object) -> str:
    return json.dumps({"id": 7, "settings": SETTINGS, **fields})


HOSTILE = {
    "a lone surrogate in a value": request(op="avm.value", value="\ud800"),
    "a lone surrogate in a program": request(
        op="avm.program", program="// \udfff\nprogram t.aleo;", imports={}
    ),
    "a lone surrogate in a name": request(op="avm.fees", name="\ud800"),
    "a lone surrogate in Leo": request(op="leo.compile", source="program t.aleo { \ud800 }", name="t"),
    "bytes that are no UTF-8": '{"op": "avm.value", "value": "\udcff", "id": 7}',
    "deep JSON": '{"op": ' + "[" * 100_000,
    "no object": "[1]",
    "no JSON": "hello",
    "an unknown operation": request(op="nothing"),
    "an operation that is no text": request(op=["x"]),
    "an operation that is an object": request(op={}),
    "a missing field": request(op="avm.value"),
    "a field of another type": request(op="avm.value", value=7),
    "a list as program": request(op="avm.evaluate", program=[], function={}, inputs=1),
    "a huge number": '{"op": "avm.value", "value": ' + "9" * 5000 + ', "id": 7}',
    "a number that is no id": '{"op": "avm.value", "id": 1e400}',
    "a deep value": request(op="avm.value", value="[" * 100_000),
    "many digits": request(op="avm.value", value="9" * 5000 + "field"),
    "a type too deep": request(
        op="avm.program", program="program t.aleo;\nfunction f:\n    input r0 as " + "[" * 9999, imports={}
    ),
    "settings of another type": json.dumps({"op": "avm.value", "value": "1u8", "id": 7, "settings": []}),
    "an edition that is no number": request(op="avm.program", program="x", imports={}, edition="\ud800"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_line_gets_a_reply_whatever_it_holds(name: str) -> None:
    text = reply_line(HOSTILE[name])
    assert text.isascii() and "\n" not in text
    reply = json.loads(text)
    assert isinstance(reply["ok"], bool) and "id" in reply
    if not reply["ok"]:
        assert reply.get("unsupported") or reply.get("errors") or reply.get("crash")


def test_lone_surrogates_are_an_expected_error() -> None:
    for name, line in HOSTILE.items():
        if "surrogate" in name:
            assert json.loads(reply_line(line))["errors"], name


def test_the_process_answers_line_after_line() -> None:
    lines = [*HOSTILE.values(), "", request(op="avm.value", value="'é' \"\u2028\"")]
    data = "\n".join(lines).encode("utf-8", "surrogateescape") + b"\n"
    ran = subprocess.run(
        [sys.executable, "-m", "avm.cli", "conformance"],
        input=data,
        capture_output=True,
        timeout=120,
        check=True,
    )
    replies = ran.stdout.splitlines()
    assert len(replies) == len(lines) - 1
    assert all("ok" in json.loads(reply) for reply in replies)
