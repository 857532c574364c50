"""Files that other programs read: they parse, name the versions that we have pinned, and do what they say."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys

import pytest
import yaml

from helpers import REPO

YAML_FILES = sorted(
    path.relative_to(REPO).as_posix()
    for pattern in ("*.cff", ".*.yaml", ".github/**/*.yml")
    for path in REPO.glob(pattern)
)
REQUIREMENTS = (REPO / "requirements.txt").read_text(encoding="utf-8")
TEST_REQUIREMENTS = (REPO / "tests" / "requirements.txt").read_text(encoding="utf-8")


def parsed(name):
    return yaml.safe_load((REPO / name).read_text(encoding="utf-8"))


def commands_of(workflow):
    jobs = parsed(f".github/workflows/{workflow}.yml")["jobs"]
    return {name: [step["run"] for step in job["steps"] if "run" in step] for name, job in jobs.items()}


@pytest.mark.parametrize("name", YAML_FILES)
def test_it_can_be_parsed(name):
    assert isinstance(parsed(name), dict)


def test_all_of_them_are_looked_at():
    assert {"CITATION.cff", ".pre-commit-config.yaml", ".github/workflows/tests.yml"} <= set(YAML_FILES)


def test_the_citation_names_nobody_who_does_not_exist():
    citation = parsed("CITATION.cff")
    assert citation["authors"] == [{"name": "The contributors of this series"}]
    assert {"cff-version", "message", "title"} <= set(citation)  # what the format requires besides


def test_the_hooks_have_the_pinned_ruff_and_leave_outputs_alone():
    hooks = [hook for repository in parsed(".pre-commit-config.yaml")["repos"] for hook in repository["hooks"]]
    (ruff,) = (hook for hook in hooks if hook["id"] == "ruff")
    assert ruff["additional_dependencies"] == re.findall(r"^ruff==.*$", TEST_REQUIREMENTS, re.M)
    assert "strip" not in " ".join(hook["entry"] for hook in hooks)


def test_the_workflows_do_what_ci_and_readme_do():
    commands = commands_of("tests")
    assert commands["linux"] == [".ci/run"]
    readme = (REPO / "README.md").read_text(encoding="utf-8")
    for command in commands["macos-and-windows"]:
        in_its_environment = ".venv\\Scripts\\" + command
        assert in_its_environment in readme.splitlines(), command


@pytest.mark.parametrize("name", [name for name in YAML_FILES if name.startswith(".github/workflows/")])
def test_a_workflow_may_only_read_and_runs_no_action_that_can_change_under_it(name):
    workflow = parsed(name)
    assert workflow["permissions"] == {"contents": "read"}
    assert all("permissions" not in job for job in workflow["jobs"].values())
    used = [step["uses"] for job in workflow["jobs"].values() for step in job["steps"] if "uses" in step]
    assert used and all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", each) for each in used)
    text = (REPO / name).read_text(encoding="utf-8")
    assert len(re.findall(r"uses: \S+@[0-9a-f]{40}  # v\d+\.\d+\.\d+", text)) == len(used)  # what they are, in words


def test_a_newer_commit_of_a_pull_request_ends_the_run_of_the_one_before():
    concurrency = parsed(".github/workflows/tests.yml")["concurrency"]
    assert "github.ref" in concurrency["group"]  # another one for each branch and each pull request
    assert concurrency["cancel-in-progress"] == "${{ github.event_name == 'pull_request' }}"  # main is always tested


def test_the_weekly_script_measures_what_is_on_record():
    """With the small model; the workflow runs it with OpenAI's."""
    (command,) = (command for command in commands_of("weekly")["real-checkpoints"] if "initial_losses" in command)
    script = command.split()[1]
    found = subprocess.run(
        [sys.executable, script, "gpt2-tiny (6M)"], cwd=REPO, capture_output=True, text=True, timeout=300
    )
    assert found.returncode == 0, found.stderr
    assert found.stdout.endswith("As published.\n")


def test_the_form_for_problems_asks_for_what_a_command_prints():
    form = (REPO / ".github" / "ISSUE_TEMPLATE" / "problem.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^python (notebooks/\S+)$", form, re.M)
    found = subprocess.run([sys.executable, command], cwd=REPO, capture_output=True, text=True, timeout=300)
    assert found.returncode == 0, found.stderr
    assert "Memory to train" in found.stdout and re.search(r"torch \d+\.\d+.*, numpy ", found.stdout)


PYTHON_THAT_TELLS = """#!/bin/sh
echo "python $*" >> "$LOG"
if [ "$2" = venv ]; then mkdir -p "$3/bin" && cp "$0" "$3/bin/python"; fi
"""


@pytest.mark.skipif(os.name == "nt" or not shutil.which("make"), reason="needs a shell and make")
def test_a_codespace_is_set_up_so_that_make_has_nothing_left_to_install(tmp_path):
    """The commands are run with a python that only writes down what it was asked for."""
    settings = json.loads((REPO / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    for name in ("Makefile", "requirements.txt"):
        shutil.copy(REPO / name, tmp_path)
    program = tmp_path / "programs" / "python"
    program.parent.mkdir()
    program.write_text(PYTHON_THAT_TELLS, encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    environment = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}", "LOG": str(tmp_path / "log")}
    subprocess.run(settings["postCreateCommand"], shell=True, check=True, cwd=tmp_path, env=environment, timeout=60)
    _, torch, rest = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert re.search(r"^torch==\S+$", REQUIREMENTS, re.M)[0] in torch.split() and torch.endswith("/whl/cpu")
    assert rest == "python -m pip install -r requirements.txt"
    todo = subprocess.run(["make", "-n", "run"], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    assert "pip" not in todo.stdout and "run_all.py" in todo.stdout
