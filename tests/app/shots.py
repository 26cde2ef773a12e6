"""Grabs the window to a folder, scene by scene, in both themes: `python tests/app/shots.py OUT [scene…]`."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


def main() -> None:
    from PySide6.QtWidgets import QApplication

    from app.application import make_application
    from app.settings import Settings
    from app.studio import Studio
    from app.window import Window

    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[2:]
    application = make_application()
    assert isinstance(application, QApplication)

    def spin(seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            application.processEvents()
            time.sleep(0.005)

    with tempfile.TemporaryDirectory() as home:
        studio = Studio(Settings(Path(home)))
        window = Window(studio)
        window.resize(1600, 1000)
        window.show()
        window.activateWindow()
        spin(0.3)

        def shot(name: str) -> None:
            if wanted and not any(name.startswith(w) for w in wanted):
                return
            for theme in ("dark", "light"):
                studio.set_look("theme", theme)
                spin(0.3)
                window.grab().save(str(out / f"{name}-{theme}.png"))
            studio.set_look("theme", "dark")

        shot("start")
        sample = os.environ.get("SAMPLE", "token")
        studio.open_sample(sample)
        spin(2.0)
        shot("edit")
        studio.run_command("palette.commands")
        window.palette_overlay.field.setText("back")
        spin(0.2)
        shot("palette")
        window.palette_overlay.leave()

        def wait(limit: float) -> None:
            end = time.monotonic() + limit
            spin(0.2)
            while studio.jobs.running() and time.monotonic() < end:
                spin(0.1)

        if os.environ.get("BREAK"):
            code = window.panel("editor").code  # type: ignore[attr-defined]
            at = code.toPlainText().index(os.environ["BREAK"])
            cursor = code.textCursor()
            cursor.setPosition(at)
            code.setTextCursor(cursor)
            cursor.insertText("false + ")
            spin(1.5)
            shot("error")
            code.undo()
            wait(5)
        window.set_perspective("edit")
        window.show_panel("run")
        spin(0.3)
        shot("run")
        studio.run_command("debug.start")
        wait(400)
        spin(0.5)
        for _ in range(int(os.environ.get("STEPS", "4"))):
            studio.run_command("debug.into")
        spin(0.3)
        shot("debug")
        studio.run_command("run.stop")
        if not wanted or any(w in ("prove", "ledger", "proving") for w in wanted):
            studio.run_command("run.run")
            wait(400)
            studio.run_command("prove.prove")
            spin(float(os.environ.get("PROVING", "6")))
            shot("proving")
            wait(900)
            shot("prove")
            studio.run_command("ledger.commit")
            wait(600)
            window.set_perspective("ledger")
            wait(400)
            spin(1)
            shot("ledger")
            panel = window.panel("merkle")
            panel._tamper()  # type: ignore[attr-defined]
            wait(400)
            shot("tamper")
        for line in studio.session.output:
            print(line)
        studio.jobs.close()


if __name__ == "__main__":
    main()
