"""Running all notebooks."""

import contextlib
import importlib.metadata
import io
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import time

import nbformat
import pytest

import run_all
from fault_server import FaultServer
from gpt_download import CONVERTED_FILE
from helpers import REPO, instruction_entries

NOTEBOOKS = sorted((REPO / "notebooks").glob("[0-9][0-9]_*.ipynb"))
COUNT = 40


def test_renewed_outputs_come_from_a_clean_run(tmp_path, monkeypatch):
    """Also after a run that was interrupted: nothing goes on from what it left, and weights are converted anew."""
    folder, checkpoint = tmp_path / "outputs" / "gpt2-tiny6M", tmp_path / "gpt2" / "6M"
    left = [folder / "training-checkpoint.pt", folder / "responses.json.progress", checkpoint / CONVERTED_FILE]
    results = [folder / "history.json", checkpoint / "model.ckpt.index"]
    for path in (folder, checkpoint):
        path.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")]), tmp_path / "00_fails.ipynb")
    monkeypatch.setattr(run_all, "NOTEBOOKS", tmp_path)
    monkeypatch.setattr(run_all, "DATA", tmp_path)
    monkeypatch.setenv("OUTPUTS_DIR", str(tmp_path / "outputs"))
    for arguments, are_kept in (([], True), (["--in-place"], False)):
        for path in left + results:
            path.write_bytes(b"")
        monkeypatch.setattr(sys, "argv", ["run_all.py", *arguments])
        with pytest.raises(SystemExit, match="00_fails.ipynb stopped"):
            run_all.main()
        assert [path.exists() for path in left] == [are_kept] * 3
        assert all(path.exists() for path in results)


@pytest.mark.parametrize("is_kept", [False, True])
def test_all_notebooks_get_the_data_that_was_chosen_unless_outputs_are_kept(tmp_path, monkeypatch, is_kept):
    """A path is relative to where the reader is, not to where the notebooks run; what is kept is about our data."""
    cell = "import os; print(os.environ.get('INSTRUCTION_DATA')); 1 / 0"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)]), tmp_path / "00_fails.ipynb")
    (tmp_path / "mine").mkdir()
    path = tmp_path / "mine" / "data.csv"
    path.write_text("prompt,completion\n", encoding="utf-8")
    monkeypatch.setattr(run_all, "NOTEBOOKS", tmp_path)
    monkeypatch.setattr(run_all, "DATA", tmp_path)
    monkeypatch.setenv("OUTPUTS_DIR", str(tmp_path / "outputs"))
    monkeypatch.setenv("INSTRUCTION_DATA", "data.csv")
    monkeypatch.chdir(path.parent)
    monkeypatch.setattr(sys, "argv", ["run_all.py", *["--in-place"][:is_kept]])
    with pytest.raises(SystemExit, match="00_fails.ipynb stopped"):
        run_all.main()
    assert os.environ["INSTRUCTION_DATA"] == ("" if is_kept else str(path.resolve()))
    (folder,) = (tmp_path / "outputs").iterdir()
    assert (folder.name == "gpt2-tiny6M") == is_kept
    executed = nbformat.read(folder / "notebooks" / "00_fails.ipynb", as_version=4)
    assert executed.cells[0].outputs[0].text.strip() == os.environ["INSTRUCTION_DATA"]


