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

    from app.main import make_application
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
        for name in ("debug", "prove", "ledger"):
            window.set_perspective(name)
            spin(0.4)
            shot(f"{name}-empty")
        studio.jobs.close()


if __name__ == "__main__":
    main()
