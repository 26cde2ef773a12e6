"""The engine's only source of threads: workers over kernels that release the GIL, and one for what blocks."""

from __future__ import annotations

import contextlib
import os
import queue
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import TypeVar, cast

from avm.base.progress import NULL_PROGRESS, Cancel, Progress

T = TypeVar("T")
R = TypeVar("R")
_LOOK_S = 0.1
"""How often a thread that waits looks whether it is to stop."""


def default_threads() -> int:
    """Number of processors this process may use."""
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:
        return max(1, os.cpu_count() or 1)


class Pool:
    """A fixed set of worker threads for chunks of 2 to 10 ms of work.

    The calling thread takes chunks too, so ``Pool(1)`` starts no thread. One pool may be used by one caller
    at a time; independent jobs have pools of their own.
    """

    def __init__(self, threads: int | None = None) -> None:
        self.threads = max(1, threads if threads is not None else default_threads())
        self._executor = (
            ThreadPoolExecutor(self.threads - 1, thread_name_prefix="avm-pool") if self.threads > 1 else None
        )

    def map(
        self,
        function: Callable[[T], R],
        items: Iterable[T],
        cancel: Cancel | None = None,
        progress: Progress = NULL_PROGRESS,
    ) -> list[R]:
        """Return ``[function(x) for x in items]``, computed by all threads.

        Between chunks the cancel flag is checked (``Cancelled``) and progress posted. The first exception of
        a chunk stops the others and is raised.
        """
        work = list(items)
        results: list[R | None] = [None] * len(work)
        lock = threading.Lock()
        state = {"next": 0, "done": 0}
        failure: list[BaseException] = []

        def drain() -> None:
            while True:
                with lock:
                    index = state["next"]
                    if index >= len(work) or failure or (cancel is not None and cancel.cancelled):
                        return
                    state["next"] = index + 1
                try:
                    results[index] = function(work[index])
                except BaseException as error:
                    with lock:
                        failure.append(error)
                    return
                with lock:
                    state["done"] += 1
                    done = state["done"]
                progress.step(done, len(work))

        helpers = []
        if self._executor is not None and len(work) > 1:
            count = min(self.threads, len(work)) - 1
            helpers = [self._executor.submit(drain) for _ in range(count)]
        drain()
        for helper in helpers:
            helper.result()
        if failure:
            raise failure[0]
        if cancel is not None:
            cancel.check()
        return results  # type: ignore[return-value]

    def close(self) -> None:
        """End the worker threads."""
        if self._executor is not None:
            self._executor.shutdown(wait=True)

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


_ENDED = object()


def background_iter(
    source: Callable[[], Iterator[T]], cancel: Cancel | None = None, ahead: int = 8
) -> Generator[T, None, None]:
    """Yield what the generator ``source()`` yields while it runs on a thread of its own.

    For sources that may block for long (a name server, a slow connection): a cancel is honoured at once with
    ``Cancelled``, and the source, told so at its next item, is closed on its own thread. ``ahead`` items may
    wait to be taken. What the source raises is raised here.
    """
    items: queue.Queue[object] = queue.Queue(max(1, ahead))
    stop = threading.Event()

    def put(item: object) -> bool:
        while not stop.is_set():
            try:
                items.put(item, timeout=_LOOK_S)
            except queue.Full:
                continue
            return True
        return False

    def work() -> None:
        try:
            with contextlib.closing(cast("Generator[T, None, None]", source())) as generator:
                for item in generator:
                    if not put(item):
                        return
        except BaseException as error:
            put(_Failure(error))
        else:
            put(_ENDED)

    threading.Thread(target=work, name="avm-background-iter", daemon=True).start()
    try:
        while True:
            if cancel is not None:
                cancel.check()
            try:
                item = items.get(timeout=_LOOK_S)
            except queue.Empty:
                continue
            if item is _ENDED:
                return
            if isinstance(item, _Failure):
                raise item.error
            yield cast(T, item)
    finally:
        stop.set()


class _Failure:
    def __init__(self, error: BaseException) -> None:
        self.error = error
