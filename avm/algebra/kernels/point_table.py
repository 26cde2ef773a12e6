"""Points in lines for the eight-lane sums, and the entries that name them.

A table is lines of eight words, a coordinate in limbs of 52 bits, aligned to 64 bytes. An entry is the place
of a point's x, in words; its y lies in the next line, or in the one before (``BEFORE``). ``NEGATED`` says
that the point is to be negated; bit 31 marks a lane that has no point at this place.
"""

from __future__ import annotations

ABSENT = 1 << 31
NEGATED, BEFORE = 1, 2
LINE_WORDS = 8
ROW_WORDS = 2 * LINE_WORDS
"""Words of a point in a table that holds x and y only."""
POINT_LINES = 3
"""Lines of a point in a table that holds x, y and β·x, the x of its image under the endomorphism."""
