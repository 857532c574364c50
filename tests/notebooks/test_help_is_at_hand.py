"""From every notebook, and from the errors of the notebooks' helpers, the troubleshooting page is one step away."""

import json
from pathlib import Path

import pytest
import torch

import notebook_setup

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_the_page_is_linked_beside_the_setup_cell(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    first_code = next(i for i, cell in enumerate(cells) if cell["cell_type"] == "code")
    above = "".join(cells[first_code - 1]["source"])
    assert above.startswith("## Setup\n") and "[When something goes wrong](TROUBLESHOOTING.md)" in above
    assert (NOTEBOOKS / "TROUBLESHOOTING.md").read_text(encoding="utf-8").startswith("# When something goes wrong\n")


def test_an_unknown_model_names_the_page(monkeypatch):
    monkeypatch.setenv("CHOOSE_MODEL", "gpt2-medium")
    with pytest.raises(ValueError) as caught:
        notebook_setup.choose_model(torch.device("cpu"))
    assert str(caught.value).endswith(f"More about it: {NOTEBOOKS / 'TROUBLESHOOTING.md'}")


@pytest.mark.parametrize(
    "message",
    [
        "Expected notebooks/notebook_setup.py in",
        "No module named 'notebook_setup'",
        "The environment variable CHOOSE_MODEL is",
        "is not there yet: run",
        "The notebooks cannot write their results to",
        "No families:",
        "responses are kept from an earlier run of the same model",
    ],
)
def test_the_page_has_the_messages_of_the_setup(message):
    assert message in (NOTEBOOKS / "TROUBLESHOOTING.md").read_text(encoding="utf-8")
