"""Which exercises the workbook has in each stage of the training, and how often.

    practice_page(writer)    a page on which many words are invented

Which other documents a stage has is decided in ``stages``, one floor up.
"""

from __future__ import annotations

from small_world.text import by_weight
from small_world.workbook.calculating import calculation, small_sum, unit_change
from small_world.workbook.exam_answers import exam_fact, exam_word, subject_first, word_for_definition
from small_world.workbook.invented_words import form_of_invented_word, reading, reading_with_whole_answer
from small_world.workbook.out_of_place import out_of_place_question
from small_world.workbook.page import sheet_without_solutions, workbook_page
from small_world.workbook.recalling import fact_recall, word_recall
from small_world.workbook.repairing import capital_letters, repair, repair_more_kinds, spelling
from small_world.workbook.sentences import counting, rewriting, sentence_kind, word_class
from small_world.workbook.word_choice import choosing, first_letter, picking_out, sorting
from small_world.writer import Writer

SCHOOL_EXERCISES = by_weight(
    (34, rewriting),
    (22, word_recall),
    (22, fact_recall),
    (4, calculation),
    (3, counting),
    (3, sentence_kind),
    (5, word_class),
    (3, sorting),
    (4, choosing),
)
PRACTICE_EXERCISES = by_weight(
    (30, rewriting),
    (19, word_recall),
    (21, fact_recall),
    (8, form_of_invented_word),
    (5, reading),
    (6, calculation),
    (3, counting),
    (2, sentence_kind),
    (4, word_class),
    (4, sorting),
    (5, choosing),
)
REVISION_EXERCISES = by_weight(
    (24, rewriting),
    (22, word_recall),
    (20, fact_recall),
    (9, form_of_invented_word),
    (4, reading),
    (3, capital_letters),
    (2, spelling),
    (9, calculation),
    (3, counting),
    (2, sentence_kind),
    (3, word_class),
    (5, sorting),
    (8, choosing),
)
EXAM_EXERCISES = by_weight(
    (14, rewriting),
    (9, repair),
    (7, capital_letters),
    (5, spelling),
    (15, exam_word),
    (22, exam_fact),
    (5, word_for_definition),
    (5, form_of_invented_word),
    (2, reading),
    (10, small_sum),
    (4, unit_change),
    (6, counting),
    (3, sentence_kind),
    (4, word_class),
    (7, sorting),
    (5, choosing),
)
CORRECTION_EXERCISES = by_weight(
    (12, rewriting),
    (16, repair_more_kinds),
    (6, spelling),
    (13, exam_word),
    (17, exam_fact),
    (5, subject_first),
    (3, first_letter),
    (14, out_of_place_question),
    (6, picking_out),
    (6, word_for_definition),
    (3, form_of_invented_word),
    (2, reading),
    (3, reading_with_whole_answer),
    (11, small_sum),
    (3, unit_change),
    (5, counting),
    (4, sentence_kind),
    (4, word_class),
    (8, sorting),
    (8, choosing),
)


def school_page(writer: Writer) -> str:
    """A page of the workbook whose words are all known."""
    return workbook_page(writer, SCHOOL_EXERCISES)


def test_sheet(writer: Writer) -> str:
    """A sheet of exercises under headings, to be handed out: the solutions are not on it."""
    return sheet_without_solutions(writer, SCHOOL_EXERCISES)


def practice_page(writer: Writer) -> str:
    """A page of the workbook in which many words are invented."""
    return workbook_page(writer, PRACTICE_EXERCISES, invented_share=0.2)


def revision_page(writer: Writer) -> str:
    """A page with more of what is learned slowly, and fewer invented words in it."""
    return workbook_page(writer, REVISION_EXERCISES, invented_share=0.1)


def exam_page(writer: Writer) -> str:
    """A page that prepares for the exam: what goes wrong most often, with solutions in the form that is wanted."""
    return workbook_page(writer, EXAM_EXERCISES)


def correction_page(writer: Writer) -> str:
    """A page with what went wrong in the exam; some words in it are invented, so that they must be copied."""
    return workbook_page(writer, CORRECTION_EXERCISES, invented_share=0.1)
