"""The instruction data, the small world and the small checkpoint that come with the repository."""

import itertools
import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

import build_instruction_data
import small_world
from gpt_download import FILENAMES, SHIPPED_FOLDER, SHIPPED_SIZE, WEIGHTS_FILE, count_parameters, find_problem
from previous_chapters import InstructionDataset, load_instruction_data, load_tokenizer, split_instruction_data
from world_writer import Writer

DATA = Path(__file__).resolve().parents[1] / "data"
CHECKPOINT = SHIPPED_FOLDER / SHIPPED_SIZE


@pytest.fixture(scope="module")
def data():
    return load_instruction_data(DATA / "instruction-data.json")


@pytest.fixture(scope="module")
def families():
    return json.loads((DATA / "instruction-families.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def built():
    return build_instruction_data.build()


@pytest.fixture(scope="module")
def corpus():
    """About ten megabytes of the small world, of all its stages."""
    stages = small_world.STAGES.values()
    return [text for kinds in stages for text in itertools.islice(small_world.documents(5, kinds), 8_000)]


def test_the_file_is_what_the_builder_makes(data, families, built):
    assert data == [{"instruction": i.instruction, "input": i.input, "output": i.output} for i in built]
    assert families == [{"family": item.family, "answer": item.answer} for item in built]


def test_there_are_1100_entries_split_into_935_110_and_55(data):
    assert [len(part) for part in split_instruction_data(data)] == [935, 110, 55]


def test_the_entries_of_the_published_run_are_in_their_places(data):
    _, test_data, val_data = split_instruction_data(data)
    assert val_data[0]["instruction"] == "Convert the active sentence to passive: 'The chef cooks the meal every day.'"
    assert [(entry["instruction"], entry["input"]) for entry in test_data[:3]] == [
        ("Rewrite the sentence using a simile.", "The car is very fast."),
        ("What type of cloud is typically associated with thunderstorms?", ""),
        ("Name the author of 'Pride and Prejudice'.", ""),
    ]


def test_no_task_occurs_twice(data):
    tasks = Counter((entry["instruction"].lower(), entry["input"].lower()) for entry in data)
    assert [task for task, count in tasks.items() if count > 1] == []


def test_about_half_of_the_entries_have_an_input(data):
    assert 0.4 <= sum(bool(entry["input"]) for entry in data) / len(data) <= 0.6


def test_the_families_are_many_and_each_is_phrased_in_several_ways(built):
    in_training = Counter(item.family for item in built if item.part == "train")
    assert len(in_training) >= 25 and min(in_training.values()) >= 12
    assert {item.family for item in built} == set(in_training)
    phrasings = defaultdict(set)
    for item in built:
        if item.part == "train":
            phrasings[item.family].add(item.phrasing)
    assert min(len(found) for found in phrasings.values()) >= 4
    # What is asked in the test in one way only is asked in that way in training, too: the form of the answer
    # follows from the phrasing.
    assert all(item.phrasing in phrasings[item.family] for item in built if item.answer == "closed")


def test_most_entries_have_one_right_answer(families):
    assert 0.75 <= sum(entry["answer"] == "closed" for entry in families) / len(families) <= 0.85


def test_what_is_asked_in_test_and_validation_is_not_asked_in_training(built):
    trained = {(item.family, item.key) for item in built if item.part == "train"}
    assert [item for item in built if item.part != "train" and (item.family, item.key) in trained] == []


def test_the_parts_of_the_builder_are_the_parts_of_the_split(built):
    assert [item.part for item in built] == ["train"] * 935 + ["test"] * 110 + ["validation"] * 55


def test_unseen_tasks_are_of_the_same_families_and_about_nothing_that_the_data_asks_for(built):
    unseen = build_instruction_data.unseen_items()
    used, phrasings = defaultdict(set), defaultdict(set)
    for item in built:
        used[item.family].update(item.key.split(", "))
        phrasings[item.family].add(item.phrasing)
    assert len(unseen) > 400 and {item.answer for item in unseen} == {"closed"}
    assert {item.family for item in unseen} == {item.family for item in built if item.answer == "closed"}
    assert [item for item in unseen if not used[item.family].isdisjoint(item.key.split(", "))] == []
    assert [item for item in unseen if item.phrasing not in phrasings[item.family]] == []
    tasks = [(item.instruction, item.input) for item in [*built, *unseen]]
    assert len(set(tasks)) == len(tasks)
    assert unseen == build_instruction_data.unseen_items()


def test_entries_are_clean_text(data):
    for entry in data:
        for text in entry.values():
            assert text == text.strip() and "  " not in text
        assert entry["instruction"] and entry["output"]


def test_the_small_world_is_the_same_for_the_same_seed():
    first, again, other = (list(itertools.islice(small_world.documents(seed), 20)) for seed in (5, 5, 6))
    assert first == again != other


def test_the_small_world_has_no_instruction_format_and_no_instruction(corpus, data):
    text = "\n".join(corpus)
    for heading in ("### Instruction", "### Input", "### Response", "Below is an instruction"):
        assert heading not in text
    assert text.count("\n### ") > 100  # headings there are, so that their marks are known
    found = [entry["instruction"] for entry in data if entry["instruction"] in text and " " in entry["instruction"]]
    assert found == []


def test_no_sentence_to_be_rewritten_occurs_in_the_small_world(corpus, data):
    sentences = {
        sentence
        for entry in data
        for text in (entry["input"], *re.findall(r"['\"](.+?)['\"]", entry["instruction"]))
        for sentence in re.findall(r"[A-Z][^.!?]*[.!?]", text)
        if len(sentence.split()) > 3
    }
    assert len(sentences) > 100
    text = "\n".join(corpus)
    assert [sentence for sentence in sentences if sentence in text] == []


FACT_FAMILIES = (
    "adverb animal_class animal_young antonym author capital category cloud_type color comparative continent "
    "definition element_name element_symbol inventor language material plural singular superlative synonym "
    "word_from_definition"
).split()


def test_the_small_world_states_the_facts_that_test_and_validation_ask_for_and_asks_for_none(data, families, corpus):
    writer = Writer(seed=1)
    small_world.set_apart(writer, data)
    words = small_world._words_only
    rows = set()
    for entry, family in zip(data[935:], families[935:], strict=True):
        if family["family"] in FACT_FAMILIES:
            prompt, answer = f" {words(entry['instruction'] + ' ' + entry['input'])} ", f" {words(entry['output'])} "
            known = {(x, y) for x, y in writer.only_stated if f" {words(x)} " in prompt and f" {words(y)} " in answer}
            assert known, f"no table of the small world answers {entry}"
            rows |= known
    assert len(rows) > 60
    asked, stated = [], 0
    # These begin questions about something else: "What do people call a young swan?" asks for no form of "call".
    corpus = [re.sub(r"What (do people call|color are)\b", "What", text) for text in corpus]
    for x, y in rows:
        x, y = (rf"(?<![\w-]){re.escape(part)}(?![\w-])" for part in (x, y))
        documents = [text for text in corpus if re.search(x, text, re.IGNORECASE)]
        question = re.compile(rf"[^.?!\n]*{x}[^.?!\n]*\?[\s\"']*[^.?!\n]*{y}[^.?!\n]*", re.IGNORECASE)
        asked += [found for text in documents for found in question.findall(text)]
        stated += any(re.search(y, text, re.IGNORECASE) for text in documents)
    assert asked == []
    assert stated >= 0.95 * len(rows)


def test_the_checkpoint_is_complete_and_small():
    assert [find_problem(CHECKPOINT / name, SHIPPED_SIZE) for name in FILENAMES] == [None] * 7
    settings = json.loads((CHECKPOINT / "hparams.json").read_text(encoding="utf-8"))
    assert count_parameters(settings) <= 8_000_000
    assert (CHECKPOINT / WEIGHTS_FILE).stat().st_size == 4 * count_parameters(settings)
    assert sum((CHECKPOINT / name).stat().st_size for name in FILENAMES) <= 32_000_000


def test_every_entry_fits_into_the_small_models_context(data):
    settings = json.loads((CHECKPOINT / "hparams.json").read_text(encoding="utf-8"))
    lengths = [len(token_ids) for token_ids in InstructionDataset(data, load_tokenizer(CHECKPOINT))]
    assert max(lengths) < settings["n_ctx"]
