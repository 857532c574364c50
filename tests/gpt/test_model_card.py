"""The model card has the figures of the run, nothing that is not known, and an example that runs."""

import json
import re

import pytest

from gpt.model_card import ORIGINS
from helpers import instruction_entries
from previous_chapters import CHAT, figures_of_run, format_input, model_configs, score_answers, write_model_card

HISTORY = {
    "model": "gpt2-tiny (6M)", "num_epochs": 2, "minutes": 0.72,
    "initial_train_loss": 5.018, "initial_val_loss": 5.236, "train_losses": [4.0, 0.391], "val_losses": [4.1, 0.544],
}  # fmt: skip


def write_run(folder):
    """What notebooks 04 and 06 leave, of four tasks: one right before, all right but one after."""
    entries = instruction_entries(4)
    answers = {
        "base": ["What?", "What?", "What?", entries[3]["output"]],
        "fine-tuned": [*(entry["output"] for entry in entries[:3]), "Rain."],
    }
    (folder / "history.json").write_text(json.dumps(HISTORY), encoding="utf-8")
    names = {"base": "instruction-data-with-base-response.json", "fine-tuned": "instruction-data-with-response.json"}
    for name, texts in answers.items():
        content = [{**entry, "model_response": text} for entry, text in zip(entries, texts, strict=True)]
        (folder / names[name]).write_text(json.dumps(content), encoding="utf-8")
    stopped = {"base": [False] * 4, "fine-tuned": [True] * 4}
    (folder / "stopped.json").write_text(json.dumps(stopped), encoding="utf-8")
    return entries, answers, stopped


def test_the_figures_are_those_of_the_run(tmp_path):
    entries, answers, stopped = write_run(tmp_path)
    figures = figures_of_run(tmp_path)
    assert figures["history"] == HISTORY and figures["tasks"] == 4
    assert figures["scores"] == {
        "before": score_answers(entries, answers["base"], stopped["base"]),
        "after": score_answers(entries, answers["fine-tuned"], stopped["fine-tuned"]),
    }
    card = write_model_card("my-model", "gpt2-tiny (6M)", **figures)
    for line in (
        "# my-model",
        "2 epochs, 0.7 minutes.",
        "| before | 5.018 | 5.236 |",
        "| after the last step | 0.391 | 0.544 |",
        "Means over 4 test entries",
    ):
        assert f"\n{line}" in card
    assert re.search(r"\n\| exact match \| 0\.25 \[0\.00, 0\.75\] \| 0\.75 \[0\.25, 1\.00\] \|\n", card)
    assert "\n| stopped by itself | 0.00 [0.00, 0.00] | 1.00 [1.00, 1.00] |\n" in card


def test_what_is_not_known_is_left_out(tmp_path):
    assert figures_of_run(tmp_path) == {"history": None, "scores": None, "tasks": None}
    card = write_model_card("my-model", "gpt2-tiny (6M)", remarks=" Made on a train. ")
    assert "## Training" not in card and "## Scores" not in card and "None" not in card
    assert card.endswith("\n\nMade on a train.\n")


def test_a_damaged_file_is_named(tmp_path):
    (tmp_path / "history.json").write_text('{"model":', encoding="utf-8")
    with pytest.raises(ValueError, match=r"history\.json is damaged .*run 04_finetune.ipynb again"):
        figures_of_run(tmp_path)


def test_the_heading_can_be_read_and_names_licence_and_origin():
    yaml = pytest.importorskip("yaml", reason="comes with jupyterlab")
    assert ORIGINS.keys() == model_configs.keys()
    for model_name in model_configs:
        card = write_model_card("m", model_name, data="my letters", data_license="mine alone")
        _, heading, text = card.split("---\n", 2)
        heading = yaml.safe_load(heading)
        is_ours = "6M" in model_name
        assert heading["license"] == ("apache-2.0" if is_ours else "mit")
        assert heading.get("base_model", "").startswith("" if is_ours else "openai-community/gpt2")
        assert ("modified MIT" in text) is not is_ours and "the fine-tuning come under: mine alone" in text
        assert "fine-tuned on my letters" in text


def test_the_example_has_the_prompt_of_the_training():
    entry = {"instruction": "Name the capital of France.", "input": ""}
    assert repr(format_input(entry)) in write_model_card("m", "gpt2-tiny (6M)")
    card = write_model_card("m", "gpt2-tiny (6M)", template=CHAT)
    assert repr(CHAT.prompt(entry)) in card and "(chat)" in card and "'Assistant:'" in card