@pytest.fixture
def series(tmp_path, monkeypatch):
    """A series of three notebooks that count how often each of them runs; run it and get the counts."""
    notebooks, outputs = tmp_path / "notebooks", tmp_path / "outputs"
    notebooks.mkdir()
    (tmp_path / "gpt").mkdir()
    for name in ("a.json", "gpt/room.py", "reference/old.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}", encoding="utf-8")
    for number in range(3):
        cell = f"open('ran', 'a').write('{number}')"
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
        nbformat.write(notebook, notebooks / f"0{number}_part.ipynb")
    monkeypatch.setattr(run_all, "NOTEBOOKS", notebooks)
    monkeypatch.setattr(run_all, "DATA", tmp_path)
    monkeypatch.setenv("OUTPUTS_DIR", str(outputs))
    (outputs / "gpt2-tiny6M").mkdir(parents=True)
    shutil.copy(REPO / "data" / "reference" / "gpt2-tiny6M.json", outputs / "gpt2-tiny6M" / "history.json")

    def run(*arguments):
        (notebooks / "ran").unlink(missing_ok=True)
        monkeypatch.setattr(sys, "argv", ["run_all.py", *arguments])
        run_all.main()
        return (notebooks / "ran").read_text(encoding="utf-8") if (notebooks / "ran").exists() else ""

    return notebooks, outputs / "gpt2-tiny6M", run


def append_cell(path, source, kind="code"):
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(getattr(nbformat.v4, f"new_{kind}_cell")(source))
    nbformat.write(notebook, path)


def test_what_has_run_is_not_run_again_until_something_changes(series, capsys, monkeypatch):
    notebooks, folder, run = series
    assert run() == "012" and "All notebooks ran in" in capsys.readouterr().out
    assert run() == "" and "nothing has changed since" in capsys.readouterr().out
    assert run("--again") == "012"
    append_cell(notebooks / "01_part.ipynb", "Only text.", "markdown")
    assert run() == ""
    append_cell(notebooks / "01_part.ipynb", "pass")
    capsys.readouterr()
    assert run() == "12"  # later ones go on from what it writes
    assert "\n2 of 3 notebooks, the others had been run before, ran in" in capsys.readouterr().out
    for name in ("gpt/room.py", "a.json", "reference/old.json"):
        (notebooks.parent / name).write_text("{ }", encoding="utf-8")
        assert run() == "012"
    monkeypatch.setenv("JUDGE_MODEL", "another")
    assert run() == "012"
    (folder / "notebooks" / "02_part.ipynb").unlink()
    assert run() == "2"


def test_after_an_error_the_earlier_ones_are_not_run_again(series, capsys):
    notebooks, _, run = series
    append_cell(notebooks / "01_part.ipynb", "1 / 0")
    with pytest.raises(SystemExit, match="01_part.ipynb stopped at an error"):
        run()
    with pytest.raises(SystemExit):
        run()
    assert (notebooks / "ran").read_text(encoding="utf-8") == "1"
    notebook = nbformat.read(notebooks / "01_part.ipynb", as_version=4)
    notebook.cells.pop()
    nbformat.write(notebook, notebooks / "01_part.ipynb")
    assert run() == "12"


def test_without_the_losses_of_notebook_04_only_it_and_later_ones_run_again(series):
    """As after an interruption of the first training."""
    notebooks, folder, run = series
    (notebooks / "01_part.ipynb").unlink()
    (notebooks / "02_part.ipynb").rename(notebooks / "04_part.ipynb")
    assert run() == "02"
    (folder / "history.json").unlink()
    with pytest.raises(SystemExit, match="does not hold the losses"):
        run()
    assert (notebooks / "ran").read_text(encoding="utf-8") == "2"


def test_a_list_of_what_has_run_that_cannot_be_read_is_no_list(series):
    notebooks, folder, run = series
    for name in ("01_part.ipynb", "02_part.ipynb"):  # each start of a notebook takes seconds
        (notebooks / name).unlink()
    run()
    finished = folder / "notebooks" / "finished.json"
    assert set(json.loads(finished.read_text(encoding="utf-8"))) == {"00_part"}
    for content in ("", "[1, 2]", "{", "null"):
        finished.write_text(content, encoding="utf-8")
        assert run() == "0", content


# ---- data of one's own, and versions --------------------------------------------------------------------------------


def as_json(count, **format_options):
    return json.dumps(instruction_entries(count), **format_options).encode("utf-8")


