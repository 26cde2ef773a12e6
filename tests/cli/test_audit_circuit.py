"""``avm audit-circuit``: what it prints and how it exits, on samples and on a circuit with a fault."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from avm.api import workspace
from avm.cli.main import main
from avm.types.integers import IntegerVar


def audited(capsys: pytest.CaptureFixture[str], code: int, *arguments: str) -> list[dict[str, object]]:
    assert main(["audit-circuit", *arguments, "--json"]) == code
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def token() -> str:
    return str(next(s.path for s in workspace.samples() if s.name == "token"))


@pytest.mark.prove
@pytest.mark.parametrize("name", [sample.name for sample in workspace.samples()])
def test_the_circuits_of_the_samples_have_no_free_output(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = next(sample.path for sample in workspace.samples() if sample.name == name)
    for view in audited(capsys, 0, "--path", str(path)):
        assert view["ok"] and view["witness"]
        assert all(found["verdict"] == "unique" for found in view["outputs"])  # type: ignore[attr-defined]
        assert all(found["why"] for found in view["loose"])  # type: ignore[attr-defined]


def test_the_table_names_instruction_and_leo_line(token: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit-circuit", "mint", "--path", token]) == 0
    text = capsys.readouterr().out
    assert "mint: gt r1 0u64 into r2;" in text and "UNIQUE output 0 id" in text
    assert "four, of which the quadruple is the same" in text


FAULTY = """program faulty.aleo {
    fn main(public a: u8, public b: u8) -> public u8 {
        return a.add_wrapped(b);
    }

    @noupgrade
    constructor() {}
}
"""


def test_an_output_that_a_prover_may_choose_is_shown_with_two_values(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["new", "faulty", "--path", str(tmp_path), "--json"]) == 0
    capsys.readouterr()
    project = tmp_path / "faulty"
    (project / "src" / "main.leo").write_text(FAULTY)
    assert audited(capsys, 0, "main", "3u8", "4u8", "--path", str(project))[0]["ok"]

    def unbound(self: IntegerVar, other: IntegerVar) -> IntegerVar:
        return self._low_product(other)

    monkeypatch.setattr(IntegerVar, "add_w", unbound)
    (view,) = audited(capsys, 1, "main", "3u8", "4u8", "--path", str(project))
    free = [found for found in view["outputs"] if found["verdict"] == "free"]  # type: ignore[attr-defined]
    assert free and free[0]["values"][0] != free[0]["values"][1] and free[0]["leo_line"] == 3
