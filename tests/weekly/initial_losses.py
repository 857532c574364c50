"""Download a checkpoint and compare its losses before training, measured as in notebook 03, with published ones.

    python tests/weekly/initial_losses.py "gpt2-medium (355M)"

.github/workflows/weekly.yml runs it. OpenAI's models are asked about the book's data, with which the published run was
made, the small model about the data of the series. Where nothing was published, the loss must be that of a pretrained
model. tests/test_habits.py runs it with the small model; with OpenAI's it has not been run by us yet.
"""

import json
import os
import sys
import warnings
from pathlib import Path

import torch

REPO = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPO), str(REPO / "notebooks")]

import notebook_setup as setup  # noqa: E402
from previous_chapters import (  # noqa: E402
    calc_loss_loader,
    check_initial_loss,
    create_instruction_loader,
    split_instruction_data,
)

BOOK_DATA = (
    "https://raw.githubusercontent.com/rasbt/LLMs-from-scratch/main/ch07/01_main-chapter-code/instruction-data.json"
)
# In nats. The training loss is that of five batches drawn at random: other batches move it by 0.1 (gpt/training.py).
TOLERANCES = {"initial_train_loss": 0.3, "initial_val_loss": 0.02}


def initial_losses(name):
    """The losses of five batches each, and the number of the vocabulary's tokens."""
    device = setup.choose_device()
    context_length = setup.config_of(name)["context_length"]
    model, tokenizer = setup.load_pretrained(name)
    train_data, _, val_data = split_instruction_data(setup.load_data())
    train_loader = create_instruction_loader(
        train_data, tokenizer, allowed_max_length=context_length, shuffle=True, drop_last=True
    )
    val_loader = create_instruction_loader(val_data, tokenizer, allowed_max_length=context_length)
    model.to(device)
    torch.manual_seed(123)
    with torch.no_grad():
        train_loss, val_loss = (calc_loss_loader(loader, model, device, 5) for loader in (train_loader, val_loader))
    return {"initial_train_loss": train_loss, "initial_val_loss": val_loss}, tokenizer.n_vocab


def main(name):
    os.environ["INSTRUCTION_DATA"] = "" if name == setup.SMALL_MODEL else BOOK_DATA
    losses, n_vocab = initial_losses(name)
    print(losses)
    warnings.simplefilter("error")
    check_initial_loss(losses["initial_val_loss"], name, n_vocab)
    published = setup.DATA / "reference" / f"{setup.short_name(name)}.json"
    if not published.is_file():
        return print("Nothing was published to compare with; it is the loss of a pretrained model.")
    expected = json.loads(published.read_text(encoding="utf-8"))
    wrong = [key for key, most in TOLERANCES.items() if not abs(losses[key] - expected[key]) <= most]
    if wrong:
        sys.exit("\n".join(f"{key}: expected {expected[key]:.3f}, found {losses[key]:.3f}" for key in wrong))
    print("As published.")


if __name__ == "__main__":
    main(sys.argv[1])
