"""Tables that read the same as HTML in a notebook and as plain text in a terminal: ``gpt.pictures.Page`` of rows.

    table(("Step", "Answer"), [("0", "The cat"), ("5", "The meal")], caption="What the model answers")

Whatever stands in a cell is text: it is escaped. What the rows mean, the room does not know.
"""

import html
import textwrap

from gpt.pictures import Page

WIDEST_COLUMN = 60  # characters, of the plain text; longer cells are broken into lines


def table(headings, rows, *, caption="", note="", numeric=()):
    """Make a page of rows of strings.

    Args:
        caption, note: a line above and a line below.
        numeric: indices of columns that stand on the right.
    """
    rows = [tuple(str(cell) for cell in row) for row in rows]
    return Page(_as_html(headings, rows, caption, note, numeric), _as_text(headings, rows, caption, note, numeric))


def _as_html(headings, rows, caption, note, numeric):
    def line(tag, cells, scope=""):
        # Jupyter needs the style, to overrule its own; GitHub removes it, but keeps the attribute.
        sides = ("right" if i in numeric else "left" for i in range(len(cells)))
        aligned = (f' align="{side}" style="text-align: {side}"' for side in sides)
        return "<tr>" + "".join(
            f"<{tag}{scope}{align}>{html.escape(cell)}</{tag}>" for align, cell in zip(aligned, cells, strict=True)
        ) + "</tr>"  # fmt: skip

    parts = ["<table>"]
    if caption:
        parts.append(f"<caption>{html.escape(caption)}</caption>")
    parts += ["<thead>", line("th", headings, ' scope="col"'), "</thead>", "<tbody>"]
    parts += [line("td", row) for row in rows]
    parts += ["</tbody>", "</table>"]
    if note:
        parts.append(f"<p>{html.escape(note)}</p>")
    return "\n".join(parts)


def _as_text(headings, rows, caption, note, numeric):
    broken = [[textwrap.wrap(cell, WIDEST_COLUMN) or [""] for cell in row] for row in (tuple(headings), *rows)]
    widths = [max(len(line) for row in broken for line in row[i]) for i in range(len(headings))]
    lines = [caption] if caption else []
    for number, row in enumerate(broken):
        for k in range(max(map(len, row))):
            cells = [cell[k] if k < len(cell) else "" for cell in row]
            aligned = [
                cell.rjust(width) if i in numeric else cell.ljust(width)
                for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
            ]
            lines.append("  ".join(aligned).rstrip())
        if number == 0:
            lines.append("  ".join("-" * width for width in widths))
    return "\n".join([*lines, *textwrap.wrap(note, 100)])
