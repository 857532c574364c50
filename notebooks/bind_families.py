"""Write down which instruction data the families in data/instruction-families.json belong to.

    python notebooks/bind_families.py

Only after both files were made anew by data/builders/instruction_data/build.py, as `make data` does. With data of
your own there is nothing to bind: the notebooks notice that the families belong to others, and do without.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # for what notebook_setup imports

from notebook_setup import DATA, digest_of_entries  # noqa: E402


def main():
    data = json.loads((DATA / "instruction-data.json").read_text(encoding="utf-8"))
    path = DATA / "instruction-families.sha256"
    path.write_text(digest_of_entries(data) + "\n", encoding="utf-8", newline="\n")
    print(f"{path.name}: {len(data)} entries")


if __name__ == "__main__":
    main()
