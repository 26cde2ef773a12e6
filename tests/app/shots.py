"""Grabs the window to a folder, scene by scene, in both themes: `python tests/app/shots.py OUT [scene…]`."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

MIXER = """\
// Mixes a secret into a public seed, many times.
program mixer.aleo {
    fn main(public seed: u64, secret: u64) -> u64 {
        let mixed: u64 = seed;
        for turn: u64 in 0u64..400u64 {
            mixed = mixed.mul_wrapped(secret).add_wrapped(turn) ^ seed;
        }
        return mixed;
    }

    @noupgrade
    constructor() {}
}
"""
OTHER = "aleo1qnr4dkkvkgfqph0vzc3y6z2eu975wnpz2925ntjccd5cfqxtyu8s7pyjh9"


def several_files(studio: Any, window: Any, wait: Any, spin: Any, shot: Any) -> None:
    """A project of modules, a library and a dependency: an error in a module, then a step in it."""
    from tests.api.projects import app_with_all

    window.set_perspective("edit")
    window.docks.reset()
    project = app_with_all(studio.settings.folder / "projects")
    studio.open_project(project.root)
    wait(120)
    module = studio.session.documents.open(project.root / "src/rates.leo")
    code = window.panel("editor").code
    cursor = code.textCursor()
    cursor.setPosition(code.toPlainText().index("FACTOR;\n    return"))
    cursor.movePosition(cursor.MoveOperation.EndOfWord, cursor.MoveMode.KeepAnchor)
    cursor.insertText("true")
    code.setTextCursor(cursor)
    window.show_panel("problems")
    wait(60)
    spin(1.0)
    shot("files-error")
    module.text_document.undo()
    wait(60)
    studio.session.toggle_breakpoint(module.path, 4)
    studio.session.documents.open(project.main)
    studio.actions.run("main", ["5u32", "7u32"], debug=True)
    wait(60)
    spin(0.8)
    shot("files-step")
    studio.run_command("run.stop")
    studio.session.toggle_breakpoint(module.path, 4)
    studio.actions.save_all()


def proving(studio: Any, window: Any, wait: Any, under_way: Any, save: Any) -> None:
    """A proof on its way: of a program large enough to be seen at work, with its first proof behind."""
    studio.new_project(studio.settings.folder / "projects", "mixer")
    wait(60)
    code = window.panel("editor").code
    code.selectAll()
    code.insertPlainText(MIXER)
    studio.actions.save_all()
    wait(60)
    studio.actions.run("main", ["7u64", "11u64"])
    wait(600)
    studio.run_command("prove.prove")
    wait(900)
    for theme in ("dark", "light"):
        studio.set_look("theme", theme)
        studio.run_command("prove.prove")
        under_way()
        if not studio.jobs.running(kind="prove"):
            raise SystemExit("the proof was over before its picture was taken")
        save("proving", theme)
        for job in studio.jobs.running(lane="prover"):
            studio.jobs.cancel(job)
        wait(60)
    studio.set_look("theme", "dark")


def lab(studio: Any, window: Any, wait: Any, spin: Any) -> None:
    """The proof lab after every part was altered alone, with one bit of a commitment flipped."""
    window.set_perspective("prove")
    panel = window.show_panel("proof_lab")
    window.docks.close_panel("constraints")
    wait(60)
    studio.run_command("lab.sweep")
    wait(300)
    part = next(p.key for p in panel.lab.parts if p.name == "g_1")
    panel.parts.choose(part)
    panel._show_actions()
    panel.alter()
    wait(60)
    panel.parts.setFocus()
    spin(0.5)


def accounts(studio: Any, window: Any, wait: Any, spin: Any) -> None:
    """Two accounts of one's own beside the shared one, keys masked."""
    from avm.api.accounts import Secret

    window.set_perspective("edit")
    panel = window.show_panel("accounts")
    panel.keystore.create_store(Secret("a sentence of some words"))
    for name in ("Ada", "Treasury"):
        panel.keystore.create(name)
    panel.choose(panel.keystore.entries()[1])
    panel.form.forget()
    panel.reload()
    wait(60)
    spin(0.5)


