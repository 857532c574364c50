"""Where heads look: the weights are those that the model mixes with, and copies are found where there are any."""

from html.parser import HTMLParser
from itertools import pairwise

import pytest
import torch

from gpt.token_pictures import readable
from helpers import random_model, random_tokens, small_config
from notebook_setup import DATA, SMALL_MODEL, load_pretrained
from previous_chapters import (
    attention_picture,
    attention_weights,
    copied_tokens,
    format_input,
    load_instruction_data,
    split_instruction_data,
    written_out,
)


@pytest.fixture(scope="module")
def model():
    return random_model(small_config(context_length=200))


def test_with_these_weights_a_block_mixes_what_the_model_mixes(model):
    token_ids = random_tokens(small_config(), 1, 30)
    passed = []
    hooks = [
        block.att.register_forward_hook(lambda module, inputs, output: passed.append((module, inputs[0], output)))
        for block in model.trf_blocks
    ]
    with torch.no_grad(), written_out():
        model(token_ids)
    for hook in hooks:
        hook.remove()
    weights = attention_weights(model, token_ids[0].tolist())
    assert weights.shape == (2, 3, 30, 30)
    for (attention, x, output), of_block in zip(passed, weights, strict=True):
        with torch.no_grad():
            values = attention.W_value(x)[0].view(30, 3, 8).transpose(0, 1)  # (heads, tokens, head_dim)
            mixed = attention.out_proj((of_block @ values).transpose(0, 1).reshape(30, 24))
        torch.testing.assert_close(mixed, output[0], atol=1e-5, rtol=1e-5)


def test_each_token_gives_all_of_its_attention_to_the_past_and_no_hook_is_left(model):
    weights = attention_weights(model, random_tokens(small_config(), 1, 12)[0].tolist())
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(2, 3, 12))
    assert (weights.triu(diagonal=1) == 0).all()
    with pytest.raises(ValueError):
        attention_weights(model, [0] * 201)  # more than the context
    assert not any(block.att._forward_pre_hooks for block in model.trf_blocks)


def test_what_could_be_copied_is_measured_where_it_is_chosen(model, tokenizer):
    entry = {"instruction": "abc, x.", "input": "x", "output": "x yabc."}  # tokens: x, space, y, a, bc, full stop
    prompt = tokenizer.encode(format_input(entry))
    token_ids = tokenizer.encode(f"{format_input(entry)}\n\n### Response:\n{entry['output']}")
    task = range(len(tokenizer.encode(format_input({"instruction": "", "input": ""}))), len(prompt))
    weights = attention_weights(model, token_ids)
    with torch.no_grad():
        chosen = model(torch.tensor([token_ids]))[0].argmax(dim=-1).tolist()

    found = copied_tokens(model, tokenizer, [entry])
    assert [copy.text for copy in found] == ["x", "a", "bc"]  # a full stop and a space have no letter, y is not there
    for copy, position in zip(found, (len(token_ids) - 6, len(token_ids) - 3, len(token_ids) - 2), strict=True):
        places = [j for j in task if token_ids[j] == token_ids[position]]
        assert len(places) == (2 if copy.text == "x" else 1)
        torch.testing.assert_close(copy.attention, weights[:, :, position - 1, places].sum(dim=-1))
        assert copy.right == (chosen[position - 1] == token_ids[position])
        assert copy.chosen == readable(tokenizer.decode_single_token_bytes(chosen[position - 1]))
    assert [copy.first for copy in found] == [True, False, False]  # a random model misses the first token


def test_a_pretrained_model_has_a_head_that_copies():
    model, tokenizer = load_pretrained(SMALL_MODEL)
    _, test_data, _ = split_instruction_data(load_instruction_data(DATA / "instruction-data.json"))
    found = copied_tokens(model, tokenizer, test_data[:20])
    scores = torch.stack([copy.attention for copy in found]).mean(dim=0)
    assert scores.max() > 0.2 and scores.max() > 10 * scores.median()
    right, wrong = (
        torch.stack([copy.attention.flatten()[scores.argmax()] for copy in found if copy.right == is_right]).mean()
        for is_right in (True, False)
    )
    assert right > 2 * wrong
    for i in range(20):  # once an answer has left the expected one, nothing after it is the first that does
        of_entry = [copy for copy in found if copy.entry == i]
        assert all(earlier.first and earlier.right or not later.first for earlier, later in pairwise(of_entry))
    assert {copy.first for copy in found} == {True, False}


def test_entries_longer_than_the_context_are_left_out(model, tokenizer):
    entry = {"instruction": "q, " * 100, "input": "", "output": "a"}
    assert copied_tokens(model, tokenizer, [entry]) == []


class Cells(HTMLParser):
    """The texts of a table's cells, row by row, and the names of all tags of a page."""

    def __init__(self, page):
        super().__init__()
        self.rows, self.tags, self.text = [], set(), ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data):
        self.text += data
        if self.rows:
            self.rows[-1][-1] += data


@pytest.mark.parametrize("head", [(0, 1), (1, 2)])
def test_the_picture_has_a_row_for_each_token_of_the_task_and_a_column_for_each_of_the_answer(model, tokenizer, head):
    entry = {"instruction": "abc123456", "input": "", "output": "expected"}
    page = attention_picture(model, tokenizer, entry, "bcq", head)
    heading, *rows, others = Cells(page.html).rows
    assert heading == ["", "bc", "q"] and [row[0] for row in rows] == ["a", "bc", *"123456"]
    token_ids = tokenizer.encode(f"{format_input(entry)}\n\n### Response:\nbcq")
    weights = attention_weights(model, token_ids)[head]
    begin = len(tokenizer.encode(format_input({"instruction": "", "input": ""})))
    for column, query in ((1, len(token_ids) - 3), (2, len(token_ids) - 2)):
        shares = weights[query, begin : begin + 8].tolist()
        assert others[column] == f"{1 - sum(shares):.2f}"
        for row, share in zip(rows, shares, strict=True):
            number = f"{share:.2f}" if share >= 0.1 else ""
            same = column == 1 and row[0] == "bc"
            assert row[column].replace("\xa0", " ") == (f"[{number or '< 0.1'}]" if same else number)
    assert f"Block {head[0] + 1}, head {head[1] + 1}" in page.text
    assert "Expected: expected" in page.text and "Answer: bcq" in page.text


def test_text_of_data_is_escaped_and_lines_are_short(model, tokenizer):
    nasty = "<script>alert('x')</script> & \"q\"\n"
    page = attention_picture(model, tokenizer, {"instruction": nasty, "input": "", "output": nasty}, nasty * 3, (0, 0))
    cells = Cells(page.html)
    assert cells.tags <= {"div", "p", "table", "tr", "td", "th", "span", "b"}
    assert "<script>alert('x')</script> & \"q\"" in cells.text
    assert max(map(len, page.text.splitlines())) <= 100
    assert len(cells.rows[0]) == 25  # of a long answer, 24 tokens
