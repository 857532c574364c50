"""Make badges, setup cells and pages point to the GitHub repository, and the revision of it, that publish the series.

    python notebooks/set_address.py account/name [branch or tag]

Both stand in the setup cell, which is the same in all notebooks. With a tag, such as v1.0, a notebook always fetches
the files that it was made with, whatever has been published since. (A commit cannot be had this way: no notebook can
hold the name of the commit that it is part of.)
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("README.md", "CONTRIBUTING.md", "CITATION.cff", "docs/*.md", "colab/*.ipynb")


def main():
    arguments = sys.argv[1:]
    if len(arguments) not in (1, 2) or not re.fullmatch(r"[\w.-]+/[\w.-]+( [\w.-]+)?", " ".join(arguments)):
        sys.exit("Tell the repository as account/name and, if it is to be another one, the branch or tag. For example: "
                 "make address REPOSITORY=account/name REVISION=v1.0")
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    first = notebooks[0].read_text(encoding="utf-8")
    repository = re.search(r'REPOSITORY = \\"https://github.com/([\w.-]+/[\w.-]+)\\"', first)[1]
    revision = re.search(r'REVISION = \\"([\w.-]+)\\"', first)[1]
    new_repository, new_revision = (*arguments, revision)[:2]
    # Only this address, since a page may link to other repositories, too; with the revision where one follows.
    address = re.compile(
        r"(https://(?:github\.com|codespaces\.new|colab\.research\.google\.com/github)/)"
        rf"{re.escape(repository)}(?![\w-])(?:(/(?:blob|tree)/){re.escape(revision)}(?=/))?"
    )
    setting = f'REVISION = \\"{revision}\\"'

    def renew(match):
        return match[1] + new_repository + (match[2] + new_revision if match[2] else "")

    # The first notebook comes last: it holds what is to be found, should this be interrupted and run again.
    pages = [path for pattern in PAGES for path in sorted(ROOT.glob(pattern))]
    for path in (*pages, *reversed(notebooks)):
        text = address.sub(renew, path.read_bytes().decode("utf-8"))
        path.write_bytes(text.replace(setting, f'REVISION = \\"{new_revision}\\"').encode("utf-8"))
        print(path.relative_to(ROOT).as_posix())


if __name__ == "__main__":
    main()
