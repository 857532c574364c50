"""Templates: the prompt of an answer is the beginning of what was trained, byte for byte, in every place."""

import json

import pytest
import torch

from gpt.chat import prompt_ids, stream_response
from gpt.conversations import make_entry
from helpers import freshly_started_model, instruction_entries, small_config
from previous_chapters import (
    ALPACA,
    CHAT,
    PHI3,
    InstructionDataset,
    Template,
    check_template,
    create_instruction_loader,
    cut_out_response,
    extract_responses,
    format_input,
    generate,
    text_to_token_ids,
)

ALL = (ALPACA, PHI3, CHAT, Template("own", lambda entry: f"Q: {entry['instruction']}", "\nA: "))
each_template = pytest.mark.parametrize("template", ALL, ids=lambda template: template.name)


def test_the_template_of_the_series_is_that_of_the_book():
    for entry in instruction_entries(6):
        assert ALPACA.prompt(entry) == format_input(entry)
        assert ALPACA.full_text(entry) == f"{format_input(entry)}\n\n### Response:\n{entry['output']}"
    assert ALPACA.heading == "### Response:"


def test_what_the_others_write():
    entry = {"instruction": "Say it in French.", "input": "Good morning", "output": "Bonjour"}
    assert PHI3.full_text(entry) == "<|user|>\nSay it in French.\nGood morning\n<|assistant|>\nBonjour"
    assert CHAT.full_text(entry) == "User: Say it in French.\nGood morning\nAssistant: Bonjour"


def test_turns_of_a_conversation_are_written_as_turns_and_only_once():
    history = [["user", "Hello!"], ["assistant", "Good morning."]]
    entry = make_entry("And in French?", "", "Bonjour.", system="Be brief.", history=history)
    assert CHAT.prompt(entry) == "System: Be brief.\nUser: Hello!\nAssistant: Good morning.\nUser: And in French?"
    assert "Good morning." in ALPACA.prompt(entry) and "Be brief." in ALPACA.prompt(entry)


@each_template
def test_the_bytes_of_the_prompt_are_the_same_in_training_extraction_and_chat(template, tokenizer):
    for i, entry in enumerate(instruction_entries(6)):
        whole = b"".join(map(tokenizer.decode_single_token_bytes, InstructionDataset([entry], tokenizer, template)[0]))
        question = prompt_ids(entry["instruction"], entry["input"], tokenizer, template)[0].tolist()
        asked = b"".join(map(tokenizer.decode_single_token_bytes, question))
        assert asked == template.prompt(entry).encode("utf-8"), i
        assert whole == asked + template.before_answer.encode("utf-8") + entry["output"].encode("utf-8")


@each_template
def test_the_loader_writes_with_the_template(template, tokenizer):
    entries = instruction_entries(4)
    loader = create_instruction_loader(entries, tokenizer, allowed_max_length=512, batch_size=1, template=template)
    for (inputs, _), entry in zip(loader, entries, strict=True):
        assert tokenizer.decode(inputs[0].tolist()) == template.full_text(entry)


@each_template
def test_the_extraction_asks_with_the_template_and_takes_its_heading_off(template, tokenizer, tmp_path):
    entries = instruction_entries(3)
    model = freshly_started_model(small_config(context_length=256))
    path = tmp_path / "responses.json"
    found, _ = extract_responses(model, tokenizer, entries, path, max_new_tokens=3, template=template)
    for entry in found:
        asked = text_to_token_ids(template.prompt(entry), tokenizer)
        whole = generate(model, asked, 3, context_size=256, eos_id=tokenizer.eot_token)
        assert entry["model_response"] == cut_out_response(asked, whole, tokenizer, template)
    prompt = text_to_token_ids(template.prompt(entries[0]), tokenizer)
    answer = text_to_token_ids(template.before_answer + " A thing.", tokenizer)
    assert cut_out_response(prompt, torch.cat([prompt, answer], dim=1), tokenizer, template) == "A thing."
    assert "".join(stream_response(iter([template.before_answer, " A ", "thing."]), template)) == "A thing."


def test_another_template_begins_the_extraction_anew(tokenizer, tmp_path):
    entries, path = instruction_entries(3), tmp_path / "responses.json"
    model = freshly_started_model(small_config(context_length=256))
    extract_responses(model, tokenizer, entries, path, max_new_tokens=3)
    first = (tmp_path / "responses.json.progress").read_text(encoding="utf-8").split("\n")[0]
    for template in (PHI3, Template("other heading", format_input, "\n\nAnswer:\n")):
        extract_responses(model, tokenizer, entries, path, max_new_tokens=3, template=template)
        assert (tmp_path / "responses.json.progress").read_text(encoding="utf-8").split("\n")[0] != first
        assert len(json.loads(path.read_text(encoding="utf-8"))) == 3


@each_template
def test_no_prompt_of_ours_ends_in_white_space(template):
    assert check_template(template, instruction_entries(6)) == []


def test_entries_whose_prompt_ends_in_white_space_are_named():
    entries = [*instruction_entries(2), {"instruction": "Say it.", "input": "now \n", "output": "a"}]
    assert check_template(ALPACA, entries) == [2]


@pytest.mark.parametrize("end", [" ", "\n", "\t"])
def test_a_template_whose_prompts_end_in_white_space_is_refused(end):
    template = Template("bad", lambda entry: f"Q: {entry['instruction']}\nA:{end}", "")
    with pytest.raises(ValueError, match="'bad' end in white space"):
        check_template(template, [])


def test_a_template_without_the_instruction_is_refused():
    with pytest.raises(ValueError, match="do not hold the instruction"):
        check_template(Template("bad", lambda entry: entry["input"] or "x", "\n"), [])
