"""The browser of answers: every entry once, under its outcome and family, and nothing of a text becomes HTML."""

import re
from html.parser import HTMLParser

import pytest

from gpt.answer_browser import FORMED, KEPT, LEARNED, LOST, OPEN, OUTCOMES, WORDED, WRONG, outcome_of
from helpers import instruction_entries
from previous_chapters import answer_browser

NASTY = "<script>alert(\"x\")</script> & 'quoted'\n<img src=x onerror=alert(1)>"


class Outline(HTMLParser):
    """What is left without styles: the cells under each folded group, the names of all tags, the text."""

    def __init__(self, page):
        super().__init__()
        self.groups, self.tags, self.text = [], set(), ""
        self.feed(re.sub("<style>.*?</style>", "", page, flags=re.DOTALL))

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        if tag == "details":
            self.groups.append({"summary": "", "rows": []})
        if tag == "tr":
            self.groups[-1]["rows"].append([])
        if tag in ("td", "th"):
            self.groups[-1]["rows"][-1].append("")

    def handle_data(self, data):
        self.text += data
        if self.groups and self.groups[-1]["rows"]:
            self.groups[-1]["rows"][-1][-1] += data
        elif self.groups:
            self.groups[-1]["summary"] += data


@pytest.mark.parametrize(
    ("before", "after", "is_open", "outcome"),
    [
        ("no", "Yes", False, LEARNED),
        ("yes.", "Yes!", False, KEPT),
        ("no", "no", False, WRONG),
        ("Yes", "no", False, LOST),
        ("no", "no", True, OPEN),
        ("Yes", "no", True, OPEN),
        ("no", "Yes", True, LEARNED),
    ],
)
def test_outcome(before, after, is_open, outcome):
    assert outcome_of({"instruction": "Is it?", "input": "", "output": "Yes."}, before, after, is_open) == outcome


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [
        ("It is Seoul.\n\n### A list:\nAnd", "The capital is Seoul.", FORMED),
        ("The capital is Seoul. And so on.", "The capital is Seoul.", FORMED),
        ("The capital is Seoul.", "The capital is Seoul.", KEPT),
        ("### A list:\nSeoul", "The capital is Seoul.", LEARNED),
        ("It is Seoul.\n\n### A list:\nAnd", "The capital is Paris.", LOST),
        ("The capital is Seoul.", "The capital is Paris.", LOST),
        ("It is Seoul.\n\n### A list:\nAnd", "It is Seoul.", WORDED),
        ("The capital is Seoul.", "It is Seoul.", WORDED),
        ("### A list:\nSeoul", "It is Seoul. And so on.", WORDED),
        ("### A list:\nSeoul", "It is Paris. Or Seoul.", WRONG),
    ],
)
def test_outcome_where_the_first_sentence_names_the_answer(before, after, outcome):
    entry = {"instruction": "What is the capital?", "input": "", "output": "The capital is Seoul."}
    assert outcome_of(entry, before, after, short="Seoul") == outcome


def test_an_answer_that_is_right_at_first_is_not_called_wrong():
    entries = [{"instruction": "What is the capital?", "input": "", "output": "The capital is Seoul."}] * 2
    before, after = ["It is Seoul.\n\n### A list", "It is Paris."], ["It is Busan.", "It is Seoul."]
    page = answer_browser(entries, before, after, [{"family": "capital", "answer": "closed", "short": "Seoul"}] * 2)
    rows = [row for group in Outline(page.html).groups for row in group["rows"] if len(row) == 4]
    (lost,) = (row for row in rows if row[0].startswith("#0 "))
    (worded,) = (row for row in rows if row[0].startswith("#1 "))
    assert "right at first, then runs on:" in lost[1] and "wrong:" in lost[2]
    assert "wrong:" in worded[1] and "right in other words:" in worded[2] and "wrong:" not in worded[2]
    assert "Right at first" in Outline(page.html).text.split("Open a group")[0]  # the legend explains it
    assert re.search(rf"  {LOST} +1\n", page.text) and re.search(rf"  {WORDED} +1\n", page.text)


@pytest.fixture
def example():
    entries = instruction_entries(12)
    right = [entry["output"] for entry in entries]
    before = [*right[:2], "Something else", f"{right[3]} And more.", *["Something else"] * 8]
    after = [right[0], "Forgotten", *right[2:8], *["Wrong words"] * 2, f"{right[10]} And more.", "Wrong words"]
    families = [{"family": f"family {i % 3}", "answer": "open" if i % 3 == 2 else "closed"} for i in range(12)]
    return entries, before, after, families


