"""What must be there when the series has run on a reader's own data."""

import json

from notebook_setup import output_folder
from previous_chapters import split_instruction_data


def check_results_on_own_data(path, entries, outputs):
    """What the series has made of the entries in a file lies in a folder of its own, and is of these entries."""
    folder = output_folder("gpt2-tiny (6M)", create=False)
    stem = path.stem.replace(" ", "-")
    assert folder.parent == outputs and folder.name.startswith(f"gpt2-tiny6M-{stem}-")
    kept = json.loads((folder / "instruction-data-with-response.json").read_text(encoding="utf-8"))
    _, test_data, _ = split_instruction_data(entries)
    assert [entry["output"] for entry in kept] == [entry["output"] for entry in test_data] != []
    assert not (outputs / "gpt2-tiny6M").exists()
