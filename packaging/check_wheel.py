"""Builds the wheel, installs it in an empty environment outside the checkout, and tries it there.

It must hold fonts, icons, themes, samples and all licences, make the headless journey, and open the window.
Usage: python packaging/check_wheel.py [--lock FILE] (standard library; the build backend must be installed)
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WANTED = (
    "avm/resources/fonts/Inter-Regular.otf",
    "avm/resources/icons/play.svg",
    "avm/resources/themes/tokens.json",
    "avm/resources/samples/hello/src/main.leo",
)
LICENCES = ("LICENSE", "OFL-Inter.txt", "OFL-JetBrainsMono.txt", "LICENSE.txt")
WINDOW = """
import sys
from PySide6.QtCore import QTimer
from app import main, application
made = application.make_application
def make():
    it = made()
    QTimer.singleShot(4000, it.quit)
    return it
application.make_application = make
sys.exit(main.main([]))
"""


def main() -> int:
    """Build, look inside, install, run; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--lock", help="install the dependencies that this lock file pins")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="avm-wheel-") as name:
        folder = Path(name)
        wheel = build(folder)
        look_inside(wheel)
        python = install(folder / "venv", wheel, told.lock)
        try_it(python, folder)
    print("the wheel makes the journey and opens the window")
    return 0


def build(folder: Path) -> Path:
    """Build the wheel into a folder and return it."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet"]
    command = [*pip, "--no-deps", "--no-build-isolation", "-w", str(folder), str(ROOT)]
    subprocess.run(command, check=True)
    (wheel,) = folder.glob("*.whl")
    print(f"built {wheel.name}: {wheel.stat().st_size:,} bytes", flush=True)
    return wheel


def look_inside(wheel: Path) -> None:
    """Exit with what is missing in the wheel, or what should not be there."""
    names = zipfile.ZipFile(wheel).namelist()
    missing = [name for name in WANTED if name not in names]
    missing += [
        name for name in LICENCES if not any(n.endswith(f"/{name}") for n in names if "/licenses/" in n)
    ]
    foreign = [name for name in names if name.startswith("tests/") or "screenshots" in name]
    if missing or foreign:
        sys.exit(f"the wheel lacks {missing} and holds {foreign}")


def install(venv: Path, wheel: Path, lock: str | None) -> Path:
    """Make an environment with nothing but the wheel and what it needs; return its interpreter."""
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    constraints = venv / "constraints.txt"
    pins = [line.split(" \\")[0] for line in Path(lock).read_text().splitlines()] if lock else []
    constraints.write_text("\n".join(pin for pin in pins if "==" in pin and not pin.startswith(" ")) + "\n")
    subprocess.run([*pip, "--constraint", str(constraints), str(wheel)], check=True)
    return python


def try_it(python: Path, folder: Path) -> None:
    """Make the journey with the installed command, and open the window for a moment."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    environment |= {"QT_QPA_PLATFORM": "offscreen", "AVM_STUDIO_HOME": str(folder / "home")}
    command = python.with_name("avm-studio.exe" if os.name == "nt" else "avm-studio")
    picture = folder / "journey.png"
    calls = (
        [str(command), "--headless", "--json", "--picture", str(picture)],
        [str(python), "-c", WINDOW],
        [str(python.with_name("avm")), "--help"],
    )
    for call in calls:
        status = subprocess.run(call, cwd=folder, env=environment, stdout=subprocess.DEVNULL).returncode
        if status:
            sys.exit(f"status {status} of {' '.join(call)[:200]}")
    if not picture.is_file():
        sys.exit("the journey wrote no picture")


if __name__ == "__main__":
    raise SystemExit(main())
