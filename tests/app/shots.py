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

        def chosen(*names: str) -> bool:
            return not wanted or any(name in wanted for name in names)

        def shot(name: str) -> None:
            if not chosen(name):
                return
            for theme in ("dark", "light"):
                studio.set_look("theme", theme)
                spin(1.0)
                window.grab().save(str(out / f"{name}-{theme}.png"))
            studio.set_look("theme", "dark")

        def wait(limit: float) -> None:
            end = time.monotonic() + limit
            spin(0.3)
            while studio.jobs.running() and time.monotonic() < end:
                spin(0.1)

        def run(function: str, inputs: list[str]) -> None:
            studio.flow.run(function, inputs)
            wait(600)
            studio.run_command("run.stop")

        def sample(name: str) -> None:
            studio.open_sample(name)
            wait(120)
            spin(0.5)

        shot("start")
        if chosen("edit", "palette"):
            sample("token")
            code = window.panel("editor").code  # type: ignore[attr-defined]
            cursor = code.textCursor()
            cursor.setPosition(code.toPlainText().index("held + amount"))
            code.setTextCursor(cursor)
            cursor.insertText("false + ")
            wait(60)
            spin(1.0)
            shot("edit")
            studio.run_command("palette.commands")
            window.palette_overlay.field.setText("back")
            spin(0.3)
            shot("palette")
            window.palette_overlay.leave()
            code.undo()
            wait(60)
        if chosen("debug"):
            sample("payout")
            studio.run_command("debug.start")
            wait(600)
            spin(0.5)
            shot("debug")
            studio.run_command("run.stop")
        if chosen("proving", "prove", "ledger", "tamper"):
            sample("token")
            window.set_perspective("edit")
            address = studio.session.project.runs[0].inputs[0]  # type: ignore[union-attr]
            for amount in ("1_000u64", "250u64"):
                run("mint", [address, amount])
                studio.run_command("prove.prove")
                if amount == "250u64":
                    spin(float(os.environ.get("PROVING", "1.2")))
                    shot("proving")
                wait(900)
                spin(0.5)
                shot("prove")
                studio.run_command("ledger.commit")
                wait(600)
            window.set_perspective("ledger")
            wait(120)
            spin(1.0)
            shot("ledger")
            window.panel("merkle")._tamper()  # type: ignore[attr-defined]
            wait(120)
            spin(0.5)
            shot("tamper")
        for line in studio.session.output:
            print(line)
        studio.jobs.close()


if __name__ == "__main__":
    main()
