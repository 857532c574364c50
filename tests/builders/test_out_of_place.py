"""Questions about things that are out of place."""

from small_world.workbook import out_of_place


def test_what_a_question_about_something_out_of_place_asks_about_is_named_in_its_answer(writer, monkeypatch):
    named, word_out_of_place = [], out_of_place.word_out_of_place
    monkeypatch.setattr(
        out_of_place, "word_out_of_place", lambda *given: named.append(word_out_of_place(*given)) or named[-1]
    )
    beginnings = 0
    for _ in range(1500):
        ask, given, solution = out_of_place.out_of_place_question(writer)
        assert given == "" and not set("{}") & set(ask + solution), (ask, solution)
        assert named[-1].lower() in ask.lower() and named[-1].lower() in solution.lower(), (named[-1], ask, solution)
        beginnings += solution.endswith("...")
    assert 500 < beginnings < 1000


def test_a_question_about_something_out_of_place_is_none_that_test_or_validation_asks(writer, monkeypatch):
    pairs, word_out_of_place = [], out_of_place.word_out_of_place

    def noted(writer, table, x):
        pairs.append((table, word_out_of_place(writer, table, x)))
        return pairs[-1][1]

    monkeypatch.setattr(out_of_place, "word_out_of_place", noted)
    for _ in range(3000):
        out_of_place.out_of_place_question(writer)
    assert len({word for _, word in pairs}) > 1000
    for table, word in pairs:
        assert not any(word in row for row in table.rows), word
