"""Files are whole or as before, also with two writers; what killed ones leave is removed; damage is told by name."""

import os
import re
import subprocess
import sys

import pytest

from gpt.files import in_one_step, read_json, remove_left_overs, write_atomically, write_json
from helpers import REPO
from small_training import names_in

# It begins to write, says so, and waits until it may go on.
WRITER = """
import sys
from gpt.files import in_one_step
with in_one_step(sys.argv[1]) as file:
    file.write(sys.argv[2].encode() * 1000)
    file.flush()
    print("begun", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "history.json"


@pytest.fixture
def begin():
    """Start a process that writes a letter a thousand times to a file, and stands still in the middle."""
    started = []

    def start(path, letter):
        command, pipe = [sys.executable, "-c", WRITER, str(path), letter], subprocess.PIPE
        process = subprocess.Popen(command, cwd=REPO, stdin=pipe, stdout=pipe, text=True)
        started.append(process)
        assert process.stdout.readline() == "begun\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def go_on(process):
    process.communicate("\n", timeout=60)
    assert process.returncode == 0


def test_of_two_writers_each_writes_a_whole_file(path, begin):
    first = begin(path, "a")
    second = begin(path, "b")
    go_on(first)
    assert path.read_bytes() == b"a" * 1000
    go_on(second)
    assert path.read_bytes() == b"b" * 1000
    assert names_in(path.parent) == ["history.json"]


def test_what_a_killed_writer_has_left_is_removed_by_the_next_one_and_what_another_writes_is_not(path, begin):
    """The names are such that git does not see them."""
    killed, at_work = begin(path, "a"), begin(path, "b")
    killed.kill()
    killed.communicate()
    assert len(parts_in(path.parent)) == 2
    os.utime(next(iter(parts_in(path.parent))), (0, 0))  # so that Windows takes one of them for old
    write_atomically(path, b"c")
    remaining = parts_in(path.parent)
    if os.name != "nt":
        assert len(remaining) == 1
    ignored = subprocess.run(["git", "check-ignore", "outputs/" + next(iter(remaining)).name], cwd=REPO)
    assert ignored.returncode == 0
    go_on(at_work)
    assert path.read_bytes() == b"b" * 1000


def parts_in(folder):
    return {file for file in folder.iterdir() if file.suffix == ".part"}


def test_only_left_overs_of_that_file_are_removed(path):
    names = ("history.json.part", "history.json.copy.0123456789ab.part", "other.part")
    others = [path.with_name(name) for name in names]
    for other in others:
        other.write_bytes(b"of a download, or of somebody else")
        os.utime(other, (0, 0))
    left = path.with_name("history.json.0123456789ab.part")
    left.write_bytes(b"half")
    os.utime(left, (0, 0))
    remove_left_overs(path)
    assert sorted(path.parent.iterdir()) == sorted(others)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_file_has_the_permissions_that_any_other_has(path):
    before = os.umask(0o027)
    try:
        write_atomically(path, b"content")
        (path.parent / "other").write_bytes(b"content")
    finally:
        os.umask(before)
    assert path.stat().st_mode == (path.parent / "other").stat().st_mode


def test_an_error_leaves_the_file_and_nothing_else(path):
    path.write_bytes(b"before")
    with pytest.raises(RuntimeError), in_one_step(path) as file:
        file.write(b"half")
        raise RuntimeError
    assert path.read_bytes() == b"before" and names_in(path.parent) == ["history.json"]


def test_json_comes_back(path):
    content = {"train_losses": [2.5, 1.0], "note": "ä"}
    write_json(path, content)
    assert read_json(path, "04_finetune.ipynb") == content


@pytest.mark.parametrize(
    "content", [b"", b'{"train_losses": [2.5, 1.', b"\xff\xfe\x00", bytes(100), b"[" * 100_000],
    ids=["empty", "cut", "no text", "zeros", "nested"],
)
def test_a_damaged_file_is_told_by_name_with_what_to_do(path, content):
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"^{re.escape(str(path))} is damaged .*Delete it.*04_finetune.ipynb"):
        read_json(path, "04_finetune.ipynb")
    assert path.read_bytes() == content


def test_a_file_of_another_kind_is_told_too(path):
    write_json(path, ["a list"])
    with pytest.raises(ValueError, match="is damaged .*expected dict, found list"):
        read_json(path, "04_finetune.ipynb", kind=dict)
    with pytest.raises(FileNotFoundError):
        read_json(path.with_name("none.json"), "04_finetune.ipynb")
