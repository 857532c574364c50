"""Answers before and after fine-tuning beside the expected ones, to be leafed through by outcome and by family.

The page folds and unfolds by itself, without any script. Where styles are allowed, two lists choose what is shown;
where they are not, these lists are hidden, and the groups and headings tell the same.

    answer_browser(test_data, base_responses, [entry["model_response"] for entry in test_data], test_families)
"""

import html
import textwrap

from gpt.pictures import BLUE, CELL, GREY, INK, ORANGE, PAPER, Page, tinted
from gpt.scoring import first_sentence, is_right, is_right_at_first
from gpt.templates import task_of

LONGEST = 400  # characters of a text that are shown; a model that does not stop may write thousands
FIRST = 2  # entries of each group in the plain text

# In the order of the page.
LEARNED, FORMED, KEPT, WORDED, WRONG, LOST, OPEN = OUTCOMES = (
    "Wrong before, right after",
    "Right at first before, right after",
    "Right before and after",
    "Right after, in other words",
    "Wrong before and after",
    "Right before or at first, wrong after",
    "Open question, answered in other words",
)


def outcome_of(entry, before, after, is_open=False, short=None):
    """One of ``OUTCOMES``: what fine-tuning has done to an answer. Right is what ``gpt.scoring.is_right`` calls so.

    Args:
        is_open: whether the question has many good answers. One in other words than expected is not called wrong then.
        short: the short answer, if it is known. Right at first is what ``gpt.scoring.is_right_at_first`` calls so.
    """
    was_right_at_first = is_right_at_first(entry, before, short)
    if is_right(entry, after):
        return KEPT if is_right(entry, before) else FORMED if was_right_at_first else LEARNED
    if is_open:
        return OPEN
    if is_right_at_first(entry, after, short):
        return WORDED
    return LOST if was_right_at_first else WRONG


def answer_browser(entries, before, after, families=None):
    """Show every entry with the answers of two models, grouped by outcome, and inside each group by family.

    Args:
        entries: dicts with ``instruction``, ``input`` and ``output``.
        before, after: a response for each entry, from the model before and after fine-tuning.
        families: for each entry a dict with ``family``, ``answer`` (``"closed"``, or ``"open"`` where many answers are
            good) and, if there is one, the ``short`` answer, as ``load_families`` gives them; None if they have none.

    Returns:
        A ``Page``. Texts of more than 400 characters are cut, and say so.

    Raises:
        ValueError: if the lists do not have the same length.
    """
    lengths = [len(entries), len(before), len(after), len(entries if families is None else families)]
    if len(set(lengths)) > 1:
        raise ValueError(
            f"Expected as many responses and families as entries, found {lengths[0]} entries, {lengths[1]} responses "
            f"before, {lengths[2]} after, {lengths[3]} families. Do all of them come from the same part of the data?"
        )
    groups = {outcome: {} for outcome in OUTCOMES}
    for i, (entry, *responses) in enumerate(zip(entries, before, after, strict=True)):
        family = families[i] if families else {"family": "all", "answer": "closed"}
        known = family["answer"] == "open", family.get("short")
        outcome = outcome_of(entry, *responses, *known)
        groups[outcome].setdefault(family["family"], []).append((i, entry, *responses, known))
    groups = {outcome: dict(sorted(of_family.items())) for outcome, of_family in groups.items()}
    return Page(_page(groups, len(entries), families is not None), _text(groups, len(entries)))


def _count(of_family):
    return sum(map(len, of_family.values()))


def _text(groups, total):
    """A table of the outcomes, and the first few entries of each."""
    lines = [f"{total} answers before and after fine-tuning"]
    lines += [f"  {outcome:<40}{_count(of_family):5}" for outcome, of_family in groups.items()]
    for outcome, of_family in groups.items():
        chosen = [(family, *found) for family, all_found in of_family.items() for found in all_found][:FIRST]
        if chosen:
            lines += ["", f"{outcome}, the first {len(chosen)} of {_count(of_family)}:"]
        for family, i, entry, before, after, _ in chosen:
            parts = [("task", task_of(entry)), ("before", before), ("after", after), ("expected", entry["output"])]
            lines.append(f"  Entry {i} ({family})")
            lines += [f"    {name + ':':<10}{textwrap.shorten(text, 86, placeholder=' …')}" for name, text in parts]
    return "\n".join(lines)


# ---------------------------------------------------------------------------------------------------------------
# The page
# ---------------------------------------------------------------------------------------------------------------

