"""Pictures of tokens: their losses are those of training, and every token of a batch is told for what it is."""

from html.parser import HTMLParser

import pytest
import torch

from gpt.token_pictures import TokenLoss, readable
from helpers import instruction_entries, random_model, small_config
from previous_chapters import (
    InstructionDataset,
    batch_rows,
    batch_xray,
    calc_loss_batch,
    custom_collate_fn,
    entry_losses,
    format_input,
    loss_xray,
    row_losses,
)

NASTY = "<script>alert('x')</script> & \"q\" \N{GRINNING FACE} é\tend\n\nof it"
HARMLESS = {"div", "p", "b", "i", "s", "span", "sub", "br", "table", "tr", "th", "td"}


class Reader(HTMLParser):
    """What a page says when all of its styles are taken away: its text, and the names of its tags."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text = set(), ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def model():
    return random_model(small_config(context_length=256))


def batch_of(entries, tokenizer, **options):
    dataset = InstructionDataset(entries, tokenizer)
    return custom_collate_fn(list(dataset), tokenizer.eot_token, **options)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b" the", "·the"),
        (b"\n\n", "↵↵"),
        (b"\xe2\x80", r"\xe2\x80"),  # two thirds of a quotation mark
        ("é".encode(), "é"),
        (b"\t\x00", r"\t\x00"),
        ("\u00a0\u200b".encode(), r"\xa0\u200b"),
        (b"<b>", "<b>"),  # escaped where it becomes HTML, not here
    ],
)
def test_every_byte_of_a_token_is_seen(raw, shown):
    assert readable(raw) == shown


# ---------------------------------------------------------------------------------------------------------------
# Losses
# ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("output", ["The meal is cooked.", "", NASTY])
def test_the_mean_of_the_losses_is_the_loss_of_training(model, tokenizer, output):
    entry = {"instruction": "Write about the chef.", "input": "the meal", "output": output}
    tokens = entry_losses(model, tokenizer, entry)
    counted = [token.loss for token in tokens if token.loss is not None]
    with torch.no_grad():
        expected = calc_loss_batch(*batch_of([entry], tokenizer), model, "cpu").item()
    assert len(counted) == len(tokens) - 1 and tokens[0].loss is None
    assert sum(counted) / len(counted) == pytest.approx(expected, abs=1e-5)


def test_the_tokens_are_the_entry_and_the_response_is_its_output(model, tokenizer):
    heading = "\n\n### Response:\n"  # also in the instruction: the response begins behind the last one
    entry = {"instruction": f"Repeat{heading}this", "input": "", "output": "It is\nthis."}
    tokens = entry_losses(model, tokenizer, entry)
    prompt = "".join(token.text for token in tokens if not token.in_response)
    assert prompt == readable((format_input(entry) + heading).encode())
    assert "".join(token.text for token in tokens if token.in_response) == "It·is↵this.<|endoftext|>"


def test_masked_targets_have_no_loss_and_the_others_keep_theirs(model, tokenizer):
    inputs, targets = batch_of(instruction_entries(2), tokenizer)
    whole = row_losses(model, tokenizer, inputs[1], targets[1])
    masked = targets.clone()
    masked[1, :20] = -100
    tokens = row_losses(model, tokenizer, inputs[1], masked[1])
    assert [token.text for token in tokens] == [token.text for token in whole]
    assert [token.loss for token in tokens[:21]] == [None] * 21
    assert [token.loss for token in tokens[21:]] == [token.loss for token in whole[21:]]
    counted = [token.loss for token in tokens if token.loss is not None]
    with torch.no_grad():
        expected = calc_loss_batch(inputs[1:], masked[1:], model, "cpu").item()
    assert sum(counted) / len(counted) == pytest.approx(expected, abs=1e-5)


def test_padding_is_masked(model, tokenizer):
    inputs, targets = batch_of(instruction_entries(3), tokenizer)
    for row in range(3):
        tokens = row_losses(model, tokenizer, inputs[row], targets[row])
        assert len(tokens) == inputs.shape[1] + 1
        assert sum(token.loss is None for token in tokens) == 1 + (targets[row] == -100).sum()


def test_an_entry_longer_than_the_context_is_cut(tokenizer):
    model = random_model(small_config(context_length=40))
    tokens = entry_losses(model, tokenizer, {"instruction": "long " * 50, "input": "", "output": "never seen"})
    assert len(tokens) == 41 and not any(token.in_response for token in tokens)
    assert "no token that counts" in loss_xray({"Before": tokens}).text


def test_a_model_in_training_is_read_without_dropout_and_goes_on_training(tokenizer):
    model = random_model(small_config(drop_rate=0.5))
    entry = instruction_entries(1)[0]
    expected = entry_losses(model, tokenizer, entry)
    assert entry_losses(model.train(), tokenizer, entry) == expected
    assert model.training


EXAMPLE = [
    TokenLoss("Below", None, False),
    TokenLoss("·is", 0.24, False),
    TokenLoss("·an", 5.04, False),
    TokenLoss("masked", None, True),
    TokenLoss("·seen", 1.5, True),
]


def test_page_and_plain_text_say_the_same_without_any_style():
    page = loss_xray({"Before": EXAMPLE, "After": [token._replace(loss=None) for token in EXAMPLE]})
    assert "·is ·an[5.0]" in page.text and "~masked~ ·seen[1.5]" in page.text
    assert "<b>5.0</b>" in page.html and "<s>masked</s>" in page.html
    seen = " ".join(Reader(page.html).text.split())
    assert "Below ·is ·an5.0" in seen and "masked ·seen1.5" in seen
    for text in (page.text, seen):
        places = [text.index(part) for part in ("Prompt", "mean loss 2.64 nats over 2 tokens", "Response",
                                                "mean loss 1.50 nats over 1 token")]  # fmt: skip
        assert places == sorted(places)


def test_a_larger_loss_is_darker_and_has_a_thicker_edge():
    page = loss_xray({"": [EXAMPLE[0], TokenLoss("low", 1.2, False), TokenLoss("high", 9.0, False)]})
    low, high = page.html[page.html.index("1.200 nats") - 200 :], page.html[page.html.index("9.000 nats") - 200 :]
    shades = [part.split("background:#")[1][:6] for part in (low, high)]
    edges = [part.split("border-bottom:")[1][0] for part in (low, high)]
    assert int(shades[1][4:], 16) < int(shades[0][4:], 16) and edges[0] < edges[1]


def test_text_of_data_and_names_are_escaped_in_the_losses(model, tokenizer):
    tokens = entry_losses(model, tokenizer, {"instruction": NASTY, "input": NASTY, "output": NASTY})
    tokens.append(TokenLoss("<script>alert(1)</script>&amp;", 2.0, True))
    page = loss_xray({"<img src=x onerror=alert(1)>": tokens})
    reader = Reader(page.html)
    assert reader.tags <= HARMLESS
    assert "<img src=x onerror=alert(1)>" in reader.text and "<script>alert(1)</script>&amp;" in reader.text


def test_lines_of_plain_text_are_short(model, tokenizer):
    entry = {"instruction": "say " * 20, "input": "", "output": NASTY}
    tokens = [*entry_losses(model, tokenizer, entry), TokenLoss("=" * 300, 9.0, True)]
    assert max(map(len, loss_xray({"Before fine-tuning": tokens}).text.splitlines())) <= 100


# ---------------------------------------------------------------------------------------------------------------
# Batches
# ---------------------------------------------------------------------------------------------------------------


def test_every_position_of_a_batch_is_told(tokenizer):
    entries = instruction_entries(4)
    inputs, targets = batch_of(entries, tokenizer)
    for entry, row, row_targets in zip(entries, batch_rows(inputs, targets, tokenizer), targets, strict=True):
        texts = row.shared + row.prompt + row.response
        assert len(texts) + row.kept + row.ignored == inputs.shape[1] + 1
        assert "".join(text for text, _ in row.response) == readable(entry["output"].encode())
        assert (row.kept, row.ignored) == (1, (row_targets == -100).sum())
        assert "".join(text for text, _ in row.shared).startswith("Below·is·an·instruction")
        assert all(counts for _, counts in texts)


def test_a_batch_without_kept_end_and_with_a_masked_prompt_shows_both(tokenizer):
    inputs, targets = batch_of(instruction_entries(2), tokenizer)
    targets[targets == tokenizer.eot_token] = -100
    targets[0, 40:44] = -100
    first, _ = batch_rows(inputs, targets, tokenizer)
    assert first.kept == 0
    tokens = first.shared + first.prompt + first.response
    assert [i for i, (_, counts) in enumerate(tokens) if not counts] == [41, 42, 43, 44]
    page = batch_xray(inputs, targets, tokenizer)
    assert "kept:     none" in page.text and f"~{tokens[42][0]}~" in page.text and "Struck through" in page.text
    assert f"<s>{tokens[42][0]}</s>" in page.html


def test_a_row_that_is_cut_has_no_end_of_text(tokenizer):
    (row,) = batch_rows(*batch_of(instruction_entries(1), tokenizer, allowed_max_length=30), tokenizer)
    assert (row.kept, row.ignored, row.response, row.shared) == (0, 0, [], [])
    assert len(row.prompt) == 31


def test_page_and_plain_text_of_a_batch_name_all_parts(tokenizer):
    inputs, targets = batch_of(instruction_entries(2), tokenizer)
    page = batch_xray(inputs, targets, tokenizer)
    ignored = (targets == -100).sum().item()
    seen = Reader(page.html).text
    assert f"ignored: {ignored} × <|endoftext|>" in page.text and f"{ignored} × <|endoftext|>" in seen
    for word in ("Prompt", "Response", "Kept end of text", "Ignored", "-100", "All entries begin with the same"):
        assert word in seen
    assert max(map(len, page.text.splitlines())) <= 100


def test_of_a_long_prompt_the_middle_is_left_out_and_counted(tokenizer):
    entry = {"instruction": "x" * 150, "input": "", "output": "y"}
    page = batch_xray(*batch_of([entry], tokenizer), tokenizer)
    (row,) = batch_rows(*batch_of([entry], tokenizer), tokenizer)
    left_out = f"… {len(row.prompt) - 64} more tokens …"
    assert left_out in " ".join(page.text.split()) and left_out in page.html


def test_text_of_data_is_escaped_in_a_batch(tokenizer):
    entries = [{"instruction": NASTY, "input": NASTY, "output": NASTY}] * 2
    page = batch_xray(*batch_of(entries, tokenizer), tokenizer)
    assert Reader(page.html).tags <= HARMLESS
