"""The worker pool: order, failures, cancelling."""

import threading
import time

import pytest

from avm.base.errors import Cancelled
from avm.base.pool import Pool
from avm.base.progress import Cancel


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_results_come_in_the_order_of_the_items(threads: int) -> None:
    with Pool(threads) as pool:
        assert pool.map(lambda x: x * x, range(50)) == [x * x for x in range(50)]
        assert pool.map(lambda x: x, []) == []


def test_the_first_failure_is_raised_and_stops_the_rest() -> None:
    seen = []

    def work(x: int) -> int:
        seen.append(x)
        if x == 3:
            raise ValueError("three")
        return x

    with Pool(2) as pool, pytest.raises(ValueError, match="three"):
        pool.map(work, range(10_000))
    assert len(seen) < 10_000


def test_cancelling_stops_between_chunks() -> None:
    cancel = Cancel()
    started = threading.Event()

    def work(x: int) -> int:
        started.set()
        time.sleep(0.001)
        return x

    def later() -> None:
        started.wait()
        cancel.cancel()

    thread = threading.Thread(target=later)
    thread.start()
    with Pool(2) as pool, pytest.raises(Cancelled):
        pool.map(work, range(100_000), cancel)
    thread.join()


def test_progress_counts_every_item() -> None:
    steps = []

    class Recorder:
        def stage(self, name: str, detail: str = "") -> None: ...

        def step(self, done: int, total: int) -> None:
            steps.append((done, total))

    with Pool(2) as pool:
        pool.map(lambda x: x, range(20), progress=Recorder())
    assert sorted(steps) == [(i, 20) for i in range(1, 21)]
