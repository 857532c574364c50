"""Make the Colab badges and the setup cells point to the GitHub repository that publishes the series.

    python notebooks/set_address.py account/name
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ADDRESS = re.compile(r"(?<=https://github\.com/)[\w.-]+/[\w.-]+?(?=[/\\\"])"
                     r"|(?<=colab\.research\.google\.com/github/)[\w.-]+/[\w.-]+(?=/blob/)")


def main():
    if len(sys.argv) != 2 or not re.fullmatch(r"[\w.-]+/[\w.-]+", sys.argv[1]):
        sys.exit("Tell the repository as account/name, for example: make address REPOSITORY=account/name")
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        text = path.read_text(encoding="utf-8")
        path.write_text(ADDRESS.sub(sys.argv[1], text), encoding="utf-8", newline="\n")
        print(path.name)


if __name__ == "__main__":
    main()
