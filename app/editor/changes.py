"""From one text to another in few small edits, so that cursors in what stays the same stay where they are."""

from __future__ import annotations

import difflib

MOST_LINES = 4000
Edit = tuple[int, int, str]


def edits(now: str, then: str) -> list[Edit]:
    """(start, end, new text) of parts of `now`, the last first; done in this order they make it `then`.

    Lines are compared one by one; very long differences are one edit.
    """
    old, new = now.splitlines(keepends=True), then.splitlines(keepends=True)
    if len(old) + len(new) > MOST_LINES:
        return [_close(now, 0, len(now), then)] if now != then else []
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    codes = difflib.SequenceMatcher(None, old, new).get_opcodes()
    return [
        _close(now, starts[a], starts[b], "".join(new[c:d]))
        for tag, a, b, c, d in reversed(codes)
        if tag != "equal"
    ]


def _close(now: str, start: int, end: int, new: str) -> Edit:
    """An edit without what is the same at both its ends."""
    old = now[start:end]
    most = min(len(old), len(new))
    head = next((n for n in range(most) if old[n] != new[n]), most)
    rest = most - head
    tail = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
    return start + head, end - tail, new[head : len(new) - tail]
