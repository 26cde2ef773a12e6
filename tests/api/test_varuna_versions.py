"""Old versions of Varuna are marked wherever one is chosen or shown, with the reason."""

from __future__ import annotations

import pytest

from avm.api.varuna_versions import CURRENT, name_of, superseded
from avm.cli.main import main
from avm.varuna.version import VarunaVersion


@pytest.mark.parametrize("version", VarunaVersion)
def test_what_is_said_of_a_version_agrees_with_the_protocol(version: VarunaVersion) -> None:
    assert bool(superseded(version)) == (version < CURRENT)
    assert ("superseded" in name_of(version)) == (version < CURRENT)
    assert not superseded(CURRENT)


def test_the_reason_names_what_v3_adds() -> None:
    assert superseded(2).startswith("Varuna V2 is superseded") and "separation that V3 adds" in superseded(2)


def test_the_command_says_so_where_a_version_is_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["prove", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert "1 and 2 are superseded" in told and "soundness" in told


def test_the_words_on_two_versions_are_grammatical(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["prove", "--help"])
    assert "superseded: it lacks" not in " ".join(capsys.readouterr().out.split())
