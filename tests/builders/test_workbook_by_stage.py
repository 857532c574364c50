"""The workbook's pages in each stage of the training."""

from small_world.workbook import by_stage
from small_world.workbook.exercise import Exercise


def test_only_practice_pages_have_the_many_invented_words(writer, monkeypatch):
    seen = []
    exercise = Exercise("Copy this.", "a blorn", "a blorn")
    pages = (
        ("PRACTICE_EXERCISES", by_stage.practice_page, 0.2),
        ("REVISION_EXERCISES", by_stage.revision_page, 0.1),
    )
    for exercises, make, invented_share in pages:
        monkeypatch.setattr(by_stage, exercises, (lambda writer: seen.append(writer.invented_share) or exercise,))
        assert "a blorn" in make(writer)
        assert set(seen) == {invented_share} and writer.invented_share == 0.0
        seen.clear()


def test_some_words_of_a_page_of_corrections_are_invented(writer, monkeypatch):
    seen = []
    exercise = Exercise("Copy this.", "a blorn", "a blorn")
    exercises = (lambda writer: seen.append(writer.invented_share) or exercise,)
    monkeypatch.setattr(by_stage, "CORRECTION_EXERCISES", exercises)
    assert "a blorn" in by_stage.correction_page(writer)
    assert set(seen) == {0.1} and writer.invented_share == 0.0
