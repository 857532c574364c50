"""How the house is built: which way imports point, what the door holds, and that rooms stay small enough to read."""

import ast
import inspect
from graphlib import TopologicalSorter

import nbformat
import pytest

import previous_chapters
from helpers import REPO

ROOMS = sorted((REPO / "gpt").glob("*.py"))
DOORS = {"previous_chapters", "gpt_download"}
NOTEBOOKS = {path.stem for path in (REPO / "notebooks").glob("*") if path.suffix in (".py", "")}
BUILDERS = {path.stem for path in (REPO / "data" / "builders").glob("*")}
TESTS = {path.stem for path in (REPO / "tests").rglob("test_*.py")}

MOST_LINES = 350  # of a room; one that grows beyond has two subjects
MOST_LINES_OF_A_FUNCTION = 60  # what can be seen at once

# What could be imported from previous_chapters when it still held the code itself.
OLD_NAMES = """BASE_CONFIG model_configs finetuning_settings expected_initial_losses END_OF_TEXT GPT2_SPLIT_PATTERN
load_tokenizer text_to_token_ids token_ids_to_text fused fused_training Linear causal_attention KeyValueCache
MultiHeadAttention LayerNorm GELU FeedForward TransformerBlock GPTModel without_weights generate generate_batch
choose_precision computing_in calc_loss_batch calc_loss_loader evaluate_model check_initial_loss train_model_simple
generate_and_print_sample plot_losses load_weights_into_gpt save_weights load_weights load_instruction_data
split_instruction_data format_input InstructionDataset custom_collate_fn create_instruction_loader cut_out_response
extract_responses normalize_answer is_right token_f1 TrainingRun""".split()


def imported_by(path):
    """The modules that a file imports, also inside of functions: {"gpt.files", "torch", ...}."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: imports are written out from the top"
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names if node.module == "gpt")}
    return found


def top(modules):
    return {module.partition(".")[0] for module in modules}


@pytest.mark.parametrize("room", ROOMS, ids=lambda path: path.stem)
def test_a_room_imports_no_door_notebook_or_builder(room):
    assert not top(imported_by(room)) & (DOORS | NOTEBOOKS | BUILDERS)


def test_no_rooms_import_each_other_in_a_circle():
    graph = {f"gpt.{room.stem}": imported_by(room) for room in ROOMS}
    assert sum(module in graph for modules in graph.values() for module in modules) >= 15  # there are arrows at all
    list(TopologicalSorter(graph).static_order())  # raises a CycleError that names the circle


def test_doors_import_only_rooms():
    for door in DOORS:
        assert not top(imported_by(REPO / f"{door}.py")) & (DOORS - {door} | NOTEBOOKS | BUILDERS)


def test_builders_import_no_notebook():
    for path in (REPO / "data" / "builders").rglob("*.py"):
        assert not top(imported_by(path)) & NOTEBOOKS, path.name


def test_no_test_file_imports_another():
    for path in (REPO / "tests").rglob("*.py"):
        assert not top(imported_by(path)) & TESTS, path.name


def test_the_door_hands_on_every_name_and_holds_no_code():
    door = ast.parse((REPO / "previous_chapters.py").read_text(encoding="utf-8"))
    assert {type(node) for node in door.body} == {ast.Expr, ast.ImportFrom}
    assert [name for name in OLD_NAMES if not hasattr(previous_chapters, name)] == []


def test_source_code_is_shown_through_the_door():
    assert inspect.getsource(previous_chapters.format_input).startswith("def format_input(entry):")


@pytest.mark.parametrize("room", ROOMS, ids=lambda path: path.stem)
def test_a_room_is_read_in_one_sitting(room):
    text = room.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a room says what it holds"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < MOST_LINES_OF_A_FUNCTION, node.name


def ways_to_write(source):
    """Calls in a piece of code that leave half a file when they are interrupted."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    names = {node: getattr(node.func, "attr", getattr(node.func, "id", "")) for node in calls}
    return [
        ast.unparse(node) for node, name in names.items()
        if name in ("write_text", "write_bytes")
        or name == "open" and any(isinstance(each, ast.Constant) and str(each.value).startswith("w")
                                  for each in (*node.args, *(word.value for word in node.keywords)))
    ]  # fmt: skip


def test_results_are_written_whole_or_not_at_all():
    """With gpt.files. Notebooks 08 and 10 write examples to temporary folders."""
    sources = {path.name: path.read_text(encoding="utf-8") for path in (*ROOMS, REPO / "finetune.py")}
    sources["notebook_setup.py"] = (REPO / "notebooks" / "notebook_setup.py").read_text(encoding="utf-8")
    for path in sorted((REPO / "notebooks").glob("0[0-79]*.ipynb")):
        cells = nbformat.read(path, 4).cells
        sources[path.name] = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    assert len(sources) > 60
    found = {name: ways for name, source in sources.items() if (ways := ways_to_write(source))}
    assert found == {"processes.py": ["open(os.devnull, 'w', encoding='utf-8')"]}


def test_the_training_loop_fits_on_a_screen_and_its_batches_come_from_the_loader():
    source = inspect.getsource(previous_chapters.train_model_simple)
    assert len(source.splitlines()) <= 40
    steps = ["(train_loader)", "zero_grad()", "calc_loss_batch(", "backward(", "step()", "evaluate_model(", "sample("]
    places = [source.index(step) for step in steps]
    assert places == sorted(places)
