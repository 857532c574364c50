"""Download again and again from two mirrors that fail at random, in processes that are killed at random.

    python tests/soak/soak_downloads.py --rounds 300

In each round a new folder is filled by one or two processes at a time, until one of them succeeds; each is left alone
or killed at a random moment. Each time every file with a final name must be whole, what is left of the weights must be
their beginning, and nothing else may lie there. RESULTS.md is the log of its results. Needs a system that can fork.
"""

import argparse
import os
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support"), str(ROOT / "data" / "builders")]


import downloads as suite  # noqa: E402
import gpt_download  # noqa: E402
from fault_server import NAMES, SIZE, FaultServer, faulty, serve, status  # noqa: E402
from gpt import fetching  # noqa: E402

# The faults of the suite; those that nothing can tell from the file itself only for the weights, whose size is known.
WEIGHTS_FAULTS = [answer for answers, _ in suite.RECOVERED.values() for answer in answers]
WEIGHTS_FAULTS += [answer for answer, _, _ in suite.REFUSED.values()]
WEIGHTS_FAULTS += [faulty(cut=cut, ending=how) for cut in (10, 99_000, 400_000) for how in ("close", "reset", "stall")]
OTHER_FAULTS = [
    status(500),
    status(404),
    suite.hang_up,
    suite.reset_at_once,
    faulty(cut=50),
    faulty(cut=50, ending="stall"),
]


def random_plans(chance):
    plans = {name: [chance.choice([serve, *OTHER_FAULTS]) for _ in range(chance.randrange(3))] for name in NAMES}
    plans[suite.WEIGHTS_FILE] = [chance.choice(WEIGHTS_FAULTS) for _ in range(chance.randrange(20))]
    return plans


def try_once(folder, chance, counts):
    """One or two processes download; return whether one said that everything is there."""
    children = [suite.start(lambda: suite.fetch(folder)) for _ in range(chance.choice([1, 1, 2]))]
    results = []
    for process, receiver in children:
        if chance.random() < 0.5:
            time.sleep(chance.uniform(0, 0.3))
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            os.close(receiver)
            counts["killed"] += 1
        else:
            results.append(suite.result_of(process, receiver))
    for result in results:
        assert result is None or result.startswith("DownloadError: "), result
        counts["succeeded" if result is None else "one error"] += 1
    return None in results


def check(folder, is_complete):
    found = suite.everything_in(folder / SIZE) if (folder / SIZE).exists() else {}
    part = found.pop(suite.PART, b"")
    assert suite.WEIGHTS.startswith(part), "the part is not the beginning of the file"
    wrong = [name for name, content in found.items() if name in NAMES and content != suite.FILES[name]]
    assert not wrong, f"wrong content: {wrong}"
    # What a kill can leave; the first ones even in the instant after the last file has got its name.
    found = {re.sub(r"\.[0-9a-f]{12}\.part$", ".part", name): content for name, content in found.items()}
    allowed = {*NAMES, gpt_download.MANIFEST_FILE}
    allowed |= {suite.NOTE, f"{suite.NOTE}.part", gpt_download.LOCK_FILE, f"{gpt_download.MANIFEST_FILE}.part"}
    allowed |= set() if is_complete else {f"{name}.part" for name in NAMES}
    assert set(found) <= allowed, f"stray files: {set(found) - allowed}"
    assert not is_complete or set(NAMES) <= set(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    fetching.BACKOFF_SECONDS, fetching.TIMEOUT_SECONDS = 0.001, (2, 0.3)
    os.environ.update(NO_PROXY="*")
    os.environ.pop("GPT2_BASE_URL", None)
    sys.stdout.flush()
    quiet, counts, started = os.open(os.devnull, os.O_WRONLY), Counter(), time.monotonic()
    report = os.fdopen(os.dup(1), "w")
    os.dup2(quiet, 1)  # the downloads print, and show progress bars
    os.dup2(quiet, 2)
    for number in range(arguments.rounds):
        chance = random.Random(f"{arguments.seed} {number}")
        with (
            tempfile.TemporaryDirectory() as folder,
            FaultServer(suite.FILES) as first,
            FaultServer(suite.FILES) as second,
        ):
            gpt_download.BASE_URLS = (first.url, second.url)
            first.plans, second.plans = random_plans(chance), random_plans(chance)
            first.seconds_per_piece = chance.choice([0, 0.001, 0.003])
            is_complete = False
            try:
                while not is_complete:
                    is_complete = try_once(Path(folder), chance, counts)
                    check(Path(folder), is_complete)
            except AssertionError as error:
                print(f"Round {number} with seed {arguments.seed}: {error}", file=report)
                sys.exit(1)
            counts["requests"] += len(first.log) + len(second.log)
    minutes = (time.monotonic() - started) / 60
    numbers = ", ".join(f"{count:,} {what}" for what, count in sorted(counts.items()))
    print(
        f"{arguments.rounds} rounds, seed {arguments.seed}: {numbers}; {minutes:.1f} minutes", file=report, flush=True
    )


if __name__ == "__main__":
    main()
