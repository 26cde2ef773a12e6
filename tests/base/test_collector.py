"""The search for cyclic garbage rests while anyone wants it to rest."""

import gc
import threading

from avm.base.collector import paused_collector


def test_the_search_rests_inside_and_goes_on_after() -> None:
    assert gc.isenabled()
    with paused_collector():
        assert not gc.isenabled()
        with paused_collector():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_search_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with paused_collector():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_one_who_began_while_another_paused_does_not_leave_it_off() -> None:
    inside, leave = threading.Event(), threading.Event()

    def pause() -> None:
        with paused_collector():
            inside.set()
            leave.wait(10)

    other = threading.Thread(target=pause)
    other.start()
    inside.wait(10)
    with paused_collector():
        leave.set()
        other.join()
        assert not gc.isenabled()
    assert gc.isenabled()
