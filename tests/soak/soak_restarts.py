"""Kill processes of a training again and again; each time torchrun starts it anew, and the history must be the same.

    python tests/soak/soak_restarts.py --rounds 10

In each round two processes train a small model, with DDP or FSDP in turn, and one of them is killed twice in the middle
of a step. What was found is printed, and an error ends it.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import several_processes  # noqa: E402
from helpers import write_vocabulary  # noqa: E402
from small_training import train  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        write_vocabulary(folder)
        expected = train(folder, **several_processes.OPTIONS)[0]
        for number in range(arguments.rounds):
            way = list(several_processes.WAYS)[number % 2]
            place = folder / str(number)
            place.mkdir()
            write_vocabulary(place)
            started = time.monotonic()
            found, _ = several_processes.run(2, several_processes.be_killed, place, max_restarts=2, KILLS="2", WAY=way)
            differences = [
                abs(ours - theirs)
                for part in (0, 1)
                for ours, theirs in zip(found["history"][part], expected[part], strict=True)
            ]
            print(
                f"round {number}, {way}: {found['starts']} starts, {len(differences)} losses, the largest difference "
                f"to one process that was not killed {max(differences):.1e}, {time.monotonic() - started:.0f} s",
                flush=True,
            )
            assert found["starts"] == 3 and max(differences) < 1e-5 and found["history"][2] == expected[2]


if __name__ == "__main__":
    main()
