"""The avm command as a person uses it: verbs, exit codes, JSON."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from avm.cli.command import emit, note
from avm.cli.main import _parser, command_names, load_command, main


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("name", command_names())
def test_every_command_says_what_it_does(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    command = load_command(name)
    assert command.name == name
    assert command.help
    with pytest.raises(SystemExit) as caught:
        main([name, "--help"])
    assert caught.value.code == 0
    assert command.help.split()[0] in capsys.readouterr().out


@pytest.mark.skipif(os.name == "nt", reason="pipes end otherwise there")
@pytest.mark.parametrize("json_lines", [(), ("--json",)])
def test_a_reader_that_went_away_is_no_fault(json_lines: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "avm.cli", "srs", "list", *json_lines],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=120,
    )
    os.close(writing)
    assert done.returncode == 1 and done.stderr == ""


def test_a_foreign_text_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "a\x9b2K\x1b[1A\x85\u2028\u202eb\r\x00\tc\n\u00e4\u2026d"
    emit(argparse.Namespace(json=False), {}, hostile)
    note(hostile)
    out, err = capsys.readouterr()
    escaped = "a\\x9b2K\\x1b[1A\\x85\\u2028\\u202eb\\r\\x00\tc\n\u00e4\u2026d\n"
    assert out == err == escaped
    assert main(["verify", "no\x9b2Ksuch\u202e.proof"]) == 1
    told = capsys.readouterr().err
    assert "such" in told and "\x9b" not in told and "\u202e" not in told


def test_wrong_usage_exits_with_2() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["build", "--nonsense"])
    assert caught.value.code == 2


def test_new_makes_a_project_and_refuses_to_make_it_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", "vault", "--path", str(tmp_path), "--json"]) == 0
    assert lines(capsys)[0]["program"] == "vault.aleo"
    assert main(["new", "vault", "--path", str(tmp_path), "--json"]) == 1
    error = lines(capsys)[0]["error"]
    assert isinstance(error, dict) and error["code"] == "EAVM1005"


def test_a_failure_names_code_message_and_hint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--path", str(tmp_path)]) == 1
    text = capsys.readouterr().err
    assert "EAVM1003" in text and "try:" in text


def test_accounts_sign_and_verify(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["account", "new", "--json"]) == 0
    account = lines(capsys)[0]
    key, address = str(account["private_key"]), str(account["address"])
    assert main(["account", "sign", "5u8", "--private-key", key, "--json"]) == 0
    signature = str(lines(capsys)[0]["signature"])
    check = ["account", "verify", "--address", address, "--signature", signature, "--json"]
    assert main([*check, "5u8"]) == 0
    assert main([*check, "6u8"]) == 1


def test_keys_are_not_printed_unless_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["account", "new"]) == 0
    out = capsys.readouterr()
    assert "APrivateKey1" not in out.out + out.err
    assert "aleo1" in out.out


@pytest.mark.parametrize(("typed", "meant"), [("biuld", "build"), ("ledgr", "ledger"), ("acount", "account")])
def test_a_verb_with_a_slip_is_named(capsys: pytest.CaptureFixture[str], typed: str, meant: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([typed])
    told = capsys.readouterr().err
    assert stopped.value.code == 2 and f"did you mean '{meant}'?" in told and "choose from" not in told


def test_a_verb_like_no_other_gets_no_guess(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["zzzzzzzz"])
    assert "no command 'zzzzzzzz'; `avm --help`" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["run", "prove"])
def test_a_negative_input_is_no_option(verb: str) -> None:
    parsed = _parser([verb]).parse_args([verb, "main", "-5i64", "-1field", "--path", "here"])
    assert (parsed.inputs, parsed.path) == (["-5i64", "-1field"], "here")
    with pytest.raises(SystemExit):
        _parser([verb]).parse_args([verb, "main", "-x"])


def test_inputs_may_stand_behind_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "vault", "--path", str(tmp_path), "--json"]) == 0
    capsys.readouterr()
    assert main(["run", "main", "7u32", "--path", str(tmp_path / "vault"), "35u32", "--json"]) == 0
    assert lines(capsys)[0]["outputs"] == ["42u32"]
    for wrong in (["run", "main", "--trace", "5u8", "--nonsense"], ["build", "--path", ".", "5u8"]):
        with pytest.raises(SystemExit):
            main(wrong)
        assert "unrecognized arguments" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["before", "after"])
def test_the_options_of_the_ledger_stand_before_or_after_its_verb(place: str) -> None:
    options = ["--ledger", "other.db", "--path", "there"]
    words = [*options, "blocks"] if place == "before" else ["blocks", *options]
    parsed = _parser(["ledger"]).parse_args(["ledger", *words])
    assert (parsed.ledger, parsed.path, parsed.count) == ("other.db", "there", 10)
    plain = _parser(["ledger"]).parse_args(["ledger", "blocks"])
    assert (plain.ledger, plain.path) == (None, ".")


@pytest.mark.parametrize("verb", ["new", "import"])
def test_a_name_without_its_option_is_told_what_to_type(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["account", verb, "bob", "o'hara"])
    assert stopped.value.code == 2
    assert f"avm account {verb} --name 'bob o'\"'\"'hara'" in capsys.readouterr().err


def test_kernels_that_cannot_be_kept_are_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("avm.cli.main.kernels_not_kept", lambda: "others can write there")
    assert main(["srs", "list", "--json"]) == 0
    seen = capsys.readouterr()
    assert "Note: others can write there." in seen.err and "others" not in seen.out
