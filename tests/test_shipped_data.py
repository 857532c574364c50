"""The instruction data and the small checkpoint that come with the repository."""

import json
from collections import Counter
from pathlib import Path

import pytest

from gpt_download import FILENAMES, SHIPPED_FOLDER, SHIPPED_SIZE, WEIGHTS_FILE, count_parameters, find_problem
from helpers import REPO
from previous_chapters import InstructionDataset, load_instruction_data, load_tokenizer, split_instruction_data

DATA = Path(__file__).resolve().parents[1] / "data"
CHECKPOINT = SHIPPED_FOLDER / SHIPPED_SIZE


@pytest.fixture(scope="module")
def data():
    return load_instruction_data(DATA / "instruction-data.json")


@pytest.fixture(scope="module")
def families():
    return json.loads((DATA / "instruction-families.json").read_text(encoding="utf-8"))


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


def test_most_entries_have_one_right_answer(families):
    assert 0.75 <= sum(entry["answer"] == "closed" for entry in families) / len(families) <= 0.85


def test_entries_are_clean_text(data):
    for entry in data:
        for text in entry.values():
            assert text == text.strip() and "  " not in text
        assert entry["instruction"] and entry["output"]


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


def test_the_page_on_the_data_quotes_the_measured_variations():
    page = (REPO / "data" / "README.md").read_text(encoding="utf-8")
    results = json.loads((REPO / "data" / "reference" / "gpt2-tiny6M-variations.json").read_text(encoding="utf-8"))
    assert len(results) == 10
    for name, runs in results.items():
        counts = ", ".join(str(runs[seed]["right"].count("1")) for seed in ("123", "1", "2", "3"))
        assert f"| {counts} | " in page, name
        assert all(len(run["right"]) == 494 for run in runs.values())
