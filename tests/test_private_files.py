"""Every file and folder that the command line and the Studio make is for their user alone."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.prove,
    pytest.mark.skipif(os.name == "nt", reason="modes are a Unix matter"),
]
ROOT = Path(__file__).resolve().parents[1]
STUDIO = """
import sys, time
from pathlib import Path
import app.main
from avm.base import startup
startup.settle()
from app.application import make_application
application = make_application()
from app.studio import Studio
from app.window import Window
studio = Studio()
window = Window(studio)
window.show()
def until(done, seconds=240):
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        application.processEvents()
        time.sleep(0.01)
    assert done()
studio.open_project(Path(sys.argv[1]))
until(lambda: studio.session.artifacts.built is not None and not studio.jobs.running())
studio.session.documents.open(Path(sys.argv[1]) / "src" / "main.leo")
studio.actions.run("main", ["7u32", "8u32"])
until(lambda: studio.session.ran is not None and not studio.jobs.running())
studio.settings.set("theme", "light")
document = next(iter(studio.session.documents.by_path.values()))
document.text_document.setPlainText(document.text() + "// changed\\n")
studio.recovery.write()
studio.settings.save()
studio.jobs.close(5.0)
studio.watch.close()
window.hide()
window.deleteLater()
from PySide6.QtCore import QCoreApplication, QEvent
QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
application.processEvents()
"""


def _open_ones(folder: Path) -> list[str]:
    """What others may read, write or enter, with its mode."""
    return [
        f"{path.relative_to(folder)} {oct(stat.S_IMODE(path.lstat().st_mode))}"
        for path in folder.rglob("*")
        if not path.is_symlink() and stat.S_IMODE(path.lstat().st_mode) & 0o077
    ]


def _environment(folder: Path) -> dict[str, str]:
    plain = {k: v for k, v in os.environ.items() if not k.startswith("AVM_")}
    return plain | {
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
        "AVM_STUDIO_HOME": str(folder / "home"),
        "AVM_CACHE_DIR": str(folder / "cache"),
        "AVM_PASSWORD": "correct horse battery",
        "XDG_CACHE_HOME": str(folder / "xdg"),
        "HOME": str(folder / "user"),
    }


def _started(folder: Path, where: Path, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=where,
        env=_environment(folder),
        umask=0o022,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_journey_of_the_command_line_leaves_nothing_open(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    verbs = (
        ("new", "demo"),
        ("account", "new", "--name", "main"),
        ("account", "use", "main"),
    )
    for verb in verbs:
        _started(tmp_path, tmp_path, "-m", "avm.cli", *verb)
    project = tmp_path / "demo"
    for verb in (
        ("build",),
        ("run", "main", "1u32", "2u32"),
        ("prove", "main", "1u32", "2u32", "--commit", "--output", "p.proof"),
        ("verify", "p.proof"),
        ("ledger", "verify"),
        ("srs", "generate", "--output", str(tmp_path / "own.srs"), "--degree", "12"),
    ):
        _started(tmp_path, project, "-m", "avm.cli", *verb)
    assert (project / "p.proof").exists() and (tmp_path / "home" / "accounts.json").exists()
    assert _open_ones(tmp_path) == []


def test_a_session_of_the_studio_leaves_nothing_open(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    project = tmp_path / "demo"
    (project / "src").mkdir(parents=True)
    (project / "program.json").write_text('{"program": "demo.aleo", "version": "0.1.0"}')
    (project / "src" / "main.leo").write_text(
        "program demo.aleo {\n fn main(public a: u32, b: u32) -> u32 { return a + b; }\n"
        " @noupgrade\n constructor() {}\n}\n"
    )
    for path in (project, project / "src", *project.rglob("*.*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    _started(tmp_path, tmp_path, "-c", STUDIO, str(project))
    assert (tmp_path / "home" / "settings.json").exists()
    assert list((tmp_path / "home").rglob("*.json"))
    assert _open_ones(tmp_path) == []
