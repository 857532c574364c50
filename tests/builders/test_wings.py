"""How the rooms of the builders hang together: imports point down, and every room says what it holds."""

import ast
import re
import sys
from pathlib import Path

BUILDERS = Path(__file__).resolve().parents[2] / "data" / "builders"
WINGS = ("small_world", "instruction_data", "pretraining")  # from bottom to top
ROOMS = {
    path.relative_to(BUILDERS).with_suffix("").as_posix().replace("/", "."): ast.parse(path.read_text(encoding="utf-8"))
    for wing in WINGS
    for path in sorted((BUILDERS / wing).rglob("*.py"))
}


def imports_of(tree):
    """The modules that a module imports, as far as they are known: ``from a import b`` is a.b where that is a room."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in ROOMS else node.module


IMPORTS = {room: set(imports_of(tree)) for room, tree in ROOMS.items()}


def test_a_wing_imports_only_from_wings_below_it():
    for room, imported in IMPORTS.items():
        allowed = WINGS[: WINGS.index(room.partition(".")[0]) + 1]
        assert {name.partition(".")[0] for name in imported} & set(WINGS) <= set(allowed), room


def test_no_room_imports_itself_by_way_of_others():
    left = {room: imported & set(ROOMS) for room, imported in IMPORTS.items()}
    while left:
        free = {room for room, imported in left.items() if not imported & set(left)}
        assert free, f"these import each other: {sorted(left)}"
        left = {room: imported for room, imported in left.items() if room not in free}


def test_the_small_world_and_the_instruction_data_need_nothing_but_python():
    for room, imported in IMPORTS.items():
        others = {name.partition(".")[0] for name in imported} - set(WINGS)
        assert room.startswith("pretraining") or others <= sys.stdlib_module_names, room


def test_every_room_begins_with_a_docstring():
    for room, tree in ROOMS.items():
        assert re.search(r"\w", ast.get_docstring(tree) or ""), room
