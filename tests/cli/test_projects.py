"""Projects on the command line: places of errors, libraries, views, names, terminals, Ctrl+C."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from avm.api import accounts
from avm.base.interrupt import cancelling
from avm.cli.main import main
from tests.api.projects import app_with_all, manifest, single, write

ROOT = Path(__file__).resolve().parents[2]
VIEWS = """program test.aleo {
    mapping seen: u8 => u8;

    fn main(public a: u8) -> Final {
        return final { Mapping::set(seen, a, 7u8); };
    }

    view fn look(a: u8) -> u8 {
        return Mapping::get_or_use(seen, a, 1u8);
    }

    @noupgrade
    constructor() {}
}
"""


@pytest.mark.parametrize(
    "name,old,new,place",
    [
        ("app/src/rates.leo", "x * FACTOR", "x * true", "src/rates.leo:4:"),
        ("dep/src/helpers.leo", "x + y", "x + true", "../dep/src/helpers.leo:2:"),
    ],
)
def test_an_error_in_a_module_or_a_dependency_shows_its_place(
    name: str, old: str, new: str, place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = app_with_all(tmp_path)
    path = tmp_path / name
    path.write_text(path.read_text().replace(old, new))
    assert main(["build", "--path", str(project.root)]) == 1
    told = capsys.readouterr().err
    assert f"--> {place}" in told and "None" not in told


@pytest.mark.parametrize("program", ["../../evil.aleo", "OUT/evil.aleo", "a\x00b.aleo", "a\nb.aleo"])
def test_a_name_that_leads_out_of_the_project_is_refused(
    program: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "outside")
    root = single(tmp_path / "a/b/project", {"program": program.replace("OUT", out)})
    before = sorted(tmp_path.rglob("*"))
    assert main(["build", "--path", str(root)]) == 1
    assert "cannot name a program" in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before


def test_a_library_is_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = write(tmp_path, {"program.json": manifest("shapes"), "src/lib.leo": "const A: u8 = 1u8;\n"})
    assert main(["build", "--path", str(root)]) == 0
    assert "Checked the library shapes" in capsys.readouterr().out
    (root / "src/lib.leo").write_text("const A: u8 = 1u16;\n")
    assert main(["build", "--path", str(root)]) == 1
    assert "--> src/lib.leo:1:" in capsys.readouterr().err


def test_a_view_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = single(tmp_path, source=VIEWS)
    assert main(["run", "look", "3u8", "--path", str(root)]) == 0
    assert "1u8" in capsys.readouterr().out
    assert main(["run", "look", "3u16", "--path", str(root)]) == 1
    assert "Error" in capsys.readouterr().err


def test_a_view_is_not_proved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = single(tmp_path, source=VIEWS)
    assert main(["prove", "look", "3u8", "--path", str(root)]) == 1
    assert "is a view" in capsys.readouterr().err


def test_equal_warnings_are_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from avm.api.build_views import problem_views
    from avm.base.diagnostics import Diagnostic
    from avm.base.sources import Source
    from avm.base.span import Span

    one = Diagnostic("W1", "warning", "the same", Span(Source("a.leo", "abc"), 0, 1))
    other = Diagnostic("W1", "warning", "the same", Span(Source("a.leo", "abc"), 1, 2))
    found = problem_views([one] * 10 + [other])
    assert [(p.col, p.count) for p in found] == [(1, 10), (2, 1)]


@pytest.mark.parametrize("encoding", ["ascii", "utf-8", "latin-1"])
def test_no_character_stops_a_message(encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    streams = {}
    for name in ("stdout", "stderr"):
        streams[name] = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        monkeypatch.setattr(sys, name, streams[name])
    assert main(["build", "--path", str(tmp_path / "n\udcff\u2603")]) == 1
    assert main(["run", "\ud800\u2603", "--path", str(single(tmp_path))]) == 1
    assert main(["build", "--json", "--path", str(tmp_path / "n\ud800")]) == 1
    for stream in streams.values():
        stream.flush()
    out = streams["stdout"].buffer.getvalue().decode(encoding)  # type: ignore[attr-defined]
    assert json.loads(out.splitlines()[-1])["ok"] is False
    assert "Error" in streams["stderr"].buffer.getvalue().decode(encoding)  # type: ignore[attr-defined]


def test_a_record_is_decrypted_by_its_owner_alone(capsys: pytest.CaptureFixture[str]) -> None:
    from avm.account.keys import PrivateKey
    from avm.data.record import parse_record
    from avm.data.record_ciphertext import encrypt_record, record_view_key

    account, other = accounts.Account.new(), accounts.Account.new()
    entries = "amount: 5u64.private, _nonce: 0group.public, _version: 1u8.public"
    text = f"{{ owner: {account.address}.private, {entries} }}"
    record = parse_record(text)
    key = PrivateKey.parse(account.reveal_private_key()).view_key
    sealed = str(encrypt_record(record, record_view_key(record.nonce, key)))
    assert main(["account", "decrypt", sealed, "--view-key", account.reveal_view_key()]) == 0
    assert "amount: 5u64.private" in capsys.readouterr().out
    assert main(["account", "decrypt", sealed, "--view-key", other.reveal_view_key()]) == 1
    assert "view key" in capsys.readouterr().err


def test_a_ciphertext_is_decrypted_with_its_own_key(capsys: pytest.CaptureFixture[str]) -> None:
    from avm.data.ciphertext import Ciphertext
    from avm.data.plaintext import parse_plaintext

    sealed = str(Ciphertext.encrypt(parse_plaintext("[1u8, 2u8]"), 12345))
    assert main(["account", "decrypt", sealed, "--field", "12345field", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["text"].replace("\n", "").replace(" ", "") == "[1u8,2u8]"
    assert main(["account", "decrypt", sealed]) == 1
    assert "--field" in capsys.readouterr().err
    assert main(["account", "decrypt", sealed, "--field", "5u8"]) == 1
    assert "is a field" in capsys.readouterr().err


@pytest.mark.parametrize(
    "line,words",
    [
        ('{"op": "leo.parse", "id": 1, "sources": [{"path": "\\ud800", "source": ""}]}', "surrogate"),
        ("[" * 100_000, "nested"),
        ("[]", "not an object"),
        ('{"id": ' + "9" * 10_000 + "}", "digits"),
        ("nonsense", "JSON"),
    ],
)
def test_every_conformance_request_is_answered(
    line: str, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(line + "\n" + '{"op": "none", "id": 2}\n'))
    assert main(["conformance"]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["ok"] is False and words in first["errors"][0]["message"]
    assert second == {"ok": False, "unsupported": True, "id": 2}


@pytest.fixture
def default_interrupt() -> Iterator[None]:
    """Ctrl+C raises, also where the tests run in the background of a shell, which lets it be ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_the_first_interrupt_cancels_and_the_second_raises(default_interrupt: None) -> None:
    with pytest.raises(KeyboardInterrupt), cancelling() as cancel:
        os.kill(os.getpid(), signal.SIGINT)
        assert cancel.cancelled
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(1)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_ends_a_long_build_with_130_and_no_traceback(tmp_path: Path) -> None:
    lines = "".join(f"        let x{i + 1}: u32 = x{i} + x{i} * {i}u32;\n" for i in range(20_000))
    body = f"        let x0: u32 = a;\n{lines}        return x20000;\n"
    source = f"program test.aleo {{\n    fn main(a: u32) -> u32 {{\n{body}    }}\n}}\n"
    root = single(tmp_path, source=source)
    script = (
        "import signal, threading, time\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "def tell():\n"
        "    while signal.getsignal(signal.SIGINT) is signal.default_int_handler: time.sleep(0.01)\n"
        "    print('at work', flush=True)\n"
        "threading.Thread(target=tell, daemon=True).start()\n"
        "from avm.cli.main import main\n"
        "raise SystemExit(main())\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, "build", "--path", str(root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    )
    assert process.stdout is not None and process.stdout.readline() == "at work\n"
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130, told
    assert "Traceback" not in told
