"""One window for each home folder: a second start hands its project to the first, or says why it cannot.

The first start holds a lock that ends with its process, and listens on a socket inside the home folder, which
is closed to others; its name is never in a shared place.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import sys
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from app.lock import FileLock
from avm.base.errors import AvmError
from avm.base.files import make_folder, parse_json, read_text, write_text
from avm.base.json_value import members, number

ANSWER_MS = 3000
MOST_BYTES = 64 << 10
SOCKET_BYTES = 100
"""The longest path that a socket of every system takes."""


class Instance(QObject):
    """`opened` carries the path that a second start was asked for; empty when it was asked for none."""

    opened = Signal(str)

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        with contextlib.suppress(AvmError, OSError):
            make_folder(folder)
            if os.name != "nt":
                folder.chmod(0o700)
        self._name = folder / "window.json"
        self._lock = FileLock(folder / "window.lock")
        self._server: QLocalServer | None = None
        self.first = self._lock.take()
        if self.first:
            self._listen()

    def _listen(self) -> None:
        """Without a socket (a path too long, a disk that refuses) the Studio works; it only cannot be
        handed anything.
        """
        name = str(self.folder / "window.sock")
        if sys.platform == "win32":
            name = f"avm-studio-{secrets.token_hex(16)}"
        elif len(os.fsencode(name)) > SOCKET_BYTES:
            name = ""
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        if name and sys.platform != "win32":
            with contextlib.suppress(OSError):
                Path(name).unlink(missing_ok=True)
        if name and server.listen(name):
            server.newConnection.connect(self._connected)
            self._server = server
        else:
            name = ""
        with contextlib.suppress(AvmError):
            write_text(self._name, json.dumps({"socket": name, "process": os.getpid()}), private=True)

    def _connected(self) -> None:
        assert self._server is not None
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.setReadBufferSize(MOST_BYTES)
            socket.readyRead.connect(self._told)
            socket.disconnected.connect(socket.deleteLater)

    def _told(self) -> None:
        socket = self.sender()
        if not isinstance(socket, QLocalSocket) or not socket.canReadLine():
            return
        try:
            told = parse_json(bytes(socket.readLine().data()).decode("utf-8"), "the request")
            path = str(told.get("open", "")) if isinstance(told, dict) else ""
        except (AvmError, UnicodeDecodeError):
            socket.disconnectFromServer()
            return
        socket.write(b"ok\n")
        socket.flush()
        socket.disconnectFromServer()
        self.opened.emit(path)

    def hand_over(self, path: str) -> str:
        """Gives a project to the first Studio; an empty text, or why it was not taken."""
        try:
            told = members(parse_json(read_text(self._name, 4096), self._name.name))
            name, process = str(told["socket"]), number(told["process"], 1 << 32)
        except (AvmError, KeyError, TypeError, ValueError):
            return f"Another AVM Studio uses {self.folder}, or the folder cannot be written"
        socket = QLocalSocket()
        socket.connectToServer(name)
        asked = json.dumps({"open": str(Path(path).resolve()) if path else ""}) + "\n"
        if name and socket.waitForConnected(ANSWER_MS) and socket.write(asked.encode()) > 0:
            socket.waitForBytesWritten(ANSWER_MS)
            if socket.waitForReadyRead(ANSWER_MS):
                return ""
        return (
            f"Another AVM Studio (process {process}) is open and does not answer. "
            "End it, or give this one a home folder of its own with AVM_STUDIO_HOME"
        )

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        self._lock.release()
