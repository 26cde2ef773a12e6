"""Deep work finds the same stack everywhere, and Python does not search its trees for cycles."""

import gc
import sys
import threading

import pytest

from avm.base.deep import FRAMES, deeply, on_deep_stack


def test_the_search_for_cycles_rests_while_deep_work_runs_and_goes_on_after() -> None:
    assert gc.isenabled()
    assert not on_deep_stack(gc.isenabled)
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError):
        on_deep_stack(lambda: 1 // 0)
    assert gc.isenabled()


def test_a_search_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        on_deep_stack(lambda: None)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_the_last_of_several_works_puts_everything_back() -> None:
    limit = sys.getrecursionlimit()
    inside, leave = threading.Event(), threading.Event()

    def wait() -> None:
        inside.set()
        leave.wait(10)

    long = threading.Thread(target=on_deep_stack, args=(wait,))
    long.start()
    inside.wait(10)
    on_deep_stack(lambda: None)
    assert not gc.isenabled() and sys.getrecursionlimit() == FRAMES
    leave.set()
    long.join()
    assert gc.isenabled() and sys.getrecursionlimit() == limit


def test_deep_work_inside_deep_work_runs_at_once() -> None:
    assert on_deep_stack(lambda: deeply(threading.get_ident)() == threading.get_ident())
