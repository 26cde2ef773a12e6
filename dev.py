#!/usr/bin/env python3
"""The only bootstrap: sets up a virtual environment from the lock file, then runs, tests, checks, measures.

Usage: python3 dev.py run | test | check | bench | soak | package   (``-h`` after each shows its options)

Needs nothing but Python 3.11 to 3.14. Everything it installs goes into ``.venv`` beside this file; on Linux
it also installs Qt's system libraries where it may, else it prints the command to type.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "packaging" / "requirements.lock"
SUPPORTED = ((3, 11), (3, 12), (3, 13), (3, 14))
QT_LIBRARIES = (
    "libegl1",
    "libgl1",
    "libfontconfig1",
    "libfreetype6",
    "libxkbcommon0",
    "libxkbcommon-x11-0",
    "libdbus-1-3",
    "libglib2.0-0",
    "libgssapi-krb5-2",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xinerama0",
    "libxcb-xkb1",
)


def say(text: str) -> None:
    """Print a line of the bootstrap itself on standard error, so that standard output stays clean."""
    print(f"dev: {text}", file=sys.stderr, flush=True)


def venv_python(venv: Path) -> Path:
    """Path of a virtual environment's interpreter."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def interpreters() -> dict[tuple[int, int], str]:
    """One working interpreter of each supported version: this one, those on the PATH, those of pyenv."""
    found = {sys.version_info[:2]: sys.executable} if sys.version_info[:2] in SUPPORTED else {}
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    for version in SUPPORTED:
        name = "python{}.{}".format(*version)
        places = [shutil.which(name), *(str(path) for path in sorted(root.glob(f"*/bin/{name}")))]
        for place in places:
            # A shim of pyenv is on the PATH and still does not run.
            if place and version not in found and answers(place):
                found[version] = place
    return found


def answers(python: str) -> bool:
    """Whether an interpreter starts and can make virtual environments."""
    try:
        return subprocess.run([python, "-c", "import venv, ssl"], capture_output=True).returncode == 0
    except OSError:
        return False


def find_python() -> str:
    """Return an interpreter of a supported version: this one if it fits, else the newest found."""
    if sys.version_info[:2] in SUPPORTED:
        return sys.executable
    found = interpreters()
    if found:
        return found[max(found)]
    sys.exit(f"dev: Python {named(SUPPORTED)} is needed; none was found on the PATH.")


def named(versions: Iterable[tuple[int, int]]) -> str:
    """Versions as text: 3.11, 3.12 or 3.13."""
    texts = ["{}.{}".format(*version) for version in versions]
    return " or ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


def lock_digest() -> str:
    """Digest of everything that decides what the environment holds."""
    digest = hashlib.sha256()
    for path in (LOCK, ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def quiet(command: list[str]) -> None:
    """Run a set-up command; print its output only when it fails."""
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT)
    if result.returncode:
        sys.stderr.write(result.stdout)
        sys.exit(f"dev: this command failed with status {result.returncode}: {' '.join(command)}")


def ensure_environment(interpreter: str = "", venv: Path = ROOT / ".venv") -> Path:
    """Create or renew a virtual environment when it is absent or the lock changed; return its interpreter."""
    python, stamp = venv_python(venv), venv / "avm-lock.sha256"
    wanted = lock_digest()
    if python.exists() and stamp.exists() and stamp.read_text().strip() == wanted:
        return python
    if not python.exists():
        say(f"making the virtual environment {venv.name}")
        quiet([interpreter or find_python(), "-m", "venv", str(venv)])
    say("installing the locked dependencies (a few minutes the first time)")
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    quiet([*pip, "--require-hashes", "-r", str(LOCK)])
    quiet([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)])
    stamp.write_text(wanted + "\n")
    return python


def qt_fault(python: Path, platform: str) -> str:
    """What Qt says when it does not start on a platform (empty: the one it chooses itself), else nothing."""
    code = "import PySide6QtAds, PySide6.QtSvg, PySide6.QtWidgets as w; w.QApplication([])"
    environment = dict(os.environ, **({"QT_QPA_PLATFORM": platform} if platform else {}))
    result = subprocess.run([str(python), "-c", code], capture_output=True, env=environment, text=True)
    return (result.stderr or f"status {result.returncode}") if result.returncode else ""


