"""The cells of the exercises, as a reader finds them, and with solutions put in their place."""

import ast
import contextlib
import importlib
import io
import json
import re

from helpers import REPO

NOTEBOOKS = {path.stem[:2]: path for path in sorted((REPO / "notebooks").glob("[0-9][0-9]_*.ipynb"))}
WORKSHOP = REPO / "notebooks" / "workshop.ipynb"


def cells_of(path, kind=None):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if kind in (None, cell["cell_type"])]


def exercise_cells(path, kind=None):
    """The cells behind the heading of the exercises."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    first = next(i for i, cell in enumerate(cells) if "## Exercises" in "".join(cell["source"]))
    return ["".join(cell["source"]) for cell in cells[first + 1 :] if kind in (None, cell["cell_type"])]


def stubs_in(source):
    """``{name: definition}`` of what the reader shall write in a cell: functions my_..., or my_... = ..."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("my_"):
            found[node.name] = node
        elif isinstance(node, ast.Assign) and ast.unparse(node).startswith("my_") and ast.unparse(node.value) == "...":
            found[ast.unparse(node.targets[0])] = node
    return found


def without_stubs(source):
    stubs = stubs_in(source).values()
    tree = ast.parse(source)
    tree.body = [node for node in tree.body if ast.unparse(node) not in map(ast.unparse, stubs)]
    return ast.unparse(tree)


def solutions_of(name):
    """What the solutions of a notebook define: functions and prompts my_..."""
    module = importlib.import_module(f"solutions.{name}")
    return {key: value for key, value in vars(module).items() if key.startswith("my_")}


def run(source, namespace):
    """What a cell prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(source, "a cell", "exec"), namespace)
    return printed.getvalue()


def switched_on(source, **steps):
    """A cell of an experiment as a reader runs it."""
    source = source.replace("RUN_IT = False", "RUN_IT = True")
    return re.sub(r"steps=\d+", f"steps={steps['steps']}", source) if steps else source
