"""Starts the Studio: `python -m app.main [PROJECT]`, or headless with `--headless`.

Only Qt and the small parts of the api are imported before the window stands; the engine comes with
the first job.
"""

import os
import sys

_HERE = os.path.realpath(os.curdir)
if os.path.realpath(__file__) != os.path.join(_HERE, "app", "main.py"):
    sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry or os.curdir) != _HERE]

# ruff: noqa: E402 (what follows must not be found in the current folder, which may be a stranger's project)
import argparse
import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.instance import Instance
    from app.studio import Studio

from app.widgets.message import Message
from avm.base import startup

STARTED = time.perf_counter()
SWITCH_S = 0.0005
"""How long a busy engine thread may keep the window waiting; the default of 5 ms adds up."""
FRAME_MS = 400
"""When the desktop has drawn the frame of the new window."""


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="avm-studio", description="A desktop IDE for Leo programs on Aleo.")
    parser.add_argument("project", nargs="?", help="folder of a Leo project, or one of its files")
    parser.add_argument("--sample", default="", help="open this sample instead of the last project")
    parser.add_argument("--headless", action="store_true", help="make the journey without a window")
    parser.add_argument("--json", action="store_true", help="with --headless: one JSON line per stage")
    parser.add_argument("--picture", default="", help="with --headless: write a picture of the window here")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    startup.settle()
    told = parse(sys.argv[1:] if arguments is None else arguments)
    if told.headless:
        from app import headless
        from avm.base.errors import Cancelled
        from avm.base.interrupt import EXIT_CANCELLED

        try:
            return int(headless.main(told.project, told.json, told.picture or None))
        except Cancelled as error:
            print(error.message, file=sys.stderr)
            return EXIT_CANCELLED
    return start(told)


def start(told: argparse.Namespace) -> int:
    import qasync
    from PySide6.QtCore import QTimer

    from app.application import make_application

    application = make_application()
    from app.instance import Instance
    from app.settings import home
    from app.studio import Studio

    instance = Instance(home())
    if not instance.first:
        return second(instance, told)
    from app import placement
    from app.window import Window

    sys.setswitchinterval(SWITCH_S)
    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    studio = Studio()
    studio.faults.install()
    loop.set_exception_handler(studio.faults.on_loop)
    window = Window(studio)
    placement.fit(window)
    window.show()
    QTimer.singleShot(FRAME_MS, window, lambda: placement.fit(window))  # the frame is known by then
    if os.environ.get("AVM_STUDIO_TIMING"):
        print(f"window after {time.perf_counter() - STARTED:.3f} s", file=sys.stderr)
    instance.opened.connect(window.open_from_outside)
    loop.call_soon(lambda: open_first(studio, told))
    loop.call_later(1.0, studio.actions.proof.prepare_prover)
    closed = asyncio.Event()
    application.aboutToQuit.connect(closed.set)
    with loop:
        loop.run_until_complete(closed.wait())
    instance.close()
    studio.faults.remove()
    return 0


def second(instance: "Instance", told: argparse.Namespace) -> int:
    """Another window of this home folder is open: it gets the project, or the person is told why not."""
    why = instance.hand_over(told.project or "")
    if not why:
        print("Opened in the window that is open already.", file=sys.stderr)
        return 0
    print(f"{why}.", file=sys.stderr)
    from PySide6.QtGui import QGuiApplication
    from PySide6.QtWidgets import QMessageBox

    if QGuiApplication.platformName() != "offscreen":
        QMessageBox.warning(None, "AVM Studio", f"{why}.")
    return 1


def open_first(studio: "Studio", told: argparse.Namespace) -> None:
    """The project of the command line, else the sample asked for, else the last project, else at the
    first start the first sample, else the start page.
    """
    from avm.api.workspace import samples

    last = str(studio.settings.get("project") or "")
    if told.project:
        studio.open_project(Path(told.project))
    elif told.sample:
        studio.open_sample(told.sample)
    elif last and Path(last).exists():
        studio.open_project(Path(last))
    elif not studio.settings.get("recent") and samples():
        studio.open_sample(samples()[0].name)
    studio.window.to_start()
    offer_recovery(studio)


def offer_recovery(studio: "Studio") -> None:
    """Unsaved work of Studios that have ended: asked about once, said quietly when it was put off."""
    from app.restoring import restore_unsaved, unsaved_words

    recovery = studio.recovery
    if recovery.unseen:
        restore_unsaved(studio)
    elif recovery.put_off:
        fact, detail = unsaved_words(recovery.put_off)
        studio.window.toast(Message("info", fact, detail, "Restore", lambda: restore_unsaved(studio)))


if __name__ == "__main__":
    sys.exit(main())
