"""README.md: what it quotes was printed, its commands are those of the Makefile, and the address can be set."""

import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

import make_colab_notebook
import quote_in_readme

REPO = Path(__file__).resolve().parents[2]
README = (REPO / "README.md").read_text(encoding="utf-8")
LAB = "jupyter lab --ServerApp.root_dir=. notebooks/00_instruction_data.ipynb"


def quoted():
    return README.partition(quote_in_readme.BEGIN)[2].partition(quote_in_readme.END)[0]


def everything_printed(number):
    (path,) = (REPO / "notebooks").glob(f"{number}_*.ipynb")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return "".join("".join(output.get("text", [])) for output in outputs)


def test_the_quotation_is_what_the_notebooks_have_printed():
    """If it fails after outputs were renewed: python notebooks/quote_in_readme.py."""
    assert quoted() == quote_in_readme.quotation()
    instruction, before, after = re.findall(r"^\S.*:\n((?:    .*\n|\n)+)", quoted(), re.M)
    lines = [[line.strip() for line in part.splitlines() if line.strip()] for part in (instruction, before, after)]
    assert all(lines)
    assert all(line in everything_printed("02").splitlines() for line in lines[0] + lines[1])
    assert f"### Response: {lines[2][0]}<|endoftext|>" in everything_printed("04")


@pytest.fixture
def copied(tmp_path):
    """README, notebooks and what else has the address of the repository, in another folder."""
    for name in ("README.md", "CONTRIBUTING.md", "CITATION.cff"):
        shutil.copy(REPO / name, tmp_path)
    for name in ("docs", "colab"):
        shutil.copytree(REPO / name, tmp_path / name)
    shutil.copytree(REPO / "notebooks", tmp_path / "notebooks", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_new_outputs_come_into_the_readme_and_nothing_else_changes(copied):
    path = copied / "notebooks" / "02_baseline_generation.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if "print(response_text)" in "".join(cell["source"]))
    cell["outputs"][0]["text"] = ["Quite another answer,\n", "\n", "on two lines.\n"]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    quote_in_readme.renew(copied)
    readme = (copied / "README.md").read_text(encoding="utf-8")
    block = readme.partition(quote_in_readme.BEGIN)[2].partition(quote_in_readme.END)[0]
    assert "    Quite another answer,\n\n    on two lines.\n" in block
    assert readme.replace(block, quoted()) == README


def test_a_readme_without_the_marks_is_an_error_and_stays(copied):
    (copied / "README.md").write_text("# mine\n", encoding="utf-8")
    with pytest.raises(ValueError, match="README.md: expected a line <!-- Quoted"):
        quote_in_readme.renew(copied)
    assert (copied / "README.md").read_text(encoding="utf-8") == "# mine\n"


def test_the_address_is_set_everywhere_and_can_be_set_again(copied, monkeypatch):
    elsewhere = "https://github.com/OWNER/gpt2-instruction-finetuning-course is another repository.\n"
    with open(copied / "README.md", "a", encoding="utf-8") as file:
        file.write(elsewhere)
    monkeypatch.setattr(make_colab_notebook, "ROOT", copied)
    monkeypatch.setattr(make_colab_notebook, "NOTEBOOKS", copied / "notebooks")
    for address, *revision in (("someone/tutorials", "v1.0"), ("an-other/gpt2.course",), ("an-other/a", "main")):
        command = [sys.executable, str(copied / "notebooks" / "set_address.py"), address, *revision]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        present = revision[0] if revision else "v1.0"
        readme = (copied / "README.md").read_text(encoding="utf-8")
        assert readme.endswith(elsewhere)
        assert "OWNER" not in readme.removesuffix(elsewhere)
        for path in (copied / "notebooks").glob("*.ipynb"):
            text = path.read_text(encoding="utf-8")
            assert text.count(address) == 2 and "OWNER" not in text
            assert text.count(f"{address}/blob/{present}/") == 1 and f'REVISION = \\"{present}\\"' in text
        whole = (copied / "colab" / "whole_series.ipynb").read_text(encoding="utf-8")
        assert whole == make_colab_notebook.whole_series() and f"{address}/blob/{present}/colab/" in whole
        for path in (copied / "CITATION.cff", copied / "docs" / "places.md"):
            text = path.read_text(encoding="utf-8")
            assert f"/{address}" in text and "OWNER" not in text
    assert "someone" not in readme + whole


def commands_of(text):
    """The lines of all blocks of a page that are there to be typed."""
    return "".join(re.findall(r"```(?:bash|powershell)\n(.*?)```", text, re.S)).splitlines()


def test_the_first_commands_are_the_two_of_the_title():
    assert commands_of(README)[:2] == ["make run", "make test"] and "3.3 GB" in README


def test_what_is_there_to_be_typed_can_be_pasted_as_it_is():
    """Into zsh, too, the shell of macOS, which takes # and what follows for arguments. No address is a stopgap."""
    lines = commands_of(README)
    for line in lines:
        assert "#" not in line and "OWNER" not in line, line
        program, *arguments = line.split()
        if program == "make":
            assert re.search(rf"^{arguments[0]}:", makefile(), re.M), line
        else:
            assert re.fullmatch(r"python3?|\.venv\\Scripts\\(python|jupyter)|\.venv/bin/python", program), line
            files = [name for name in arguments if "/" in name and not name.startswith("https:")]
            assert all((REPO / name).is_file() for name in files), line
    contributing = (REPO / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert len(lines) == 12 and not any("#" in line or "OWNER" in line for line in commands_of(contributing))


def test_without_make_the_same_is_installed_and_run():
    ours = [line.replace("$(BIN)/", "").lstrip("-") for line in re.findall(r"^\t(.*)", makefile(), re.M)]
    ours = [line.split("  #")[0].replace(" $(if $(VERBOSE),--verbose)", "") for line in ours]
    for line in commands_of(README)[3:9]:
        assert line.removeprefix(".venv\\Scripts\\") in ours, line
    torch = re.search(r"^torch==\S+", (REPO / "requirements.txt").read_text(encoding="utf-8"), re.M)[0]
    assert f" {torch} " in commands_of(README)[-1]


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
@pytest.mark.parametrize(("arguments", "is_verbose"), [((), False), (("VERBOSE=1",), True)])
def test_make_run_prints_everything_when_asked(arguments, is_verbose):
    command = ["make", "--no-print-directory", "--dry-run", "run", *arguments]
    todo = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=True, timeout=60).stdout
    assert "notebooks/run_all.py" in todo and ("--verbose" in todo) == is_verbose
    assert "`make run VERBOSE=1`" in README


def makefile():
    return (REPO / "Makefile").read_text(encoding="utf-8")


def test_make_help_lists_every_target():
    if not shutil.which("make"):
        pytest.skip("make is not installed")
    command = ["make", "--no-print-directory", "help"]  # inside of `make test`, make would name its directory, too
    found = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=True, timeout=60).stdout
    phony = re.search(r"^\.PHONY: (.*)$", makefile(), re.M)[1].split()
    assert [line.split()[1] for line in found.splitlines()] == phony
    assert all(re.fullmatch(r"make \w+ +\w.{10,}", line) for line in found.splitlines())
    assert "`make help`" in README


