"""Responses: what a fine-tuned model writes after each prompt, kept batch by batch (chapter 7 of the book).

How tokens are generated is the subject of ``gpt.generation``, how responses are scored that of ``gpt.scoring``.

    test_data, stopped = extract_responses(model, tokenizer, test_data, "instruction-data-with-response.json")
"""

import glob
import hashlib
import json
import warnings
from pathlib import Path

import torch

from gpt.distributed import is_sharded
from gpt.files import add_line, write_atomically
from gpt.generation import continue_rows
from gpt.instructions import check_that_it_can_be_saved, encode_entry, some_of
from gpt.limits import require_whole_number
from gpt.notebook_outputs import progress_bar
from gpt.processes import of_all_ranks, on_first_rank, rank, world_size
from gpt.templates import ALPACA


def cut_out_response(prompt_ids, token_ids, tokenizer, template=ALPACA):
    """Return what a model has written after a prompt, without the heading of the response.

    The prompt is cut off by its number of tokens. Its number of characters would not do: a text that is encoded and
    decoded can come back with another length. Only the first heading is taken off; a response may speak of others.

    Args:
        prompt_ids: token ids of the prompt, shape ``(1, tokens)`` or ``(tokens,)``.
        token_ids: what ``gpt.generation.generate`` has made of it: the same ids, then new ones.

    Raises:
        ValueError: if ``token_ids`` do not begin with the prompt.
    """
    prompt, text = prompt_ids.reshape(-1).tolist(), token_ids.reshape(-1).tolist()
    if text[: len(prompt)] != prompt:
        raise ValueError(
            f"Expected a text that begins with the {len(prompt)} tokens of its prompt, found another beginning. "
            "Do prompts and texts stand in the same order?"
        )
    return tokenizer.decode(text[len(prompt) :]).strip().removeprefix(template.heading).strip()


def extract_responses(
    model, tokenizer, entries, path, *, max_new_tokens=256, batch_size=32, template=ALPACA
):
    """Let a model respond to entries, and save them with its responses as JSON.

    After each batch, its responses are added to ``<path>.progress``. When the call is interrupted, by whatever, the
    next one goes on behind the last complete batch and comes to the same file. That file is written at the end, in
    one step: until then ``path`` holds what it held before. Called once more, it has nothing left to compute.
    With other weights, prompts or limits it starts anew.

    Several processes (``gpt.processes``) share out the batches, and rank 0 writes the file: the same as one process.

    Args:
        model: a ``GPTModel`` in evaluation mode.
        entries: dicts with ``instruction`` and ``input``; they are not changed.
        path: the JSON file to write.
        max_new_tokens: where to stop a response that does not end.
        batch_size: entries at a time; the memory grows with it, and so does the work that an interruption costs.
        template: how the entries are written, the one that the model was trained with (``gpt.templates``).

    Returns:
        ``(entries, stopped)``: new entries in the same order, each with its ``model_response``, and a list that tells
        for each whether the model ended by itself.

    Raises:
        ValueError: naming an entry that could not be read or saved, or a wrong limit, before anything is computed.
        OSError: when a file cannot be written. What is in ``path`` and in the progress stays.
    """
    _require_limits(max_new_tokens, batch_size)
    path = Path(path)
    progress = path.with_name(f"{path.name}.progress" + (f"-{rank()}" if rank() else ""))
    prompts = _encode_prompts(model, tokenizer, entries, template)
    run = _fingerprint_of_run(model, prompts, max_new_tokens, tokenizer.eot_token, template.heading)
    _begin_progress(progress, run)
    responses = _put_together(of_all_ranks(_read_progress(path, run)))  # index: (response, whether it stopped)
    batches = _own_batches(prompts, responses, batch_size)
    if responses:
        print(
            f"{len(responses)} of {len(prompts)} responses are kept from an earlier run of the same model "
            f"({progress}); delete that file to compute them anew."
        )
    total = len(responses) + sum(map(len, batches))
    is_silent = rank() > 0 or not batches  # with nothing left to do, a bar without a time would look like a fault
    with progress_bar(total=total, initial=len(responses), unit="response", disable=is_silent) as bar:
        for chosen in batches:
            try:
                batch = [prompts[i] for i in chosen]
                found = _respond(model, batch, max_new_tokens, tokenizer, template, bar)
                found = dict(zip(chosen, found, strict=True))
                add_line(progress, json.dumps(list(found.items())))
            except KeyboardInterrupt:
                print(f"Interrupted. {len(responses)} of {len(prompts)} responses are kept: run this again to go on.")
                raise
            responses.update(found)

    responses = _put_together(of_all_ranks(responses))
    entries = [{**entry, "model_response": responses[i][0]} for i, entry in enumerate(entries)]
    text = json.dumps(entries, indent=4, ensure_ascii=False, allow_nan=False)  # "indent" for pretty-printing
    on_first_rank(lambda: write_atomically(path, text.encode("utf-8")))
    return entries, [responses[i][1] for i in range(len(entries))]