# The lists are hidden until this style shows them, so that nobody meets one that does nothing. Choosing a family opens
# all groups; a browser that does not know ::details-content leaves that to the reader.
STYLE = """
.answer-browser .choice { display: block !important }
.answer-browser:has(option:not([value="all"]):checked) details::details-content {
  content-visibility: visible; block-size: auto; opacity: 1 }
"""


def _page(groups, total, has_families):
    families = sorted({family for of_family in groups.values() for family in of_family})
    number_of = {family: i for i, family in enumerate(families)}
    count_of = {family: sum(len(found.get(family, ())) for found in groups.values()) for family in families}
    choices = [("outcome", "outcome", [(outcome, _count(groups[outcome])) for outcome in OUTCOMES])]
    if has_families:
        choices.append(("family", "family", list(count_of.items())))
    style, lists = STYLE, []
    for kind, label, names in choices:
        options = [f'<option value="all">all ({total})</option>']
        for i, (name, count) in enumerate(names):
            options.append(f'<option value="{kind}-{i}">{html.escape(name)} ({count})</option>')
            chosen = f'.answer-browser:has(option[value="{kind}-{i}"]:checked)'
            style += f"{chosen} .{kind}:not(.{kind}-{i}) {{ display: none }}\n"
            if kind == "family":
                style += f"{chosen} details:not(:has(.{kind}-{i})) {{ display: none }}\n"
        lists.append(f"<label>{label}: <select>{''.join(options)}</select></label>")
    parts = [f"<style>{style}</style>" if total else "", f"<p>{_legend(groups)}</p>"]
    parts.append(f'<p class="choice" hidden style="display:none">Show only {", ".join(lists)}</p>')
    for i, (outcome, of_family) in enumerate(groups.items()):
        if of_family:
            table = _table(of_family, number_of, has_families)
            summary = f"<summary><b>{html.escape(outcome)}</b>: {_count(of_family)} of {total}</summary>"
            parts.append(f'<details class="outcome outcome-{i}">{summary}{table}</details>')
    return f'<div class="answer-browser" style="{PAPER}">{"".join(parts)}</div>'


def _legend(groups):
    legend = "Right means: the expected answer, but for case, outer quotation marks and final punctuation."
    if groups[FORMED] or groups[WORDED] or groups[LOST]:
        legend += " Right at first means: the first sentence gives or names the answer, whatever follows."
    if groups[OPEN]:
        legend += " Open questions have many good answers, so those in other words than expected are yours to judge."
    return legend + " Open a group to read its answers; ↵ is a line break in them."


def _table(of_family, number_of, has_families):
    """A table in HTML of one outcome, with a body and a heading for each family."""
    widths = (28, 24, 24, 24)
    names = ("Task", "Before fine-tuning", "After fine-tuning", "Expected")
    heads = "".join(f'<th style="{CELL};width:{w}%">{name}</th>' for name, w in zip(names, widths, strict=True))
    parts = [f"<thead><tr>{heads}</tr></thead>"]
    for family, found in of_family.items():
        parts.append(f'<tbody class="family family-{number_of[family]}">')
        if has_families:
            parts.append(f'<tr><th colspan="4" style="{CELL};background:#EEEEEE">{html.escape(family)}</th></tr>')
        for i, entry, before, after, known in found:
            cells = [f"<small>#{i}</small> {_escaped(task_of(entry))}"]
            cells += [f"{_verdict(entry, response, *known)} {_escaped(response)}" for response in (before, after)]
            cells.append(_escaped(entry["output"]))
            parts.append("<tr>" + "".join(f'<td style="{CELL}">{cell}</td>' for cell in cells) + "</tr>")
        parts.append("</tbody>")
    return f'<table style="border-collapse:collapse;width:100%;font-size:13px">{"".join(parts)}</table>'


def _verdict(entry, response, is_open, short):
    """Right or wrong, in words, with a mark and a color beside them."""
    if is_right(entry, response):
        word, color = "✓ right:", BLUE
    elif is_open:
        word, color = "≈ other words:", GREY
    elif is_right_at_first(entry, response, short):
        runs_on = first_sentence(response) != response.strip()
        word, color = f"≈ right {'at first, then runs on' if runs_on else 'in other words'}:", BLUE
    else:
        word, color = "✗ wrong:", ORANGE
    return f'<b style="color:{INK};background:{tinted(color, 0.25)}">{word}</b>'


def _escaped(text):
    left_out = len(text) - LONGEST
    shown = html.escape(text[:LONGEST]).replace("\n", " ↵ ")
    return (shown or "<i>nothing</i>") + (f" <i>… {left_out:,} more characters</i>" if left_out > 0 else "")
