"""Tables: the same message as HTML and as plain text, and nothing in a cell becomes markup."""

import re

from hypothesis import given
from hypothesis import strategies as st

from gpt.tables import WIDEST_COLUMN, table


def test_columns_are_aligned_and_long_cells_are_broken():
    page = table(("Step", "Answer"), [(0, "short"), (120, "word " * 20)], numeric=(0,), caption="Above", note="Below")
    lines = page.text.splitlines()
    assert lines[0] == "Above" and lines[-1] == "Below" and lines[1].split() == ["Step", "Answer"]
    assert lines[3] == "   0  short" and lines[4].startswith(" 120  word word") and lines[5].startswith("      word")
    assert max(map(len, lines)) <= 6 + WIDEST_COLUMN
    assert '<td align="right" style="text-align: right">120</td>' in page.html
    assert '<th scope="col" align="left" style="text-align: left">Answer</th>' in page.html


@given(st.lists(st.tuples(st.text(), st.text()), max_size=3))
def test_every_text_is_only_text(rows):
    page = table(("<a>", "&"), rows, caption="<b>", note="<i>")
    inside = page.html
    for tag in ("table", "thead", "tbody", "tr", "th", "td", "caption", "p"):
        inside = re.sub(f'</?{tag}( scope="col")?( align="left" style="text-align: left")?>', "", inside)
    assert "<" not in inside and ">" not in inside
    assert repr(page) == page.text and page._repr_mimebundle_() == {"text/html": page.html, "text/plain": page.text}
