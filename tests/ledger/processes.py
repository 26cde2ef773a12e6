"""Runs functions in processes of their own, which a server without threads forks: cheap, and safe to kill."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable
from typing import Any

import pytest

needs_fork = pytest.mark.skipif(sys.platform == "win32", reason="needs fork")


def start(function: Callable[..., object], *arguments: object) -> Any:
    """Begin a function of a module in a new process; ``join`` waits for it, ``exitcode`` tells its end."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.ledger.support"])
    process = context.Process(target=function, args=arguments)
    process.start()
    return process


def run(function: Callable[..., object], *arguments: object) -> int:
    """Return the exit code of a function: 0, 1 after an exception, -9 when it was killed."""
    process = start(function, *arguments)
    process.join()
    code: int = process.exitcode
    process.close()
    return code
