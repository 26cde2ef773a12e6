"""The bytes of a file on a server, from an offset on: http and https by the standard library.

Proxies come from the environment, certificates from the system. Two failures are told apart: ``Broken`` may
go away, ``Refused`` will not.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlsplit

import avm

BLOCK = 1 << 18
"""At most so many bytes are handed on at once."""


class Broken(Exception):
    """The connection broke or the server does not answer now; another attempt may help."""


class Refused(Exception):
    """This server does not give the file; another one may."""


def receive(url: str, have: int, size: int, timeout: float) -> Iterator[int | bytes]:
    """Yield the offset at which the server begins, ``have`` or 0, then its bytes in blocks.

    ``size`` is the whole file's; a server that promises another length is ``Refused``. Blocks for at most
    ``timeout`` seconds at a time, and for as long as the system looks up a name. ``Broken`` when the
    connection cannot be made or ends early.
    """
    server = urlsplit(url).netloc
    headers = {"User-Agent": f"avm-studio/{avm.__version__}", "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    try:
        with _opener().open(urllib.request.Request(url, headers=headers), timeout=timeout) as response:
            offset = _offset(response, server, have, size)
            yield offset
            arrived = offset
            while block := response.read1(BLOCK):
                arrived += len(block)
                yield block
        if arrived < size:
            raise Broken(f"{server} ended the connection at byte {arrived:} of {size:}")
    except urllib.error.HTTPError as error:
        with error:
            if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and have:
                yield from receive(url, 0, size, timeout)
                return
            if error.code >= 500 or error.code == http.HTTPStatus.TOO_MANY_REQUESTS:
                raise Broken(f"{server} answers {error.code} {error.reason}") from None
            if error.code in (http.HTTPStatus.NOT_FOUND, http.HTTPStatus.FORBIDDEN, http.HTTPStatus.GONE):
                raise Refused(f"{server} does not have it ({error.code})") from None
            raise Refused(f"{server} answers {error.code} {error.reason}") from None
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        raise Broken(_network_words(error, server, timeout)) from error


def _offset(response: http.client.HTTPResponse, server: str, have: int, size: int) -> int:
    """Where the answer begins: ``have`` for a range that was honoured, else 0; the length must be right."""
    offset, promised = 0, response.headers.get("Content-Length", "")
    if response.status == http.HTTPStatus.PARTIAL_CONTENT:
        found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", response.headers.get("Content-Range", ""))
        if found is None or int(found[1]) != have or found[3] not in ("*", str(size)):
            raise Refused(f"{server} answers a range that was not asked for")
        offset = have
    if promised.isdigit() and int(promised) != size - offset and response.status == http.HTTPStatus.OK:
        raise Refused(f"{server} has {promised} bytes under this name, not {size}")
    return offset


def _opener() -> urllib.request.OpenerDirector:
    """Only http and https, with the environment's proxies and the system's certificates."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _network_words(error: Exception, server: str, timeout: float) -> str:
    """What went wrong on the way, as a sentence without its full stop."""
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, TimeoutError):
        return f"{server} said nothing for {timeout:.0f} s"
    if isinstance(cause, socket.gaierror):
        return f"the name {server} was not found; is there a network?"
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"the certificate of {server} is not valid: {cause.verify_message}"
    if isinstance(cause, ConnectionRefusedError):
        return f"{server} refuses connections"
    if isinstance(cause, ConnectionError | http.client.HTTPException):
        return f"the connection to {server} broke"
    if isinstance(cause, OSError):
        return f"{server} cannot be reached: {cause.strerror or cause}"
    return f"{server} cannot be reached: {cause}"