def test_every_entry_stands_once_with_its_answers_under_its_outcome(example):
    entries, before, after, families = example
    page = answer_browser(*example)
    groups = Outline(page.html).groups
    seen = {}
    for group in groups:
        outcome, family = group["summary"].split(":")[0], None
        rows = [row for row in group["rows"][1:] if len(row) == 4]
        assert f": {len(rows)} of 12" in group["summary"]
        for row in group["rows"][1:]:
            if len(row) == 1:
                family = row[0]
            else:
                i = int(row[0].split()[0].removeprefix("#"))
                assert i not in seen
                seen[i] = outcome
                assert family == families[i]["family"]
                assert row[0].endswith(entries[i]["input"] or entries[i]["instruction"])
                assert row[1].endswith(before[i]) and row[2].endswith(after[i]) and row[3] == entries[i]["output"]
    assert seen == {i: outcome_of(entries[i], before[i], after[i], i % 3 == 2) for i in range(12)}
    assert seen[0] == KEPT and seen[1] == LOST and seen[2] == LEARNED and seen[8] == OPEN and seen[9] == WRONG
    assert seen[3] == FORMED and seen[10] == WORDED and set(seen.values()) == set(OUTCOMES)


def test_right_and_wrong_are_said_in_words(example):
    rows = [row for group in Outline(answer_browser(*example).html).groups for row in group["rows"] if len(row) == 4]
    (first,) = (row for row in rows if row[0].startswith("#0 "))
    (second,) = (row for row in rows if row[0].startswith("#1 "))
    (open_one,) = (row for row in rows if row[0].startswith("#8 "))
    assert "right:" in first[1] and "right:" in first[2]
    assert "right:" in second[1] and "wrong:" in second[2]
    assert "other words:" in open_one[2]


def test_plain_text_counts_the_outcomes_and_shows_the_first(example):
    example[1][9] = "wrong\n\nword " * 40
    text = answer_browser(*example).text
    counted = {outcome: int(re.search(rf"  {outcome} +(\d+)", text)[1]) for outcome in OUTCOMES}
    assert counted == {LEARNED: 5, FORMED: 1, KEPT: 1, WORDED: 1, WRONG: 1, LOST: 1, OPEN: 2}
    assert "Wrong before and after, the first 1 of 1:" in text and "Entry 9 (family 0)" in text
    assert "    before:   wrong word wrong word" in text
    assert max(map(len, text.splitlines())) <= 100


def test_each_choice_has_its_rule_and_its_rows(example):
    page = answer_browser(*example).html
    values = set(re.findall(r'<option value="([^"]+)"', page)) - {"all"}
    assert {value.split("-")[0] for value in values} == {"outcome", "family"} and len(values) == len(OUTCOMES) + 3
    for value in values:
        kind = value.split("-")[0]
        assert f'option[value="{value}"]:checked) .{kind}:not(.{value}) {{ display: none }}' in page
        assert f'class="{kind} {value}"' in page


def test_lists_that_do_nothing_without_styles_are_hidden_without_them(example):
    page = re.sub("<style>.*?</style>", "", answer_browser(*example).html, flags=re.DOTALL)
    assert '<p class="choice" hidden style="display:none">' in page
    assert page.index('class="choice"') < page.index("<select>") < page.index("</p><details")


def test_without_families_there_is_neither_a_list_nor_a_heading_of_them(example):
    page = answer_browser(*example[:3])
    assert "family-0\"]" not in page.html and 'colspan="4"' not in page.html
    assert sum(len(group["rows"]) - 1 for group in Outline(page.html).groups) == 12
    assert "Open question" not in Outline(page.html).groups[-1]["summary"]


def test_nothing_is_fetched_and_nothing_is_run(example):
    page = answer_browser(*example).html
    assert not re.search(r"https?:|//|<script|<link|<img|\bon\w+=|@import|url\(", page)


def test_text_of_data_and_of_a_model_is_escaped():
    entry = {"instruction": NASTY, "input": NASTY, "output": NASTY}
    page = answer_browser([entry], [NASTY], [NASTY + "!"], [{"family": NASTY, "answer": "closed"}])
    outline = Outline(page.html)
    assert outline.tags <= {"div", "p", "label", "select", "option", "details", "summary", "table", "thead", "tbody",
                            "tr", "th", "td", "b", "i", "small"}  # fmt: skip
    _, family, (task, *responses) = outline.groups[0]["rows"]
    assert family == [NASTY]
    shown = NASTY.replace("\n", " ↵ ")
    assert task == f"#0 {shown} ↵ {shown}"
    assert [response.split(": ", 1)[1] for response in responses[:2]] == [shown, shown + "!"]


def test_a_page_of_110_long_answers_is_small():
    entries = instruction_entries(110)
    rambling = "It's said & written, \"again and again\". " * 40
    page = answer_browser(entries, [rambling] * 110, [rambling] * 110)
    assert len(page.html.encode()) < 300_000
    assert f"… {len(rambling) - 400:,} more characters" in page.html


def test_lists_that_do_not_belong_together_are_refused(example):
    entries, before, after, families = example
    with pytest.raises(ValueError, match="12 entries, 12 responses before, 11 after, 12 families"):
        answer_browser(entries, before, after[:-1], families)
    with pytest.raises(ValueError, match="3 families"):
        answer_browser(entries, before, after, families[:3])


def test_no_entries_make_an_empty_page():
    page = answer_browser([], [], [])
    assert "0 answers" in page.text and "details" not in Outline(page.html).tags
