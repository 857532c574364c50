"""The troubleshooting page quotes messages that the code really has."""

import json
import re

from helpers import REPO

# Messages of Python, requests, git and the operating system, which stand nowhere in our code.
OF_OTHERS = re.compile(r"ModuleNotFoundError|FileNotFoundError|HTTPError|No space left|NameResolution|Read timed out|"
                       r"IncompleteRead|CERTIFICATE_VERIFY|ProxyError|Connection refused|"
                       r"overwritten by merge|git pull")  # fmt: skip


def messages_of_the_code():
    files = [REPO / "gpt_download.py", *(REPO / "gpt").glob("*.py"), *(REPO / "notebooks" / "exercises").glob("*.py")]
    own = ("notebook_setup.py", "run_all.py", "serve_judge.py", "serve_model.py")
    files += [REPO / "notebooks" / name for name in own]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    first_notebook = json.loads((REPO / "notebooks" / "00_instruction_data.ipynb").read_text(encoding="utf-8"))
    code_cells = (cell["source"] for cell in first_notebook["cells"] if cell["cell_type"] == "code")
    text += "\n" + "".join(next(code_cells))  # the setup cell, which is the same in all notebooks
    text = re.sub(r"[\"']\s*\n\s*f?[\"']", "", text)  # a message that goes over several lines
    return re.sub(r"\{[^{}]*\}", "...", text)


def fragments(quotation):
    return [part.strip(" .,:;") for part in re.split(r"\.\.\.", quotation) if len(part.strip(" .,:;")) >= 6]


def test_every_message_that_is_quoted_is_one_that_the_code_has():
    page = (REPO / "notebooks" / "TROUBLESHOOTING.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith(("| ---", "| Message"))]
    code = messages_of_the_code()
    quoted = [quotation for row in rows for quotation in re.findall(r"`([^`]+)`", row.split(" | ")[0])]
    assert len(rows) > 50 and len(quoted) > 60
    unknown = [
        (quotation, part)
        for quotation in quoted
        if not OF_OTHERS.search(quotation)
        for part in fragments(quotation)
        if part not in code
    ]
    assert not unknown
