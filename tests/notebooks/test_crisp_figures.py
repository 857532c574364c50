"""Figures in the notebooks have twice as many pixels as they take on the page, whenever matplotlib is imported."""

import base64
import struct

import nbformat
import pytest
from nbclient import NotebookClient

from helpers import REPO

SETUP = f"import sys\nsys.path[:0] = [{str(REPO)!r}, {str(REPO / 'notebooks')!r}]"
PLOT = "figure, axis = plt.subplots(figsize=(4, 3))\naxis.plot([1, 2])\nplt.show()"


@pytest.mark.parametrize("order", [1, -1])
def test_a_figure_has_two_pixels_for_each_one_of_the_page(order):
    imports = "\n".join(["import matplotlib.pyplot as plt", "import notebook_setup"][::order])
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in (SETUP, imports, PLOT)])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    (output,) = [output for output in notebook.cells[-1].outputs if output.output_type == "display_data"]
    width, height = struct.unpack(">II", base64.b64decode(output.data["image/png"])[16:24])
    shown = output.metadata["image/png"]
    assert width // 2 == shown["width"] > 300 and height // 2 == shown["height"]
