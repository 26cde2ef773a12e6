"""Lines, columns and offsets."""

from hypothesis import given
from hypothesis import strategies as st

from avm.base.sources import Source
from avm.base.span import LineIndex, Span


def test_lines_and_columns_are_one_based() -> None:
    index = LineIndex("ab\ncd\n")
    assert [index.line_col(i) for i in range(7)] == [
        (1, 1),
        (1, 2),
        (1, 3),
        (2, 1),
        (2, 2),
        (2, 3),
        (3, 1),
    ]


@given(st.text(alphabet="a\nü", max_size=60), st.data())
def test_offset_is_the_inverse_of_line_col(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    index = LineIndex(text)
    assert index.offset(*index.line_col(offset)) == offset


def test_joined_spans_cover_both() -> None:
    assert Span(Source("f"), 5, 9).join(Span(Source("f"), 2, 6)) == Span(Source("f"), 2, 9)