def _require_limits(max_new_tokens, batch_size):
    require_whole_number("max_new_tokens", max_new_tokens, 0)
    require_whole_number("batch_size", batch_size, 1)


def _put_together(parts):
    return {i: found for part in parts for i, found in part.items()}


def _own_batches(prompts, responses, batch_size):
    """The batches of prompts without a response that this process computes: lists of their indices.

    Batches as in generate_batch. Only whole ones are kept, so that after an interruption the rest falls into the same
    batches as without it, and with several processes too: the size of a batch can decide how a number is rounded.
    """
    waiting = sorted(set(range(len(prompts))) - responses.keys(), key=lambda i: (len(prompts[i]), i))
    return [waiting[i : i + batch_size] for i in range(0, len(waiting), batch_size)][rank() :: world_size()]


def _respond(model, batch, max_new_tokens, tokenizer, template, bar):
    """Continue the prompts of a batch side by side; return for each its response, and whether it stopped by itself."""
    device, context_size = model.pos_emb.weight.device, len(model.pos_emb.weight)
    batch, found = [prompt.to(device) for prompt in batch], {}
    for row, text in continue_rows(model, batch, max_new_tokens, context_size, tokenizer.eot_token):
        stopped = text.shape[1] < len(batch[row]) + max_new_tokens
        found[row] = cut_out_response(batch[row], text, tokenizer, template), stopped
        bar.update()
    return [found[row] for row in range(len(batch))]


def _encode_prompts(model, tokenizer, entries, template):
    """Encode the prompts of entries that can be read and saved, each of shape ``(tokens,)``; warn of long ones."""
    if is_sharded(model):
        raise ValueError("Expected a whole model, found a part of one: save its weights, and load them into a new one.")
    for i, entry in enumerate(entries):
        check_that_it_can_be_saved(entry, f"Entry {i}")
    prompts = [torch.tensor(encode_entry(template.prompt(entry), tokenizer, i)) for i, entry in enumerate(entries)]
    context_size = len(model.pos_emb.weight)
    long = [f"entry {i} ({len(prompt)} tokens)" for i, prompt in enumerate(prompts) if len(prompt) > context_size]
    if long:
        warnings.warn(
            f"Prompts longer than the {context_size} tokens that the model can look at: {len(long)}: {some_of(long)}. "
            "It sees only their ends. Shorten them.",
            stacklevel=3,
        )
    return prompts


def _fingerprint_of_run(model, prompts, *settings):
    """SHA-256 of all that decides about responses: weights, prompts, the limit, end of text, the heading."""
    digest = hashlib.sha256()
    for name, tensor in model.state_dict().items():
        digest.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}\n".encode())
        digest.update(tensor.cpu().reshape(-1).view(torch.uint8).numpy())
    digest.update(json.dumps([[prompt.tolist() for prompt in prompts], *settings]).encode())
    return digest.hexdigest()


def _begin_progress(path, run):
    """Begin a progress file anew, unless it is of this run."""
    if not path.is_file() or _lines_of(path)[0] != run:
        write_atomically(path, run.encode("utf-8"))


def _read_progress(path, run):
    """Return the responses of this run that are in the progress files of a file of responses, one for each process.

    The first line of each is the run's fingerprint. Then comes a line for each batch, in JSON, with pairs of an
    entry's index and ``[response, stopped]``.
    """
    responses = {}
    for progress in sorted(path.parent.glob(f"{glob.escape(path.name)}.progress*")):
        first_line, *lines = _lines_of(progress)
        for line in lines if first_line == run else ():
            try:
                responses.update((i, tuple(found)) for i, found in json.loads(line))
            except ValueError:
                pass  # cut off while it was written: that batch is computed once more
    return responses


def _lines_of(path):
    return path.read_text(encoding="utf-8", errors="replace").split("\n")
