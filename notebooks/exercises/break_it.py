"""What the experiments with a fault share: the small model, a few batches, a few steps, and three measurements.

Whatever model the notebook has chosen, these run with the small one, on the CPU, so that a fault shows within seconds.
Each call starts from the pretrained weights: nothing of one experiment is left in the next, or in the notebook.
"""

import torch

from notebook_setup import DATA, SMALL_MODEL, load_pretrained
from previous_chapters import (
    GPTModel,
    calc_loss_batch,
    computing_in,
    config_of,
    create_instruction_loader,
    cut_out_response,
    finetuning_settings,
    format_input,
    generate,
    load_instruction_data,
    split_instruction_data,
    text_to_token_ids,
)

CPU = torch.device("cpu")
RIGHT_RATE = finetuning_settings[SMALL_MODEL]["lr"]


def small_model(drop_rate=0.0):
    """The pretrained small model, in evaluation mode, and its tokenizer."""
    pretrained, tokenizer = load_pretrained(SMALL_MODEL)
    model = GPTModel({**config_of(SMALL_MODEL), "drop_rate": drop_rate})
    model.load_state_dict(pretrained.state_dict())
    return model.eval(), tokenizer


def small_batches(steps, batch_size=4, part="train"):
    """The first batches of instruction data, ``[(inputs, targets), ...]``, in the same order each time."""
    _, tokenizer = load_pretrained(SMALL_MODEL)
    train_data, _, val_data = split_instruction_data(load_instruction_data(DATA / "instruction-data.json"))
    data = {"train": train_data, "val": val_data}[part][: steps * batch_size]
    return list(create_instruction_loader(data, tokenizer, allowed_max_length=256, batch_size=batch_size))


def train_briefly(model, batches, lr=RIGHT_RATE):
    """Take a step of AdamW with each batch; return the loss before each step."""
    torch.manual_seed(123)
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=0.1)
    model.train()
    losses = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        with computing_in("fp32", CPU):
            loss = calc_loss_batch(inputs, targets, model, CPU)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    model.eval()
    return losses


@torch.no_grad()
def mean_loss(model, batches):
    """Mean loss over batches, in whichever mode the model is."""
    return sum(calc_loss_batch(inputs, targets, model, CPU).item() for inputs, targets in batches) / len(batches)


@torch.no_grad()
def chance_to_stop(model, tokenizer, entries=12):
    """The probability of end of text behind the expected answer, mean over some validation entries."""
    chances = []
    for entry in split_instruction_data(load_instruction_data(DATA / "instruction-data.json"))[2][:entries]:
        text = f"{format_input(entry)}\n\n### Response:\n{entry['output']}"
        logits = model(text_to_token_ids(text, tokenizer))[0, -1]
        chances.append(torch.softmax(logits, dim=-1)[tokenizer.eot_token].item())
    return sum(chances) / len(chances)


def answer_of(model, tokenizer, max_new_tokens=30):
    """What the model answers to the first validation entry, the chef and the meal."""
    entry = split_instruction_data(load_instruction_data(DATA / "instruction-data.json"))[2][0]
    prompt = text_to_token_ids(format_input(entry), tokenizer)
    text = generate(model, prompt, max_new_tokens, context_size=256, eos_id=tokenizer.eot_token)
    return cut_out_response(prompt, text, tokenizer)
