"""The six stages in which a model grows up, and which documents each of them has.

First comes the whole WORLD, then SCHOOL with its workbook, then much PRACTICE, where many words are invented, so that
tables learned by heart do not help, then REVISION, then the time before the EXAM, with most of what goes wrong and
with solutions in the form that is wanted, and at last CORRECTIONS of what was wrong in the exam, in which words turn
up where nobody expects them and must be copied.
"""

from __future__ import annotations

from small_world.documents import fact_document, language_document, statement_document, story_document
from small_world.pages.headed_pages import page
from small_world.pages.index_cards import index_cards
from small_world.pages.memory_games import memory_document
from small_world.text import by_weight
from small_world.workbook.by_stage import (
    correction_page,
    exam_page,
    practice_page,
    revision_page,
    school_page,
    test_sheet,
)

WORLD = by_weight(
    (36, language_document),
    (28, fact_document),
    (11, story_document),
    (8, index_cards),
    (3, page),
    (14, memory_document),
)
SCHOOL = by_weight(
    (53, school_page),
    (8, test_sheet),
    (15, language_document),
    (13, fact_document),
    (4, story_document),
    (3, index_cards),
    (2, page),
    (2, memory_document),
)
PRACTICE = by_weight(
    (56, practice_page),
    (7, test_sheet),
    (12, language_document),
    (15, fact_document),
    (3, story_document),
    (3, index_cards),
    (1, page),
    (3, memory_document),
)
REVISION = by_weight(
    (52, revision_page),
    (6, test_sheet),
    (16, language_document),
    (18, fact_document),
    (2, story_document),
    (3, index_cards),
    (1, page),
    (2, memory_document),
)
EXAM = by_weight(
    (58, exam_page),
    (6, test_sheet),
    (12, language_document),
    (16, fact_document),
    (2, story_document),
    (3, index_cards),
    (1, page),
    (2, memory_document),
)
CORRECTIONS = by_weight(
    (56, correction_page),
    (5, test_sheet),
    (9, language_document),
    (11, fact_document),
    (9, statement_document),
    (2, story_document),
    (3, index_cards),
    (1, page),
    (4, memory_document),
)
STAGES = {
    "world": WORLD,
    "school": SCHOOL,
    "practice": PRACTICE,
    "revision": REVISION,
    "exam": EXAM,
    "corrections": CORRECTIONS,
}
