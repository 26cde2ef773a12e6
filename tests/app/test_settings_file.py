"""What the settings file may hold, who may read it, and that private inputs come in only on request."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from app.input_memory import InputMemory
from app.settings import Settings
from app.settings_table import TABLE
from app.studio import Studio
from app.widgets.private_inputs import PrivateInputsTick
from avm.api.views import ParameterView

unix = pytest.mark.skipif(os.name == "nt", reason="modes are a Unix matter")
PARAMETERS = (ParameterView("a", "u32", "public"), ParameterView("b", "u32", "private"))
WRONG: list[Any] = [
    None,
    5,
    -1.5,
    "x",
    "\U0001f600" * 99,
    [],
    [[]],
    {},
    {"a": {}},
    {"a": [[]]},
    True,
    10**300,
]


def _with(folder: Path, values: Any) -> Settings:
    folder.mkdir(exist_ok=True)
    text = values if isinstance(values, str) else json.dumps(values)
    (folder / "settings.json").write_text(text)
    return Settings(folder)


def test_every_default_is_what_its_own_check_allows() -> None:
    for name, setting in TABLE.items():
        assert (
            all(map(setting.check, setting.default.values()))
            if setting.entries
            else setting.check(setting.default)
        ), name


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("value", WRONG)
def test_a_value_of_the_wrong_kind_is_dropped_and_said(
    qapp: QApplication, tmp_path: Path, name: str, value: Any
) -> None:
    settings = _with(tmp_path, {name: value, "theme" if name != "theme" else "zoom": "light"})
    found = settings.get(name)
    assert type(found) is type(TABLE[name].default) or name in ("scale", "zoom")
    if found != value:
        assert any(name in note for note in settings.notes)


def test_the_studio_opens_with_wrong_settings_and_says_so(qapp: QApplication, tmp_path: Path) -> None:
    settings = _with(tmp_path, {"scale": "big", "perspective": "nowhere", "recent": 7, "keys": {"a": 5}})
    studio = Studio(settings)
    said = " ".join(m.fact for m in studio.session.output)
    assert all(name in said for name in ("scale", "perspective", "recent", "keys"))
    studio.jobs.close(1.0)


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 100_000, "[]", "NaN", '{"zoom": Infinity}', '"\\ud800"']
)
def test_a_file_that_is_no_settings_is_set_aside(qapp: QApplication, tmp_path: Path, text: str) -> None:
    settings = _with(tmp_path, text)
    assert settings.broken is not None and settings.broken.read_text() == text and settings.notes


@unix
def test_the_file_and_its_folder_are_for_the_user_alone(qapp: QApplication, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "home")
    settings.set("theme", "light")
    assert settings.save()
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "home" / "settings.json").stat().st_mode) == 0o600


@unix
def test_an_older_file_is_closed_when_it_is_opened(qapp: QApplication, tmp_path: Path) -> None:
    folder = tmp_path / "home"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    (folder / "settings.json").write_text("{}")
    (folder / "settings.json").chmod(0o644)
    Settings(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "settings.json").stat().st_mode) == 0o600


@unix
@pytest.mark.parametrize("fault", ["everybody", "owner"])
def test_a_file_that_others_could_have_written_is_neither_read_nor_replaced(
    qapp: QApplication, tmp_path: Path, fault: str
) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"theme": "light"}')
    if fault == "everybody":
        path.chmod(0o666)
    elif os.geteuid() == 0:
        os.chown(path, 65534, 65534)
    else:
        pytest.skip("only root can give files away")
    settings = Settings(tmp_path)
    assert settings.get("theme") == "dark" and settings.notes
    settings.set("theme", "dark")
    assert not settings.save() and path.read_text() == '{"theme": "light"}'


def test_private_inputs_are_not_written_unless_asked_for(qapp: QApplication, tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    memory = InputMemory(settings)
    memory.remember("p:main", ["5u32", "1234567891u32"], PARAMETERS)
    memory.remember("p:other", ["987654321u32"], ())
    settings.save()
    text = (tmp_path / "settings.json").read_text()
    assert "5u32" in text and "1234567891" not in text and "987654321" not in text
    assert memory.of("p:main") == [["5u32", "1234567891u32"]], "while it runs everything is there"
    assert InputMemory(Settings(tmp_path)).of("p:main") == [["5u32", ""]]


def test_private_inputs_are_kept_on_request_and_dropped_again(qapp: QApplication, tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    tick, other = PrivateInputsTick(settings), PrivateInputsTick(settings)
    assert not tick.isChecked()
    tick.setChecked(True)
    assert other.isChecked()
    InputMemory(settings).remember("p:main", ["5u32", "1234567891u32"], PARAMETERS)
    settings.save()
    assert InputMemory(Settings(tmp_path)).of("p:main") == [["5u32", "1234567891u32"]]
    other.setChecked(False)
    assert not tick.isChecked()
    settings.save()
    assert "1234567891" not in (tmp_path / "settings.json").read_text()


def test_inputs_that_older_versions_kept_are_dropped_from_the_disk(
    qapp: QApplication, tmp_path: Path
) -> None:
    _with(tmp_path, {"theme": "light", "inputs": {"p:main": [["5u32", "1234567891u32"]]}})
    text = (tmp_path / "settings.json").read_text()
    assert "1234567891" not in text and "light" in text


def test_a_run_form_without_its_private_inputs_begins_with_the_samples(studio: Studio) -> None:
    session = studio.session
    session.remember_inputs("main", ["1u32", "2u32"])
    assert session.input_history("main") == [["1u32", "2u32"]]
    assert str(studio.settings.get("run_inputs")).count("2u32") == 0
