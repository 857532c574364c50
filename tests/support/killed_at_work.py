"""Kill the extraction of responses, and the writing of a file, at random moments; check what is left each time.

    python tests/support/killed_at_work.py extraction FOLDER ROUNDS
    python tests/support/killed_at_work.py writing FOLDER ROUNDS

It prints what it found as JSON. test_responses.py runs it in a process of its own, which forks the children that are
killed: so PyTorch is imported once, and no other thread is lost in the fork.
"""

import contextlib
import io
import json
import os
import random
import signal
import sys
import threading
import time
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPO / "tests" / "support"), str(REPO), str(REPO / "data" / "builders")]

import torch  # noqa: E402
from tqdm import tqdm  # noqa: E402

from gpt.files import write_atomically  # noqa: E402
from helpers import instruction_entries, small_config, write_vocabulary  # noqa: E402
from previous_chapters import GPTModel, extract_responses, load_tokenizer  # noqa: E402

BATCH_SIZE = 2
ENTRIES = 14


def in_a_child(work, seconds=None):
    """Do work in a child process, killed after so many seconds; return whether it was killed before it had ended."""
    child = os.fork()
    if child == 0:
        # tqdm's own lock is shared with the parent: killed while it holds it, a child would stop all later ones.
        tqdm.set_lock(threading.RLock())
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.WEXITSTATUS(status) == 0, "the child failed"
    return False


def small_model_that_stops(tokenizer):
    """A random model for the small vocabulary that ends about half of its responses early."""
    torch.manual_seed(0)
    model = GPTModel(small_config(context_length=256)).eval()
    # End of text takes the place of a token that this model writes often.
    with torch.no_grad():
        model.out_head.weight[[338, tokenizer.eot_token]] = model.out_head.weight[[tokenizer.eot_token, 338]]
    return model


def kill_extractions(folder, rounds):
    write_vocabulary(folder)
    tokenizer = load_tokenizer(folder)
    model, entries = small_model_that_stops(tokenizer), instruction_entries(ENTRIES)

    def extract(path):
        with contextlib.redirect_stdout(io.StringIO()):  # only what was found is to be printed
            extract_responses(model, tokenizer, entries, path, max_new_tokens=8, batch_size=BATCH_SIZE)

    reference = folder / "reference.json"
    started = time.monotonic()
    in_a_child(lambda: extract(reference))
    duration, expected = time.monotonic() - started, reference.read_bytes()
    earlier = b"what an earlier model has answered"
    moments, kept = random.Random(123), []
    for i in range(rounds):
        path = folder / str(i) / "responses.json"
        path.parent.mkdir()
        path.write_bytes(earlier)
        for _ in range(3):
            if in_a_child(lambda path=path: extract(path), moments.uniform(0, duration)):
                progress = path.with_name("responses.json.progress")
                kept.append(progress.read_text().count("\n") if progress.exists() else 0)
            assert path.read_bytes() in (earlier, expected)
        in_a_child(lambda path=path: extract(path))
        assert path.read_bytes() == expected
        assert {file.name for file in path.parent.iterdir()} == {path.name, f"{path.name}.progress"}
    return {"batches": -(-ENTRIES // BATCH_SIZE), "batches kept at each kill": kept}


def kill_writing(folder, rounds):
    path = folder / "file.json"
    contents = [bytes([letter]) * 3_000_000 for letter in b"ab"]
    path.write_bytes(contents[0])

    def write_for_ever():
        while True:
            for content in contents:
                write_atomically(path, content)

    moments, found = random.Random(123), []
    for _ in range(rounds):
        assert in_a_child(write_for_ever, moments.uniform(0, 0.05))
        found.append(any(folder.glob("file.json.*.part")))
        assert path.read_bytes() in contents
    return {"killed while writing": sum(found)}


if __name__ == "__main__":
    do = {"extraction": kill_extractions, "writing": kill_writing}[sys.argv[1]]
    print(json.dumps(do(Path(sys.argv[2]), int(sys.argv[3]))))
