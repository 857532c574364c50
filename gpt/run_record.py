"""What a run has found so far, in a JSON file beside its results, so that the next call need not find it again.

    path = folder / "finetune.json"
    record = open_record(path, {"seed": 123})               # refuses a folder that holds a run with another seed
    add_to_record(path, record, initial_losses=[5.0, 5.2])

What the findings mean, the room does not know.
"""

import json
from pathlib import Path

from gpt.files import write_json


def open_record(path, settings):
    """Return what is recorded, ``{"settings": settings}`` at first. Nothing is written.

    Args:
        settings: all that decides about the results, a dict of what JSON can hold.

    Raises:
        ValueError: if a run with other settings is recorded there, saying what differs, or the file is damaged.
    """
    path = Path(path)
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        before = dict(record["settings"])
    except FileNotFoundError:
        return {"settings": settings}
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is damaged ({type(error).__name__}: {error}). Delete it, and run again.") from error
    differences = [
        f"{name} was {before.get(name)}, now {settings.get(name)}"
        for name in {**before, **settings}
        if before.get(name) != settings.get(name)
    ]
    if differences:
        raise ValueError(
            f"{path.parent} holds another run: {'; '.join(differences)}. Nothing was changed. Choose another folder, "
            "or the settings of that run."
        )
    return record


def add_to_record(path, record, **found):
    """Add what was found to the record and to its file, which is written in one step."""
    record.update(found)
    write_json(path, record)
