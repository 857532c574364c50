"""Documents that are put together from statements."""

from small_world import documents


def test_half_of_what_is_stated_again_is_what_nobody_may_ask_for(writer, monkeypatch):
    rows, sentence = [], documents.relation_sentence

    def noted(writer, table, row, slots):
        rows.append(row)
        return sentence(writer, table, row, slots)

    monkeypatch.setattr(documents, "relation_sentence", noted)
    for _ in range(400):
        writer.new_people()
        assert documents.statement_document(writer)
    held_out = [row for row in rows if row in writer.only_stated]
    assert 0.45 < len(held_out) / len(rows) < 0.6
    assert len(set(held_out)) > 0.9 * len(documents.rows_only_stated(writer.only_stated))
