"""A stranger's project runs none of its code when the Studio or ``avm`` is started inside it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLANTED = (
    "sitecustomize",
    "conftest",
    "numba",
    "argparse",
    "yaml",
    "asyncio",
    "difflib",
    "llvmlite",
    "qasync",
)


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A project full of modules that leave a mark when they are imported, and numba's settings file."""
    root = tmp_path / "project"
    (root / "src").mkdir(parents=True)
    (root / "program.json").write_text('{"program": "demo.aleo", "version": "0.1.0"}')
    (root / "src" / "main.leo").write_text(
        "program demo.aleo {\n fn main(public a: u32, b: u32) -> u32 { return a + b; }\n"
        " @noupgrade\n constructor() {}\n}\n"
    )
    for name in PLANTED:
        (root / f"{name}.py").write_text(f"open({str(tmp_path / f'ran-{name}')!r}, 'w').close()\n")
    (root / ".numba_config.yaml").write_text(f"cache_dir: {tmp_path / 'evil'}\ndisable_jit: 1\n")
    return root


def _start(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "NUMBA"))}
    environment |= {
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
        "AVM_STUDIO_HOME": str(folder.parent / "home"),
    }
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def _marks(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.parent.glob("ran-*")) + [
        path.name for path in folder.parent.glob("evil")
    ]


@pytest.mark.parametrize("arguments", [("build",), ("run", "main", "1u32", "2u32"), ("account", "list")])
def test_the_command_line_runs_nothing_of_the_project(hostile: Path, arguments: tuple[str, ...]) -> None:
    done = _start(hostile, "-m", "avm.cli", *arguments)
    assert done.returncode == 0, done.stderr
    assert _marks(hostile) == []


def test_the_installed_script_runs_nothing_of_the_project(hostile: Path) -> None:
    done = _start(
        hostile, "-c", "import sys; sys.path.pop(0); from avm.cli.main import main; sys.exit(main(['build']))"
    )
    assert done.returncode == 0, done.stderr
    assert _marks(hostile) == []


@pytest.mark.parametrize("entry", ["", ".", "../project"])
def test_the_installed_script_runs_nothing_of_the_project_that_is_on_the_path(
    hostile: Path, entry: str
) -> None:
    for name in ("argparse", "pkgutil", "json", "warnings"):
        (hostile / f"{name}.py").write_text(f"open({str(hostile.parent / f'ran-{name}')!r}, 'w').close()\n")
    told = (
        f"import sys; sys.path.insert(0, {entry!r}); from avm.cli.main import main; sys.exit(main(['build']))"
    )
    done = _start(hostile, "-c", told)
    assert done.returncode == 0, done.stderr
    assert _marks(hostile) == []


def test_the_studio_runs_nothing_of_the_project(hostile: Path) -> None:
    done = _start(hostile, "-m", "app.main", "--help")
    assert done.returncode == 0, done.stderr
    code = (
        "import sys, app.main\nfrom pathlib import Path\nfrom app.application import make_application\n"
        "make_application()\nfrom app.studio import Studio\nfrom app.window import Window\n"
        "studio = Studio(); window = Window(studio); window.show()\n"
        "studio.open_project(Path('.').resolve()); studio.jobs.close(5.0)\n"
    )
    done = _start(hostile, "-c", code)
    assert done.returncode == 0, done.stderr
    assert _marks(hostile) == []


@pytest.mark.parametrize(
    "first", ["import avm.algebra.aot", "from avm.base import startup; startup.settle()"]
)
def test_numba_does_not_take_its_settings_from_the_current_folder(hostile: Path, first: str) -> None:
    (hostile / "numba.py").unlink()
    (hostile / "llvmlite.py").unlink()
    (hostile / "yaml.py").write_text(
        "def safe_load(file):\n    return {'cache_dir': 'evil', 'disable_jit': 1}\n"
    )
    told = f"{first}\nimport numba, numba.core.config as c\nnumba.njit('int64(int64)')(lambda x: x)\n"
    done = _start(hostile, "-c", told + "print(repr(c.CACHE_DIR), c.DISABLE_JIT)")
    assert done.stdout.strip() == "'' 0", done.stderr
    plain = "import numba.core.config as c\nprint(repr(c.CACHE_DIR), c.DISABLE_JIT)"
    assert _start(hostile, "-c", plain).stdout.strip() == "'evil' 1", "the trap itself works"
