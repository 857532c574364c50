"""A whole training in a fraction of a second, and processes that run it until they are killed."""

import contextlib
import io
import multiprocessing
import multiprocessing.forkserver
import os
import sys
from unittest import mock

import pytest
import torch

from gpt.distributed import whole_weights
from helpers import instruction_entries, small_config
from previous_chapters import (
    GPTModel,
    create_instruction_loader,
    load_tokenizer,
    save_weights,
    train_model_simple,
)

CAN_FORK = "forkserver" in multiprocessing.get_all_start_methods()
needs_fork = pytest.mark.skipif(not CAN_FORK, reason="this system cannot fork processes")


def train(
    vocabulary, path=None, *, prepare=None, seed=123, entries=22, drop_rate=0.1, n_layers=1, batch_size=4, lr=2e-3,
    weight_decay=0.1, optimizer_class=torch.optim.AdamW, num_epochs=2, eval_freq=2, own_generators=False,
    checkpoint_every=2, drop_last=True, share=None, **options
):  # fmt: skip
    """Train a new model; return ``(history, weights, the random number that comes next)``.

    Args:
        vocabulary: a folder that ``write_vocabulary`` has filled.
        prepare: is called with the model before the training.
        share: is called with the model before the optimizer is made, ``replicate`` or ``shard`` for example.
    """
    tokenizer = load_tokenizer(vocabulary)
    torch.manual_seed(seed)
    model = GPTModel(small_config(context_length=64, emb_dim=12, n_layers=n_layers, drop_rate=drop_rate))
    data = instruction_entries(30)
    loaders = [
        create_instruction_loader(
            part, tokenizer, allowed_max_length=64, batch_size=batch_size, shuffle=part is not data, drop_last=drop_last
        )
        for part in (data[:entries], data[22:])
    ]
    if own_generators:
        for number, loader in enumerate(loaders):
            loader.generator = loader.sampler.generator = torch.Generator().manual_seed(number)
    if share:
        share(model)
    optimizer = optimizer_class(model.parameters(), lr=lr, weight_decay=weight_decay)
    if prepare:
        prepare(model)
    history = train_model_simple(
        model, *loaders, optimizer, "cpu", num_epochs=num_epochs, eval_freq=eval_freq, eval_iter=1,
        start_context="Below", tokenizer=tokenizer, checkpoint_path=path, checkpoint_every=checkpoint_every, **options
    )  # fmt: skip
    return history, {name: tensor.clone() for name, tensor in whole_weights(model).items()}, torch.rand(1).item()


class Stopped(Exception):
    """Stands for the end of a process."""


def stop():
    raise Stopped


def at_call(number, action):
    """What makes a model do something in the middle of its work: when it embeds tokens for the n-th time."""
    calls = []

    def prepare(model):
        def hook(*_):
            calls.append(None)
            if len(calls) == number:
                action()

        model.tok_emb.register_forward_hook(hook)

    prepare.calls = calls
    return prepare


def names_in(folder):
    """The sorted names of the files in a folder, without those of locks, which stay."""
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


def same(one, other):
    """Whether two trainings came to exactly the same history, weights and state of the random numbers."""
    weights = all(torch.equal(tensor, other[1][name]) for name, tensor in one[1].items())
    return one[0] == other[0] and weights and one[2] == other[2]


def start(work, *arguments):
    """Start ``work(connection, *arguments)`` in a process; return it and a connection when work begins."""
    context = multiprocessing.get_context("forkserver")
    # A server imports torch once, and each process is a fork of it. It does not know where modules are looked for.
    context.set_forkserver_preload(["warm_start"])
    with mock.patch.dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, sys.path))):
        multiprocessing.forkserver.ensure_running()
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(work, theirs, *arguments), daemon=True)
    process.start()
    theirs.close()
    ours.recv()
    return process, ours


def _work(work, connection, *arguments):
    connection.send("begins")
    work(connection, *arguments)


def kill(process, connection, messages, seconds):
    """SIGKILL a process some time after it has sent so many messages; return whether it was still at work then."""
    with contextlib.suppress(EOFError):
        for _ in range(messages):
            connection.recv()
    process.join(seconds)
    was_at_work = process.is_alive()
    process.kill()
    process.join()
    return was_at_work


def train_in_process(connection, vocabulary, path, options):
    """Train, and send a message each time that the model is used: so its pace is known, however busy the machine is."""

    def prepare(model):
        model.tok_emb.register_forward_hook(lambda *_: connection.send("used"))

    with contextlib.redirect_stdout(io.StringIO()):
        train(vocabulary, path, prepare=prepare, **options)


def train_with_full_disk(connection, vocabulary, path, limit):
    import resource  # not on Windows

    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        result = train(vocabulary, path)
    connection.send((printed.getvalue(), result[0]))


def save_again_and_again(connection, path, config, seeds):
    """Save one random model after the other to the same file, without end."""
    models = []
    for seed in seeds:
        torch.manual_seed(seed)
        models.append(GPTModel(config))
    connection.send("saves")
    while True:
        for model in models:
            save_weights(model, path)


def save_with_full_disk(connection, path, config, limit):
    import resource

    model = GPTModel(config)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        save_weights(model, path)
    except OSError as error:
        connection.send(str(error))
