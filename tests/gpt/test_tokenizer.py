"""The tokenizer: OpenAI's ids, the byte-pair algorithm, round trips, files that do not belong together."""

import json

import pytest
import regex
import torch

from helpers import SHARED, byte_characters, small_merges, write_vocabulary
from previous_chapters import InstructionDataset, load_tokenizer, text_to_token_ids, token_ids_to_text

OPENAI_VOCABULARY = SHARED / "gpt2-bpe"

TEXTS = {
    "English": "Below is an instruction that describes a task. It's what we'll do, isn't it? I'D SAY SO'S.",
    "competing merges": "abc ab bc abcabc",
    "numbers": "In 2024, 1,100 entries cost $3.50; x²+½=Ⅷ",
    "emoji": "Well done 👍🏽 👩‍👩‍👧‍👦 🇩🇪!",
    "Chinese": "指令微调大型语言模型（LLM）流程。",
    "right-to-left": "שלום עולם، مرحبا بالعالم",
    "white space": "def f(x):\n\tif x:\r\n\t\treturn   1\n\n\n  # a  comment \t \n   ",
    "control characters": "\x00\x01\x7f\x85\xa0\u2028\u200b",
    "empty": "",
}


@pytest.fixture(params=["small", "OpenAI's"])
def vocabulary(request, tmp_path):
    if request.param == "small":
        write_vocabulary(tmp_path)
        return tmp_path
    if not OPENAI_VOCABULARY.is_dir():
        pytest.skip(f"OpenAI's vocabulary is not here: {OPENAI_VOCABULARY}")
    return OPENAI_VOCABULARY


@pytest.fixture
def openai_tokenizer():
    if not OPENAI_VOCABULARY.is_dir():
        pytest.skip(f"OpenAI's vocabulary is not here: {OPENAI_VOCABULARY}")
    return load_tokenizer(OPENAI_VOCABULARY)


@pytest.fixture
def small_tokenizer(tmp_path):
    write_vocabulary(tmp_path)
    return load_tokenizer(tmp_path)


def slow_byte_pair_encoding(text, folder):
    """Cut the text into pieces and apply all merges to each, one after the other."""
    encoder = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
    lines = (folder / "vocab.bpe").read_text(encoding="utf-8").split("\n")
    merges = [line.split(" ") for line in lines[1:] if line]
    characters = byte_characters()
    pattern = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
    token_ids = []
    for piece in regex.findall(pattern, text):
        symbols = [characters[byte] for byte in piece.encode("utf-8")]
        for left, right in merges:
            i = 0
            while left in symbols[i:-1]:
                i = symbols.index(left, i)
                if symbols[i + 1] == right:
                    symbols[i : i + 2] = [left + right]
                i += 1
        token_ids.extend(encoder[symbol] for symbol in symbols)
    return token_ids


def test_openai_ids(openai_tokenizer):
    assert openai_tokenizer.encode("Hello, world!") == [15496, 11, 995, 0]


def test_openai_size_and_end_of_text(openai_tokenizer):
    assert openai_tokenizer.eot_token == 50256
    assert openai_tokenizer.n_vocab == 50257


def test_end_of_text_is_the_last_token_of_any_vocabulary(small_tokenizer):
    assert small_tokenizer.n_vocab == 257 + len(small_merges())
    assert small_tokenizer.eot_token == small_tokenizer.n_vocab - 1


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_round_trip(vocabulary, text):
    tokenizer = load_tokenizer(vocabulary)
    assert token_ids_to_text(text_to_token_ids(text, tokenizer), tokenizer) == text


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_same_ids_as_slow_byte_pair_encoding(vocabulary, text):
    assert load_tokenizer(vocabulary).encode(text) == slow_byte_pair_encoding(text, vocabulary)


def test_earlier_merge_wins(small_tokenizer):
    token_of = small_tokenizer.encode_single_token
    assert small_tokenizer.encode("abc") == [token_of("a"), token_of("bc")]


def test_text_becomes_one_row_of_int64(small_tokenizer):
    token_ids = text_to_token_ids("abc", small_tokenizer)
    assert token_ids.dtype == torch.int64
    assert token_ids.shape == (1, 2)


@pytest.mark.parametrize("shape", [(1, -1), (-1,)])
@pytest.mark.parametrize("text", ["a", "abc"])
def test_text_of_a_row_or_a_vector(small_tokenizer, text, shape):
    token_ids = torch.tensor(small_tokenizer.encode(text)).reshape(shape)
    assert token_ids_to_text(token_ids, small_tokenizer) == text


def test_end_of_text_in_a_prompt_is_the_special_token(small_tokenizer):
    token_ids = text_to_token_ids("a<|endoftext|>b", small_tokenizer)
    a, b = small_tokenizer.encode("a") + small_tokenizer.encode("b")
    assert token_ids.tolist() == [[a, small_tokenizer.eot_token, b]]


def test_end_of_text_in_instruction_data_is_plain_text(small_tokenizer):
    entry = {"instruction": "Stop<|endoftext|>", "input": "<|endoftext|>", "output": "<|endoftext|>now"}
    (token_ids,) = InstructionDataset([entry], small_tokenizer)
    assert small_tokenizer.eot_token not in token_ids
    assert small_tokenizer.decode(token_ids).count("<|endoftext|>") == 3


def test_order_of_entries_in_encoder_json_does_not_matter(tmp_path, small_tokenizer):
    encoder = json.loads((tmp_path / "encoder.json").read_text(encoding="utf-8"))
    (tmp_path / "encoder.json").write_text(json.dumps(dict(reversed(encoder.items()))), encoding="utf-8")
    assert load_tokenizer(tmp_path).encode("abc") == small_tokenizer.encode("abc")


def swap_two_ids(encoder, merges):
    encoder["ab"], encoder["bc"] = encoder["bc"], encoder["ab"]


def lose_a_token(encoder, merges):
    del encoder["ab"]


def lose_a_merge(encoder, merges):
    del merges[-1]


def swap_two_merges(encoder, merges):
    merges[0], merges[1] = merges[1], merges[0]


def lose_end_of_text(encoder, merges):
    del encoder["<|endoftext|>"]


def leave_a_gap_before_end_of_text(encoder, merges):
    encoder["<|endoftext|>"] += 1


@pytest.mark.parametrize(
    "damage",
    [
        swap_two_ids,
        lose_a_token,
        lose_a_merge,
        swap_two_merges,
        lose_end_of_text,
        leave_a_gap_before_end_of_text,
    ],
)
def test_files_that_do_not_belong_together_are_refused(tmp_path, damage):
    write_vocabulary(tmp_path)
    encoder, merges = json.loads((tmp_path / "encoder.json").read_text(encoding="utf-8")), small_merges()
    damage(encoder, merges)
    (tmp_path / "encoder.json").write_text(json.dumps(encoder), encoding="utf-8")
    (tmp_path / "vocab.bpe").write_text("\n".join(["#version: 0.2", *merges]), encoding="utf-8")
    with pytest.raises(ValueError, match="encoder.json and vocab.bpe do not belong together") as caught:
        load_tokenizer(tmp_path)
    assert str(tmp_path) in str(caught.value)
