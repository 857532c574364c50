"""Several processes that work together: who they are, and what they tell each other (notebook 10).

``torchrun`` starts the same program several times, on one machine or on many. Each process has a number, its ``rank``.
What they share out between them is the subject of ``gpt.distributed``.

    with process_group() as device:     # in a program that torchrun has started; alone, it is a single process
        print(f"rank {rank()} of {world_size()}")
"""

import contextlib
import gc
import os
import re
import socket
import sys
import time
import warnings
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import NamedTuple

import torch
import torch.distributed as dist

from gpt.files import first_line

# ---------------------------------------------------------------------------------------------------------------
# Who they are
# ---------------------------------------------------------------------------------------------------------------


class _Here(NamedTuple):
    """What a process knows inside of process_group."""

    device: torch.device
    store: dist.Store  # what all processes can write to and read
    turns: Iterator  # counts the calls of one_goes_first
    ends: list  # what is to be called at the end


_here = None


def rank():
    """The number of this process, from 0; 0 if there is only one."""
    return dist.get_rank() if dist.is_available() and dist.is_initialized() else 0


def world_size():
    """How many processes there are, on all machines together."""
    return dist.get_world_size() if dist.is_available() and dist.is_initialized() else 1


def this_device():
    """The device that :func:`process_group` has given to this process; alone, a GPU if there is one."""
    return _here.device if _here else torch.device("cuda" if torch.cuda.is_available() else "cpu")


@contextlib.contextmanager
def process_group(device=None, minutes=10):
    """Join the processes that ``torchrun`` has started, inside of ``with``; in a program started alone do nothing.

    Only rank 0 prints. What goes wrong in any other is said on the error stream, with its rank.

    Args:
        device: "cuda" or "cpu"; by default a GPU if there is one. Each process of a machine gets its own GPU.
        minutes: how long to wait for an answer of the others. A process that hangs ends the others after this time.

    Yields:
        The device of this process.

    Raises:
        ValueError: if there are more processes on this machine than GPUs.
        ConnectionError: if another process has died or does not answer, naming it.
    """
    global _here
    device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    if "TORCHELASTIC_RUN_ID" not in os.environ:
        yield device
        return
    local_rank = int(os.environ["LOCAL_RANK"])
    if device.type == "cuda":
        if local_rank >= torch.cuda.device_count():
            raise ValueError(
                f"This machine has {torch.cuda.device_count()} GPUs and {os.environ['LOCAL_WORLD_SIZE']} processes: "
                "expected one GPU for each. Start torchrun with a smaller --nproc_per_node."
            )
        device = torch.device("cuda", local_rank)
        torch.cuda.set_device(device)
    _here = _Here(device, _store_of_this_start(), count(), [])
    dist.init_process_group(
        "cpu:gloo,cuda:nccl" if device.type == "cuda" else "gloo", store=_here.store, rank=int(os.environ["RANK"]),
        world_size=int(os.environ["WORLD_SIZE"]), timeout=timedelta(minutes=minutes),
    )  # fmt: skip
    with contextlib.ExitStack() as stack:
        if rank() > 0:
            nowhere = stack.enter_context(open(os.devnull, "w", encoding="utf-8"))
            stack.enter_context(contextlib.redirect_stdout(nowhere))
            stack.enter_context(warnings.catch_warnings())
            warnings.simplefilter("ignore")
        try:
            yield device
        except Exception as error:
            lost = _report(error)
            if lost is not None:
                raise ConnectionError(lost) from error
            raise
    _leave()


def _leave():
    """End the group and its threads. One that asks for Python's lock when Python has ended would abort the process."""
    global _here
    for end in _here.ends:
        end()
    _here = None
    gc.collect()  # whatever still holds the group
    dist.destroy_process_group()
    time.sleep(0.2)


def at_the_end(action):
    """Let something be called when the processes part."""
    _here.ends.append(action)


def _store_of_this_start():
    """The store of torchrun's agent, with names of their own for each restart.

    On one machine all restarts share a store, and a restarted process could read there the address of a dead one
    (https://github.com/pytorch/pytorch/issues/135712).
    """
    environment = os.environ
    is_agents = environment.get("TORCHELASTIC_USE_AGENT_STORE") == "True"
    store = dist.TCPStore(
        environment["MASTER_ADDR"], int(environment["MASTER_PORT"]), int(environment["WORLD_SIZE"]),
        is_master=not is_agents and environment["RANK"] == "0",
    )  # fmt: skip
    return dist.PrefixStore(f"restart {environment.get('TORCHELASTIC_RESTART_COUNT', 0)}", store)


def _report(error):
    """Say on the error stream which process has failed and why; return a sentence if another one is the cause."""
    from torch.distributed.elastic.multiprocessing.errors import get_error_handler

    name = f"Rank {rank()} of {world_size()} (process {os.getpid()} on {socket.gethostname()})"
    reason = f"{type(error).__name__}: {error}"
    message, lost = f"{name} stops. {reason}", None
    with contextlib.suppress(RuntimeError):  # the store may be gone, too
        _here.store.set(f"stopped {rank()}", reason)
        if isinstance(error, RuntimeError) and re.search(r"gloo|nccl|connection|timed out", str(error), re.IGNORECASE):
            time.sleep(2)  # others that wait in vain notice it at the same time
            silent = [str(other) for other in range(world_size()) if not _here.store.check([f"stopped {other}"])]
            lost = message = (
                f"{name} has lost rank {', '.join(silent) or '(unknown)'}, which was killed or does not answer "
                f"({first_line(error)})."
            )
        elif rank() > 0:
            time.sleep(0.5)  # what is wrong for all, such as an option, is said once
            if _here.store.check(["stopped 0"]) and _here.store.get("stopped 0").decode() == reason:
                message = ""
    print(message, end="\n" if message else "", file=sys.stderr, flush=True)
    get_error_handler().record_exception(ConnectionError(lost) if lost else error)  # for torchrun's summary
    return lost


@contextlib.contextmanager
def one_goes_first():
    """Let one process of each machine do something first, such as a download, and the others when it has done so."""
    if world_size() == 1:
        yield
        return
    done = f"turn {next(_here.turns)} on machine {os.environ.get('GROUP_RANK', 0)}"
    if os.environ["LOCAL_RANK"] == "0":
        yield
        _here.store.set(done, "yes")
    else:
        _here.store.wait([done], timedelta(hours=24))  # torchrun ends those who wait if the first one fails
        yield


# ---------------------------------------------------------------------------------------------------------------
# What they tell each other
# ---------------------------------------------------------------------------------------------------------------


def of_all_ranks(thing):
    """What each rank holds, as a list; small things only."""
    if world_size() == 1:
        return [thing]
    found = [None] * world_size()
    dist.all_gather_object(found, thing)
    return found


def of_first_rank(thing):
    """What rank 0 holds."""
    found = [thing]
    if world_size() > 1:
        dist.broadcast_object_list(found, src=0)
    return found[0]


def on_first_rank(work):
    """Call ``work`` on rank 0 only, and let the others wait for it; what it returns or raises comes on all ranks."""
    result, error = None, None
    if rank() == 0:
        try:
            result = work()
        except (OSError, RuntimeError, ValueError) as found:
            error = found
    result, error = of_first_rank((result, error))
    if error is not None:
        raise error
    return result
