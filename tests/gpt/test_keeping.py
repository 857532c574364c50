"""Results in a second folder: what arrives is whole, what is not whole is never taken back, and nothing is lost."""

import contextlib
import json
import subprocess
import sys
import time

import pytest

from downloads import can_fork, everything_in, in_a_process
from gpt.keeping import LIST, keep, take_up
from helpers import REPO

FILES = {"model/history.json": b"[1, 2]", "model/weights.pth": b"w" * 3_000_000, "choice.txt": b""}


@pytest.fixture
def here(tmp_path):
    """The folder of the results on this machine."""
    write(tmp_path / "outputs", FILES)
    return tmp_path / "outputs"


@pytest.fixture
def place(tmp_path):
    """The folder that outlives it."""
    return tmp_path / "drive of mine, é" / "results"


def write(folder, files):
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def taken_up(place, new_machine):
    take_up(place, new_machine)
    return everything_in(new_machine)


def kept_in(place):
    files = everything_in(place)
    del files[LIST]
    return files


def test_a_new_machine_gets_all_that_was_kept(here, place, tmp_path):
    assert sorted(keep(here, place)) == sorted(FILES)
    assert kept_in(place) == FILES  # under their own names, for the reader to open
    assert taken_up(place, tmp_path / "new") == FILES


def test_only_what_is_new_is_copied(here, place):
    keep(here, place)
    assert keep(here, place) == []
    write(here, {"model/weights.pth": b"x" * 3_000_000, "model/new.json": b"3"})  # as long as before
    assert keep(here, place) == ["model/new.json", "model/weights.pth"]
    assert kept_in(place) == everything_in(here)


def test_what_another_program_is_writing_is_not_kept(here, place):
    write(here, {f"model/weights.pth{end}": b"half" for end in (".part", ".lock")})
    assert sorted(keep(here, place)) == sorted(FILES)


def test_files_on_the_machine_stay_as_they_are(here, place, tmp_path):
    keep(here, place)
    write(tmp_path / "new", {"model/history.json": b"of a later run"})
    assert taken_up(place, tmp_path / "new") == {**FILES, "model/history.json": b"of a later run"}


def test_where_nothing_was_kept_nothing_is_taken(tmp_path):
    (tmp_path / "mine.txt").write_text("not in the list", encoding="utf-8")
    assert take_up(tmp_path, tmp_path / "new") == [] and not (tmp_path / "new").exists()
    assert take_up(tmp_path / "not there", tmp_path / "new") == []


@pytest.mark.parametrize("wrong", [b"w" * 2_000_000, b"w" * 2_999_999 + b"v"], ids=["half of it", "one byte changed"])
def test_what_is_not_whole_is_not_taken_and_is_brought_anew(here, place, tmp_path, capsys, wrong):
    keep(here, place)
    write(place, {"model/weights.pth": wrong})
    others = {name: content for name, content in FILES.items() if name != "model/weights.pth"}
    assert taken_up(place, tmp_path / "new") == others
    message = f"Not taken up: {place / 'model/weights.pth'} is not what it should be ({len(wrong):,} bytes"
    assert capsys.readouterr().out.startswith(message)
    assert keep(here, place) == ["model/weights.pth"]
    assert taken_up(place, tmp_path / "another") == FILES


@pytest.mark.parametrize("content", [b"{", b"[]"])
def test_a_damaged_list_is_no_list(here, place, tmp_path, content):
    keep(here, place)
    write(place, {LIST: content})
    assert take_up(place, tmp_path / "new") == []
    keep(here, place)
    assert taken_up(place, tmp_path / "new") == FILES


def test_killed_while_a_file_takes_the_place_of_another(here, place, tmp_path):
    """The earlier file is still there and still counts, although the new one is as long."""
    earlier = {**FILES, "model/weights.pth": b"w" * 40_000_000}
    write(here, earlier)
    keep(here, place)
    write(here, {"model/weights.pth": b"x" * 40_000_000})
    command = "import sys; from gpt.keeping import keep; keep(*sys.argv[1:])"
    with subprocess.Popen([sys.executable, "-c", command, here, place], cwd=REPO, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and not any(map(size_of, (place / "model").glob("weights.pth.*.part"))):
            time.sleep(0.001)
        process.kill()
    assert list((place / "model").glob("weights.pth.*.part"))
    assert len(json.loads((place / LIST).read_text(encoding="utf-8"))["model/weights.pth"]) == 2
    assert taken_up(place, tmp_path / "new") == earlier
    assert keep(here, place) == ["model/weights.pth"]
    assert kept_in(place) == everything_in(here)


def size_of(path):
    with contextlib.suppress(FileNotFoundError):
        return path.stat().st_size
    return 0


@can_fork
def test_a_place_that_is_full(here, place, tmp_path):
    """A limit of the system for the size of files, which fails in the middle of the file as a full disk does."""
    import resource

    keep(here, place)
    write(here, {"model/history.json": b"[1, 2, 3]", "model/weights.pth": b"x" * 3_000_000})

    def with_a_limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))
        try:
            keep(here, place)
        except OSError as error:
            return str(error)

    message = in_a_process(with_a_limit)
    assert message.startswith(f"Not everything in {here} could be kept in {place} (OSError: [Errno 27]")
    assert f"It is all still in {here}. Make room" in message
    kept = {**FILES, "model/history.json": b"[1, 2, 3]"}
    assert kept_in(place) == kept  # and no half of the weights
    assert taken_up(place, tmp_path / "new") == kept
    assert keep(here, place) == ["model/weights.pth"]


def test_a_place_that_is_gone(here, place):
    place.parent.mkdir()
    place.write_text("in the way", encoding="utf-8")
    with pytest.raises(OSError, match=r"Not everything in .* could be kept in .* \(FileExistsError"):
        keep(here, place)
    assert everything_in(here) == FILES