@pytest.fixture
def fingerprint(tmp_path, monkeypatch):
    """The digest of what a notebook depends on, with the data at a path or an address."""
    monkeypatch.setenv("OUTPUTS_DIR", str(tmp_path / "outputs"))

    def take(source):
        monkeypatch.setenv("INSTRUCTION_DATA", str(source))
        return run_all.fingerprints(NOTEBOOKS[:1], "gpt2-tiny (6M)", "cpu")["00_instruction_data"]

    return take


def test_of_own_data_the_entries_count_wherever_they_are(tmp_path, fingerprint, capsys):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "data.json").write_bytes(as_json(COUNT))
    with FaultServer({"data.json": as_json(COUNT), "more.json": as_json(COUNT + 1)}) as server:
        found = [fingerprint(source) for source in (folder, folder / "data.json", f"{server.url}/data.json")]
        assert len(set(found)) == 1
        assert fingerprint(f"{server.url}/more.json") not in found
    assert fingerprint(f"{server.url}/data.json") in found  # the server has gone, and what it gave is kept
    (folder / "data.json").write_bytes(as_json(COUNT, indent=2))
    assert fingerprint(folder) in found
    (folder / "data.json").write_bytes(as_json(COUNT + 1))
    assert fingerprint(folder) not in found
    assert fingerprint("") not in found
    assert capsys.readouterr().out == ""


def test_data_that_cannot_be_read_now_are_said_and_left_to_notebook_00(tmp_path, fingerprint, capsys):
    (tmp_path / "few.json").write_bytes(as_json(3))
    with FaultServer({"data.json": as_json(COUNT)}) as server:
        address = f"{server.url}/data.json"
    for source in (address, tmp_path / "few.json", tmp_path / "gone.csv"):
        assert fingerprint(source) != fingerprint("")
        assert f"The data at {source} cannot be read now" in capsys.readouterr().out
    with FaultServer({"data.json": as_json(COUNT)}) as server:
        assert len({fingerprint(f"{server.url}/{name}") for name in ("missing.json", "data.json")}) == 2


def test_another_version_of_a_package_is_a_change(fingerprint, monkeypatch):
    found, version = [fingerprint("")], importlib.metadata.version
    for name in ("tiktoken", "matplotlib", "tensorflow"):
        changed = {name: "0"}
        monkeypatch.setattr(importlib.metadata, "version", lambda n, c=changed: c.get(n) or version(n))
        found.append(fingerprint(""))
    assert len(set(found)) == 4
    monkeypatch.setattr(importlib.metadata, "version", version)
    assert fingerprint("") == found[0]


# ---- files that are whole -------------------------------------------------------------------------------------------


def test_a_full_disk_leaves_copies_and_notebooks_as_they_were(tmp_path):
    resource = pytest.importorskip("resource", reason="only POSIX systems can limit the size of files for a test")
    path, earlier = tmp_path / "00_part.ipynb", "earlier " * 1_000
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("text " * 1_000)])
    path.write_text(earlier, encoding="utf-8")
    no_limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, no_limit[1]))
    try:
        with contextlib.redirect_stderr(io.StringIO()), pytest.raises(OSError):
            run_all.write_notebook(notebook, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, no_limit)
    assert path.read_text(encoding="utf-8") == earlier and [*tmp_path.iterdir()] == [path]
    run_all.write_notebook(notebook, path)
    assert path.read_bytes() == nbformat.writes(notebook).encode("utf-8") + b"\n"


def test_nothing_is_written_but_in_one_step(series, monkeypatch):
    """All that a run writes itself: the copies, the pages and the list of what has run."""
    notebooks, folder, run = series
    written, write = [], run_all.write_atomically
    monkeypatch.setattr(run_all, "write_atomically", lambda path, content: (written.append(path), write(path, content)))
    for name in ("01_part.ipynb", "02_part.ipynb"):
        (notebooks / name).unlink()
    run()
    assert {*(folder / "notebooks").iterdir()} == {*written}


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"val_losses": [], "train_losses": [1]}'])
def test_damaged_losses_are_named_and_which_notebook_makes_them(series, content):
    notebooks, folder, run = series
    for path in notebooks.glob("*.ipynb"):
        path.unlink()
    (folder / "history.json").write_text(content, encoding="utf-8")
    with pytest.raises(SystemExit) as caught:
        run()
    assert str(folder / "history.json") in str(caught.value) and "Run 04_finetune.ipynb again" in str(caught.value)


