"""Make badges, setup cells and README point to the GitHub repository that publishes the series.

    python notebooks/set_address.py account/name
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main():
    if len(sys.argv) != 2 or not re.fullmatch(r"[\w.-]+/[\w.-]+", sys.argv[1]):
        sys.exit("Tell the repository as account/name, for example: make address REPOSITORY=account/name")
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    first = notebooks[0].read_text(encoding="utf-8")
    present = re.search(r'REPOSITORY = \\"https://github.com/([\w.-]+/[\w.-]+)\\"', first)
    # Only this address, since a page may link to other repositories, too.
    address = re.compile(
        rf"(?<=https://github\.com/){re.escape(present[1])}(?![\w-])"
        rf"|(?<=https://colab\.research\.google\.com/github/){re.escape(present[1])}(?![\w-])"
    )
    # The first notebook comes last: it holds the address to be found, should this be interrupted and run again.
    for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *reversed(notebooks)):
        if path.is_file():
            text = path.read_bytes().decode("utf-8")
            path.write_bytes(address.sub(sys.argv[1], text).encode("utf-8"))
            print(path.name)


if __name__ == "__main__":
    main()