def ensure_qt_libraries(python: Path, platform: str = "offscreen") -> None:
    """See that Qt starts on a platform; on Linux install its system libraries where allowed, else name the
    command.
    """
    fault = qt_fault(python, platform)
    if not fault:
        return
    if "could not connect to display" in fault:
        sys.stderr.write(fault)
        sys.exit("dev: the display does not answer; see DISPLAY, or type: python3 dev.py run --headless")
    command = ["apt-get", "install", "-y", "--no-install-recommends", *QT_LIBRARIES]
    may_install = sys.platform.startswith("linux") and shutil.which("apt-get") and os.geteuid() == 0
    if may_install:
        say("installing Qt's system libraries")
        subprocess.run(["apt-get", "update", "-qq"], capture_output=True)
        quiet([command[0], "-qq", *command[1:]])
        fault = qt_fault(python, platform)
    if fault:
        sys.stderr.write(fault)
        sys.exit(
            "dev: Qt cannot load its system libraries. On Debian or Ubuntu type:\n  sudo " + " ".join(command)
        )


def has_display() -> bool:
    """Whether a window can be shown here."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def call(python: Path, *arguments: str, environment: dict[str, str] | None = None) -> int:
    """Run a module or script in the environment, in the project's folder; return its status."""
    merged = dict(os.environ, **(environment or {}))
    try:
        return subprocess.run([str(python), *arguments], cwd=ROOT, env=merged).returncode
    except KeyboardInterrupt:
        return 130


def run(args: argparse.Namespace) -> int:
    """Open the Studio, or make the journey headless."""
    python = ensure_environment()
    headless = args.headless or not has_display()
    ensure_qt_libraries(python, "offscreen" if headless else "")
    arguments = ["-m", "app.main"]
    if args.project:
        arguments.append(str(Path(args.project).resolve()))
    if headless:
        arguments.append("--headless")
        if args.picture:
            arguments += ["--picture", str(Path(args.picture).resolve())]
    if args.json:
        arguments.append("--json")
    environment = {"QT_QPA_PLATFORM": "offscreen"} if headless else {}
    return call(python, *arguments, environment=environment)


def test(args: argparse.Namespace) -> int:
    """Run the test suite, everything or the fast tier; then what else was asked for."""
    python = ensure_environment()
    ensure_qt_libraries(python)
    status = run_tests(python, args.fast, args.pytest)
    if args.every_python and status == 0:
        status = test_every_python()
    if args.wheel and status == 0:
        status = call(python, str(ROOT / "packaging" / "check_wheel.py"), "--lock", str(LOCK))
    return status


def run_tests(python: Path, fast: bool, extra: list[str]) -> int:
    """Run pytest on two workers."""
    command = ["-m", "pytest"]
    if fast:
        command += ["-m", "not prove and not oracle and not qt"]
    if not any(a.startswith("-n") for a in extra):
        command += ["-n", "2", "--dist", "loadfile"]
    return call(python, *command, *extra, environment={"QT_QPA_PLATFORM": "offscreen"})


def test_every_python() -> int:
    """Make the headless journey and run the fast tier under every other supported Python found here."""
    others = {v: path for v, path in interpreters().items() if v != sys.version_info[:2]}
    say(f"other Pythons here: {named(sorted(others)) if others else 'none'}")
    for version, interpreter in sorted(others.items()):
        name = "{}.{}".format(*version)
        python = ensure_environment(interpreter, ROOT / f".venv-{name}")
        say(f"journey and fast tests under Python {name}")
        headless = {"QT_QPA_PLATFORM": "offscreen"}
        picture = str(ROOT / "build" / f"journey-{name}.png")
        status = call(
            python, "-m", "app.main", "--headless", "--json", "--picture", picture, environment=headless
        ) or run_tests(python, True, [])
        if status:
            say(f"failed under Python {name}")
            return status
    return 0