def test_an_executed_copy_that_cannot_be_read_is_made_again(series):
    notebooks, folder, run = series
    for name in ("01_part.ipynb", "02_part.ipynb"):
        (notebooks / name).unlink()
    run()
    for content in ("", "{}", "null"):
        (folder / "notebooks" / "00_part.ipynb").write_text(content, encoding="utf-8")
        assert run() == "0", content


# ---- what is printed ------------------------------------------------------------------------------------------------

TALKATIVE = """
import sys, warnings
print("Ep 1 (Step 000000): ", end="", flush=True); print("Train loss 4.002")
print("\\r 10%|#   |\\r100%|####|", file=sys.stderr)
warnings.simplefilter("always")
for _ in range(2):
    warnings.warn("first of two lines\\nand the second")
print("deprecated", file=sys.stderr)
"""


def notebook_of(*cells):
    """A notebook of pairs: what a cell says about how it is shown, and its source."""
    return nbformat.v4.new_notebook(cells=[
        nbformat.v4.new_code_cell(source, metadata={"run_all": settings} if settings else {})
        for settings, source in cells
    ])  # fmt: skip


@pytest.fixture
def talkative(series):
    """A series of two notebooks, one that prints a lot and one that says nothing about its key figure."""
    notebooks, folder, run = series
    (notebooks / "02_part.ipynb").unlink()
    notebook = notebook_of(
        (None, "print('not shown')"), ({"as_it_comes": True}, TALKATIVE),
        ({"key_figure": 1}, "print('a heading\\n\\n73   of 88 right\\nmore')"),
    )  # fmt: skip
    nbformat.write(notebook, notebooks / "00_part.ipynb")
    return notebooks, folder, run


def test_a_notebook_is_a_line_with_time_and_key_figure_and_warnings_are_shown(talkative, capsys):
    run = talkative[2]
    run()
    out = capsys.readouterr().out
    lines = out.split("Everything is in")[0].splitlines()[2:]  # below device and model
    assert lines[0] == "    Ep 1 (Step 000000): Train loss 4.002"
    assert re.fullmatch(r"    00_part: \S+: UserWarning: first of two lines", lines[1])
    assert re.fullmatch(r"\d\d:\d\d  00_part: 73 of 88 right", lines[2])
    assert re.fullmatch(r"\d\d:\d\d  01_part", lines[3])
    assert "not shown" not in out and "%|" not in out and "deprecated" not in out
    run()
    assert " kept  00_part: 73 of 88 right\n kept  01_part\n" in capsys.readouterr().out


def test_verbose_prints_all_that_the_cells_print(talkative, capsys):
    talkative[2]("--verbose")
    out = capsys.readouterr().out
    assert "\n00_part.ipynb\n    not shown\n    Ep 1 (Step 000000): Train loss 4.002\n" in out
    assert "    73   of 88 right\n    more\n" in out


def command_for(folder):
    """A process that runs the notebooks of a folder; a program, so that it has output streams of its own."""
    program = (
        "import sys, pathlib, run_all\n"
        "run_all.NOTEBOOKS = pathlib.Path(sys.argv.pop())\n"
        "run_all.DATA = run_all.NOTEBOOKS.parent\n"
        "run_all.main()"
    )
    return [sys.executable, "-c", program, str(folder)]


@pytest.fixture
def environment():
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (REPO, REPO / "notebooks")))}


