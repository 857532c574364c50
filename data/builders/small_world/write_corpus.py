"""Write text of the small world into a file.

python data/builders/small_world/write_corpus.py --megabytes 20 --seed 1 --out corpus.txt
python data/builders/small_world/write_corpus.py --stage practice --out practice.txt
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # data/builders, where the wings are

from small_world.corpus import write_corpus  # noqa: E402
from small_world.stages import STAGES  # noqa: E402


def main() -> None:
    """Write a corpus as asked for on the command line."""
    parser = argparse.ArgumentParser(description="Write the small-world pretraining corpus.")
    parser.add_argument("--megabytes", type=float, default=20.0, help="size of the file in millions of bytes")
    parser.add_argument("--seed", type=int, default=123, help="seed of the random choices")
    parser.add_argument("--stage", choices=STAGES, default="world", help="stage of the training to write text for")
    parser.add_argument("--out", type=Path, default=Path("small-world.txt"), help="file to write")
    arguments = parser.parse_args()
    count = write_corpus(arguments.out, arguments.megabytes, arguments.seed, STAGES[arguments.stage])
    print(f"wrote {count} documents to {arguments.out}")


if __name__ == "__main__":
    main()
