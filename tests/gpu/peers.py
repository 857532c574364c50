"""The same work by llms-from-scratch and transformers, where they are installed; ImportError where they are not."""

import functools
import time

import torch
from machine import entries, load_model, seconds_of, silent, tokenizer_of, wait_for

from gpt.model import config_of


def reference_model(arguments):
    """The published implementation with the checkpoint's weights, on the device."""
    from llms_from_scratch.ch04 import GPTModel

    model = GPTModel(config_of(arguments.model))
    model.load_state_dict(load_model(arguments, "cpu").state_dict(), strict=False)  # it wants its masks, too
    return model.to(arguments.device).eval()


def transformers_model(arguments):
    """transformers' GPT-2 of the same shape on the device, with random numbers of its own and without dropout."""
    from transformers import GPT2Config, GPT2LMHeadModel

    config = config_of(arguments.model)
    model = GPT2LMHeadModel(
        GPT2Config(
            vocab_size=config["vocab_size"], n_positions=config["context_length"], n_embd=config["emb_dim"],
            n_layer=config["n_layers"], n_head=config["n_heads"], resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0,
        )
    )  # fmt: skip
    return model.to(arguments.device).eval()


def reference_responses(arguments, ids, new, limit, count=3):
    """Seconds for all prompts, from a few, and how many these were: the reference answers one after the other."""
    from llms_from_scratch.ch05 import generate

    model = reference_model(arguments)
    few = ids[:: max(1, len(ids) // count)][:count]
    seconds = seconds_of(arguments, lambda: [generate(model, row[None], new, limit) for row in few], 1, 0)
    return seconds * len(ids) / len(few), len(few)


def train_reference(arguments, epochs):
    """Two epochs with all evaluations by the published loop, from the same data; return the seconds."""
    from llms_from_scratch import ch05, ch07

    tokenizer, (train, _, validation) = tokenizer_of(arguments), entries(arguments)
    length = 56 if arguments.quick else config_of(arguments.model)["context_length"]
    collate = functools.partial(
        ch07.custom_collate_fn, pad_token_id=tokenizer.eot_token, allowed_max_length=length, device=arguments.device
    )

    def loader(data, shuffle):
        dataset = ch07.InstructionDataset(data, tokenizer)
        return torch.utils.data.DataLoader(dataset, 8, shuffle=shuffle, collate_fn=collate, drop_last=shuffle)

    torch.manual_seed(123)
    model = reference_model(arguments)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-5, weight_decay=0.1)
    loaders = loader(train, True), loader(validation, False)
    wait_for(arguments)
    start = time.perf_counter()
    with silent():
        ch05.train_model_simple(
            model, *loaders, optimizer, arguments.device, num_epochs=epochs, eval_freq=5, eval_iter=5,
            start_context=ch07.format_input(validation[0]), tokenizer=tokenizer,
        )  # fmt: skip
    wait_for(arguments)
    return time.perf_counter() - start