def test_in_a_pipe_there_is_no_progress_bar_and_no_character_that_it_cannot_hold(talkative, environment):
    notebooks = talkative[0]
    notebook = notebook_of(({"key_figure": 0}, f"print('{'The meal is cooked, é. ' * 20}')"))
    nbformat.write(notebook, notebooks / "00_part.ipynb")
    done = subprocess.run(
        command_for(notebooks), env={**environment, "PYTHONIOENCODING": "ascii"}, capture_output=True, timeout=120
    )
    assert done.returncode == 0, done.stderr.decode()
    assert b"\r" not in done.stdout + done.stderr and b"%|" not in done.stderr
    assert b"00_part: " + (b"The meal is cooked, ?. " * 20).strip() in done.stdout  # whole: nobody knows how wide


def test_in_a_terminal_the_line_fits_and_a_progress_bar_is_below(talkative, environment):
    reason = "Windows has no pseudo-terminals"
    pty, fcntl, termios = (pytest.importorskip(name, reason=reason) for name in ("pty", "fcntl", "termios"))
    notebooks = talkative[0]
    notebook = notebook_of(({"key_figure": 0}, "print('0.391 ' * 30)"))
    nbformat.write(notebook, notebooks / "00_part.ipynb")
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 60, 0, 0))
    environment = {name: value for name, value in environment.items() if name not in ("COLUMNS", "LINES")}
    process = subprocess.Popen(command_for(notebooks), env=environment, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # Linux ends the reading of a terminal that nobody writes to that way
        while part := os.read(ours, 10_000):
            shown += part
    os.close(ours)
    assert process.wait(timeout=60) == 0
    assert b"00_part:   0%|" in shown and b"2/2 cells" in shown
    (line,) = re.findall(r"\d\d:\d\d  00_part: [\d. ]+", shown.decode("utf-8"))
    assert 50 < len(line) <= 60 and re.fullmatch(r"\S+  00_part: (0\.391 )+\.\.\.", line)


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to groups of processes only")
@pytest.mark.parametrize("at", ["a cell that is interrupted", "a cell that goes on"])
def test_ctrl_c_ends_with_a_sentence_and_a_later_run_goes_on(series, environment, at):
    notebooks, folder, run = series
    waiting = "import os, time\nopen('kernel', 'w').write(str(os.getpid()))\n"
    waiting += {"a cell that is interrupted": "time.sleep(60)", "a cell that goes on": (
        "try:\n    time.sleep(60)\nexcept KeyboardInterrupt:\n    print('what was done is kept')"
    )}[at]  # fmt: skip
    nbformat.write(notebook_of((None, waiting)), notebooks / "01_part.ipynb")
    process = subprocess.Popen(
        command_for(notebooks), env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while not (notebooks / "kernel").exists() or not (notebooks / "kernel").read_text(encoding="utf-8"):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert error == "\nInterrupted. What has been run is kept: the same command goes on from there.\n"
    assert "00_part" in out and "02_part" not in out
    kernel = int((notebooks / "kernel").read_text(encoding="utf-8"))
    with pytest.raises(ProcessLookupError):
        os.kill(kernel, 0)
    nbformat.write(nbformat.v4.new_notebook(), notebooks / "01_part.ipynb")
    assert run() == "2"


def test_what_the_process_of_a_kernel_writes_is_passed_on(talkative, capsys):
    notebooks, _, run = talkative
    notebook = notebook_of((None, "import faulthandler, sys; faulthandler.dump_traceback(sys.__stderr__)"))
    nbformat.write(notebook, notebooks / "00_part.ipynb")
    run()
    assert "(most recent call first)" in capsys.readouterr().err


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_each_notebook_says_which_line_is_its_key_figure(path):
    notebook = nbformat.read(path, as_version=4)
    assert [run_all.settings_of(cell).get("key_figure") is not None for cell in notebook.cells].count(True) == 1
    assert len(run_all.key_figure(notebook)) > 10
    talking = [cell.source for cell in notebook.cells if run_all.settings_of(cell).get("as_it_comes")]
    assert len(talking) == (path.stem == "04_finetune") and all("train_model_simple(" in cell for cell in talking)