@contextmanager
def srs(studio: Any, window: Any, wait: Any, spin: Any) -> Iterator[None]:
    """The SRS manager with two strings and a download on its way, from a server of this process."""
    from avm.api import parameters as offered
    from avm.storage import parameters, srs_download

    class Slow(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

        def do_GET(self) -> None:
            size = next(f.size for f in MANIFEST if f.remote_name == self.path.lstrip("/"))
            self.send_response(200)
            self.send_header("Content-Length", str(size))
            self.end_headers()
            try:
                for _ in range(0, size, 1 << 16):
                    self.wfile.write(bytes(1 << 16))
                    time.sleep(0.1)
            except OSError:
                return

    from avm.varuna.srs.official_files import OFFICIAL_FILES as MANIFEST

    before, root = offered.SERVERS, parameters.cache_root
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as home:
        # The pictures show where files lie: below a home folder, as they do for everybody.
        before_home = os.environ.get("HOME", "")
        os.environ["HOME"] = home
        cache = Path(home) / ".cache" / "avm-studio"
        cache.mkdir(parents=True)
        parameters.cache_root = lambda: cache
        offered.SERVERS = (srs_download.Server(f"http://127.0.0.1:{server.server_port}/"),)
        official = Path(__file__).resolve().parents[3] / "shared" / "params"
        if official.is_dir():
            parameters.Parameters().import_official(official)
        window.set_perspective("prove")
        panel = window.show_panel("srs")
        panel.generate(15)
        wait(120)
        panel.reload()
        wait(60)
        panel.official.grid.choose("2^17")
        panel.official._tell()
        panel.download(panel.official.chosen())
        spin(3.0)
        yield
        panel.cancel_download()
        wait(10)
        offered.SERVERS, parameters.cache_root = before, root
        os.environ["HOME"] = before_home
    server.shutdown()


def main() -> None:
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QApplication

    from app.application import make_application
    from app.settings import Settings
    from app.studio import Studio
    from app.widgets.prompt import Prompt
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
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # type: ignore[call-overload]
            time.sleep(0.005)

    with tempfile.TemporaryDirectory() as home:
        settings = Settings(Path(home))
        settings.set("scale", float(os.environ.get("SCALE", "1")))
        studio = Studio(settings)
        window = Window(studio)
        window.resize(1600, 1000)
        window.show()
        window.activateWindow()
        spin(0.3)

        def chosen(*names: str) -> bool:
            return not wanted or any(name in wanted for name in names)

        def save(name: str, theme: str) -> None:
            window.toasts.clear()
            picture = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
            picture.save(str(out / f"{name}-{theme}.png"), "PNG", 0)

        def shot(name: str) -> None:
            if not chosen(name):
                return
            for theme in ("dark", "light"):
                studio.set_look("theme", theme)
                spin(0.6)
                save(name, theme)
            studio.set_look("theme", "dark")

        def wait(limit: float) -> None:
            end = time.monotonic() + limit
            spin(0.3)
            while studio.jobs.running() and time.monotonic() < end:
                spin(0.1)

        def run(function: str, inputs: list[str]) -> None:
            studio.actions.run(function, inputs)
            wait(600)

        def under_way() -> None:
            """Waits until a proof has some stages behind it and some before it."""
            end = time.monotonic() + 60
            while time.monotonic() < end:
                jobs = studio.jobs.running(kind="prove")
                if not jobs or len(jobs[0].stages) >= int(os.environ.get("STAGES", "4")):
                    break
                application.processEvents()
            studio.jobs._poll()  # type: ignore[attr-defined]
            for _ in range(3):
                application.processEvents()

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
        if chosen("result", "module", "narrow"):
            sample("token")
            window.set_perspective("edit")
            studio.run_command("run.run")
            wait(60)
            shot("result")
            studio.run_command("file.new_module")
            sheet = next(p for p in window.findChildren(Prompt) if p.isVisible())
            sheet.field.setText("two words")  # type: ignore[union-attr]
            sheet.buttons[0].click()
            shot("module")
            sheet.leave()
            studio.session.set_debugging(True)
            studio.session.set_step(3)
            window.set_perspective("debug")
            window.resize(1024, 640)
            spin(0.8)
            shot("narrow")
            window.resize(1600, 1000)
            studio.run_command("run.stop")
            spin(0.5)
        if chosen("halt"):
            sample("payout")
            studio.run_command("debug.start")
            wait(600)
            shot("halt")
            studio.run_command("run.stop")
        if chosen("step"):
            sample("series")
            studio.run_command("debug.start")
            wait(600)
            studio.session.set_step(0)
            for _ in range(5):
                studio.actions.step("into")
            spin(0.5)
            shot("step")
            studio.run_command("run.stop")
        if chosen("accounts"):
            sample("token")
            accounts(studio, window, wait, spin)
            shot("accounts")
            window.docks.reset()
        if chosen("files-error", "files-step"):
            several_files(studio, window, wait, spin, shot)
        if chosen("prove", "lab", "ledger", "tamper", "debug"):
            sample("token")
            window.set_perspective("prove")
            wait(600)
            address = studio.session.project.runs[0].inputs[0]  # type: ignore[union-attr]
            for number, amount in enumerate(("1_000u64", "250u64", "75u64")):
                run("mint", [address, amount])
                studio.run_command("prove.prove")
                wait(900)
                if number == 2:
                    window.set_perspective("prove")
                    spin(0.3)
                    shot("prove")
                studio.run_command("ledger.commit")
                wait(600)
            if chosen("lab"):
                lab(studio, window, wait, spin)
                shot("lab")
                window.docks.reset()
            window.set_perspective("ledger")
            wait(120)
            transaction = studio.session.ledger.chosen
            studio.session.show_transaction(transaction, 0, 1)
            wait(120)
            spin(0.5)
            shot("ledger")
            window.panel("merkle")._tamper()  # type: ignore[attr-defined]
            wait(120)
            spin(0.5)
            shot("tamper")
            window.set_perspective("edit")
            studio.actions.run("transfer", [OTHER, "5_000u64"], debug=True)
            wait(60)
            spin(0.5)
            shot("debug")
        if chosen("srs"):
            sample("token")
            with srs(studio, window, wait, spin):
                shot("srs")
            wait(60)
        if chosen("proving"):
            proving(studio, window, wait, under_way, save)
        for line in studio.session.output:
            print(line.level, line.fact)
        studio.jobs.close()


if __name__ == "__main__":
    main()