def test_the_licence_is_the_whole_standard_text():
    text = (REPO / "LICENSE").read_bytes().replace(b"\r\n", b"\n")
    assert hashlib.sha256(text).hexdigest() == "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"
    assert "[Apache License 2.0](LICENSE)" in README


def test_makefile_and_readme_serve_the_whole_series():
    assert f"\t$(BIN)/{LAB}\n" in makefile()
    assert f"\n.venv\\Scripts\\{LAB}\n" in README
    assert makefile().count("jupyter lab") == 1 and README.count("jupyter lab") == 1


def test_a_server_started_that_way_serves_the_files_that_notebooks_link_to(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = re.search(r"^\t\$\(BIN\)/jupyter (lab .*)$", makefile(), re.M)[1].split()
    folders = {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *command[1:], "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1",
         f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=secret"],
        cwd=REPO, env={**os.environ, **folders, "HOME": str(tmp_path)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        found = {}
        deadline = time.monotonic() + 60
        for name in ("README.md", "data/README.md", "notebooks/00_instruction_data.ipynb"):
            while name not in found:
                assert server.poll() is None and time.monotonic() < deadline
                try:
                    found[name] = requests.get(
                        f"http://127.0.0.1:{port}/api/contents/{name}?content=0",
                        headers={"Authorization": "token secret"}, timeout=10,
                    ).status_code  # fmt: skip
                except requests.ConnectionError:
                    time.sleep(0.2)
        assert set(found.values()) == {200}, found
    finally:
        server.terminate()
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
