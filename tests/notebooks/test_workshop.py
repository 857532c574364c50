"""The workshop: empty as it is shipped, and with the solutions put in, run from its first cell to its last."""

import inspect
import re

import nbformat
import pytest
import torch
from nbclient import NotebookClient

import exercises
from exercise_cells import WORKSHOP, run, solutions_of, stubs_in, without_stubs
from exercises import core, training
from exercises.break_it import small_model
from exercises.core import attention
from exercises.workshop import CHECKS, model_with, still_missing
from helpers import REPO
from notebook_setup import DATA
from previous_chapters import (
    InstructionDataset,
    calc_loss_batch,
    custom_collate_fn,
    format_input,
    load_instruction_data,
    split_instruction_data,
    written_out,
)
from solutions import workshop

STUBS = ["my_format_input", "my_collate", "my_causal_attention", "my_generate", "my_training_step"]
COMPARED_STEPS = 5


@pytest.fixture(scope="module")
def finished():
    """The workshop with the solutions in it, executed by a kernel of its own; the last cell's text."""
    notebook = nbformat.read(WORKSHOP, as_version=4)
    solutions, filled_in = solutions_of("workshop"), []
    for cell in notebook.cells:
        if cell.cell_type == "code" and stubs_in(cell.source):
            (name,) = stubs_in(cell.source)
            cell.source = f"{inspect.getsource(solutions[name])}\n\n{without_stubs(cell.source)}"
            filled_in.append(name)
    assert filled_in == STUBS
    resources = {"metadata": {"path": str(WORKSHOP.parent)}}
    NotebookClient(notebook, timeout=600, kernel_name="python3", resources=resources).execute()
    return [
        "".join(output.text for output in cell.outputs if output.get("name") == "stdout")
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def test_every_part_passes_its_check(finished):
    for name in STUBS:
        assert sum(text.startswith(f"{name}: right. Checked: ") for text in finished) == 1


def losses_of_ours(steps):
    """The losses of the same training with the functions of the series."""
    model, tokenizer = small_model()
    train_data, _, _ = split_instruction_data(load_instruction_data(DATA / "instruction-data.json"))
    rows = [list(token_ids) for token_ids in InstructionDataset(train_data[: 8 * steps], tokenizer)]
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.0003, weight_decay=0.1)
    losses = []
    for start in range(0, len(rows), 8):
        inputs, targets = custom_collate_fn(rows[start : start + 8], tokenizer.eot_token)
        optimizer.zero_grad()
        loss = calc_loss_batch(inputs, targets, model, "cpu")
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def test_trained_with_the_parts_of_a_reader_the_model_answers(finished):
    last = finished[-1]
    assert "Logits as ours to 1e-5: True\n" in last
    losses = [float(loss) for loss in re.search(r"Losses: (.*)", last)[1].split()]
    assert len(losses) == 20 and losses[-1] < 1.2
    assert losses[:COMPARED_STEPS] == pytest.approx(losses_of_ours(COMPARED_STEPS), abs=0.011)  # printed with 2 digits
    assert last.endswith("### Response:\nThe meal is cooked by the chef every day.\n")


def test_as_shipped_it_says_what_is_missing(capsys):
    notebook = nbformat.read(WORKSHOP, as_version=4)
    last = [cell.source for cell in notebook.cells if cell.cell_type == "code"][-1]
    empty = {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and stubs_in(cell.source):
            run("\n".join(re.findall(r"^def .*?\.\.\.  # your code", cell.source, re.M | re.S)), empty)
    assert run(last, {**empty, "still_missing": still_missing}) == f"Empty, or not right yet: {', '.join(STUBS)}\n"


def test_what_is_wrong_is_missing_too():
    def my_collate(batch, pad_token_id):
        return torch.zeros(1, 1), torch.zeros(1, 1)

    parts = {**solutions_of("workshop"), "my_collate": my_collate}
    assert still_missing(*(parts[name] for name in STUBS)) == ["my_collate"]
    assert still_missing(*(solutions_of("workshop")[name] for name in STUBS)) == []


def test_the_solutions_use_none_of_our_functions():
    code = inspect.getsource(workshop)
    assert "previous_chapters" not in code and re.findall(r"^import .*|^from .*", code, re.M) == ["import torch"]


# ---- what the checks compare with is ours ----------------------------------------------------------------------


def test_on_equal_weights_a_model_with_another_attention_is_ours():
    model, _ = model_with(workshop.my_causal_attention)
    ours, _ = small_model()
    token_ids = torch.arange(3, 60)[None]
    with torch.no_grad(), written_out():
        assert torch.equal(model(token_ids), ours(token_ids))
        wrong, _ = model_with(lambda queries, keys, values: attention(queries, keys, values, mask="sees_the_future"))
        assert not torch.allclose(wrong(token_ids), ours(token_ids), atol=0.1)


@pytest.mark.parametrize(
    "check, room, ours, other",
    [
        ("check_format_input", core, "format_input", lambda entry: "Do this: " + entry["instruction"]),
        ("check_collate", core, "custom_collate_fn", lambda batch, pad_token_id: (torch.zeros(2, 2), torch.ones(2, 2))),
        ("check_attention", core, "causal_attention", lambda queries, keys, values, dropout: 2 * values),
        ("check_generate", core, "generate", lambda model, idx, new, *others: torch.arange(idx.shape[1] + new)[None]),
        ("check_training_step", training, "calc_loss_batch", lambda inputs, targets, model, _: model(inputs).std()),
    ],
    ids=STUBS,
)
def test_a_check_compares_with_our_own_function(check, room, ours, other, monkeypatch):
    """Were ours another one, the solutions would be wrong."""
    solution = dict(zip([each.__name__ for each in CHECKS], STUBS, strict=True))[check]
    look_at = getattr(exercises, check).look_at
    assert look_at(getattr(workshop, solution)).findings == {}
    monkeypatch.setattr(room, ours, other)
    assert look_at(getattr(workshop, solution)).findings


def test_the_prompt_of_the_task_is_told_in_words():
    """A reader can write the prompt from the text of section 1 alone: all its fixed lines stand there."""
    page = "\n".join(cell.source for cell in nbformat.read(WORKSHOP, as_version=4).cells)
    for line in format_input({"instruction": "", "input": "x", "output": ""}).split("\n"):
        assert line in page or line == "x"


def test_the_readme_names_it():
    assert "[Workshop](notebooks/workshop.ipynb)" in (REPO / "README.md").read_text(encoding="utf-8")
