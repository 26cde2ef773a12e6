"""A server of files on this machine for tests of downloads; what it does wrong is set by the test."""

from __future__ import annotations

import hashlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from avm.varuna.srs.official_files import OfficialFile

DATA = bytes(range(256)) * 4096
NAME = "powers-of-beta-16.usrs"
MANIFEST = {NAME: OfficialFile(NAME, len(DATA), hashlib.sha256(DATA).hexdigest())}


class Remote:
    """Serves `files` by path: whole or by range, cut, slow, or not at all."""

    def __init__(self) -> None:
        self.files = {f"/{MANIFEST[NAME].remote_name}": DATA}
        self.ranges = True
        self.cut_after: list[int] = []
        self.pause = 0.0
        self.status = 0
        self.length = True
        self.shift = 0
        self.asked: list[tuple[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None: ...

            def do_GET(self) -> None:
                outer.answer(self)

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        self.address = f"http://127.0.0.1:{self.http.server_port}/"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        wanted = request.headers.get("Range", "")
        self.asked.append((request.path, wanted))
        data = self.files.get(request.path)
        if self.status or data is None:
            request.send_error(self.status or 404)
            return
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and self.ranges else 0
        if wanted and self.ranges and start >= len(data):
            request.send_error(416)
            return
        request.send_response(206 if wanted and self.ranges else 200)
        if wanted and self.ranges:
            request.send_header("Content-Range", f"bytes {start + self.shift}-{len(data) - 1}/{len(data)}")
        if self.length:
            request.send_header("Content-Length", str(len(data) - start))
        request.send_header("Connection", "close")
        request.end_headers()
        request.close_connection = True
        end = start + self.cut_after.pop(0) if self.cut_after else len(data)
        step = 1 << 15 if self.pause else 1 << 20
        try:
            for at in range(start, min(end, len(data)), step):
                request.wfile.write(data[at : min(at + step, end)])
                request.wfile.flush()
                time.sleep(self.pause)
        except OSError:
            return

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.thread.join(5)
