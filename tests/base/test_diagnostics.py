"""Diagnostics are bounded in number, and told once."""

from avm.base.diagnostics import MOST, Diagnostic, Diagnostics, collapsed
from avm.base.sources import Source
from avm.base.span import Span

PLACE = Span(Source("main.leo"), 1, 2)


def test_a_repeated_warning_is_told_once_with_its_count() -> None:
    one, other = Diagnostic("W1", "warning", "unused", PLACE), Diagnostic("W2", "warning", "odd", PLACE)
    (first, second) = collapsed([one, other, one, one])
    assert second is other
    assert first.message == "unused" and "3 times" in first.note


def test_a_flood_is_cut_and_said_to_be() -> None:
    found = Diagnostics()
    for i in range(3 * MOST):
        found.warning("W1", f"warning {i}", PLACE)
    assert not found.has_errors
    found.error("E1", "the error that counts", PLACE)
    assert found.has_errors
    assert len(found) == MOST + 2
    assert "not shown" in found.items[MOST].message
    assert found.items[-1].message == "the error that counts"