def check(args: argparse.Namespace) -> int:
    """Run every static check: format, lint, types, layers, contrast, dead code, sizes."""
    python = ensure_environment()
    steps = (
        ("format", ["-m", "ruff", "format", "--check", "."]),
        ("lint", ["-m", "ruff", "check", "."]),
        ("types", ["-m", "mypy"]),
        ("layers", ["-c", "from importlinter.cli import lint_imports as l; exit(l(no_cache=True))"]),
        ("contrast", [str(ROOT / "resources" / "themes" / "contrast.py")]),
        ("dead code", ["-m", "vulture"]),
        ("sizes", ["-m", "tests.sizes"]),
    )
    failed = []
    for name, command in steps:
        result = subprocess.run(
            [str(python), *command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        print(f"{name}: {'ok' if result.returncode == 0 else 'FAILED'}", flush=True)
        if result.returncode:
            print(result.stdout, flush=True)
            failed.append(name)
    return 1 if failed else 0


def bench(args: argparse.Namespace) -> int:
    """Measure start-up, builds, constraints, proofs; ``--json`` prints one line a figure or table."""
    python = ensure_environment()
    ensure_qt_libraries(python)
    arguments = ["-m", "tests.bench", *args.what]
    for option in ("json", "quick"):
        if getattr(args, option):
            arguments.append(f"--{option}")
    return call(python, *arguments, environment={"QT_QPA_PLATFORM": "offscreen"})


def soak(args: argparse.Namespace) -> int:
    """Let random users loose on the window, one after the other; or kill users at random moments."""
    python = ensure_environment()
    platform = "xcb" if args.display else "offscreen"
    ensure_qt_libraries(python, platform)
    if args.kill:
        arguments = ["-m", "tests.app.kill_soak", "--times", str(args.times)]
    else:
        arguments = [str(ROOT / "tests" / "app" / "monkey.py"), "--minutes", str(args.minutes)]
    environment = {"QT_QPA_PLATFORM": platform}
    return call(python, *arguments, "--seed", str(args.seed), environment=environment)


def package(args: argparse.Namespace) -> int:
    """Installers are not built yet."""
    say("installers for Windows, macOS and Linux are not built yet; use `python3 dev.py run`.")
    return 1


def main() -> int:
    """Parse the verb and run it."""
    parser = argparse.ArgumentParser(prog="dev.py", description=(__doc__ or "").splitlines()[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    verb = verbs.add_parser("run", help="open the Studio, or make its journey headless")
    verb.add_argument("project", nargs="?", help="folder of a Leo project (default: a sample)")
    verb.add_argument("--headless", action="store_true", help="no window: compile, run, prove, commit")
    verb.add_argument("--json", action="store_true", help="print one JSON line per stage")
    verb.add_argument("--picture", help="where the headless run writes its picture of the window")
    verb.set_defaults(function=run)
    verb = verbs.add_parser("test", help="run the tests; further arguments go to pytest")
    verb.add_argument("--fast", action="store_true", help="only the fast tier")
    verb.add_argument(
        "--every-python", action="store_true", help="then journey and fast tier under the other Pythons here"
    )
    verb.add_argument(
        "--wheel", action="store_true", help="then build the wheel, install and try it elsewhere"
    )
    verb.set_defaults(function=test)
    verb = verbs.add_parser("check", help="format, lint, types, layers, contrast, dead code, sizes")
    verb.set_defaults(function=check)
    verb = verbs.add_parser("bench", help="measure")
    verb.add_argument("what", nargs="*", help="which figures, for one: prove (default: all)")
    verb.add_argument("--json", action="store_true", help="print one JSON line per figure or table")
    verb.add_argument("--quick", action="store_true", help="prove: without growth and the real engine")
    verb.set_defaults(function=bench)
    verb = verbs.add_parser("soak", help="random users of the window, for long")
    verb.add_argument("--minutes", type=float, default=60.0, help="how long (default: 60)")
    verb.add_argument("--kill", action="store_true", help="kill them, and look for what is lost")
    verb.add_argument("--times", type=int, default=700, help="how many kills (default: 700)")
    verb.add_argument("--seed", type=int, default=1, help="of the first user (default: 1)")
    verb.add_argument("--display", action="store_true", help="on the display, with panes that float")
    verb.set_defaults(function=soak)
    verb = verbs.add_parser("package", help="build installers")
    verb.set_defaults(function=package)
    args, rest = parser.parse_known_args()
    if rest and args.verb != "test":
        parser.error(f"unknown arguments: {' '.join(rest)}")
    args.pytest = rest
    status: int = args.function(args)
    return status


if __name__ == "__main__":
    raise SystemExit(main())
