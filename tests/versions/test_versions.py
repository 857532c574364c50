"""What is said about versions agrees with itself: what is imported, the lowest, Colab's, and those that are pinned."""

import ast
import json
import re
import sys

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

import try_versions
from helpers import REPO
from try_versions import HERE, PYTHONS, lines_of, name_of, wanted

DISTRIBUTIONS = {"IPython": "ipython"}  # where a package is imported by another name than it is installed by
# Without a bound, because nothing of the series needs them: what only Colab has, the server of a judge (its version is
# pinned), and the library with which a reader of notebook 09 may compare (tests/export has its oldest release).
UNBOUND = {"google", "transformers", "xllamacpp"}
SOURCES = [
    *(REPO / "gpt").glob("*.py"),
    *(REPO / "notebooks").rglob("*.py"),
    *(REPO / name for name in ("previous_chapters.py", "gpt_download.py", "finetune.py")),
]
OWN = {path.stem for path in SOURCES} | {path.name for path in (REPO / "notebooks").iterdir()} | {"gpt"}


def bounds():
    """``{name: Requirement}`` of the list in pyproject.toml."""
    text = (REPO / "pyproject.toml").read_text(encoding="utf-8")
    group = re.search(r"^\[dependency-groups\]\nnotebooks = \[\n(.*?)^\]", text, re.M | re.S)[1]
    requirements = map(Requirement, re.findall(r'^    "(.*?)",', group, re.M))
    return {name_of(requirement.name): requirement for requirement in requirements}


def lowest(requirement):
    (bound,) = requirement.specifier
    assert bound.operator == ">=", requirement
    return Version(bound.version)


def pins(path, python="3.11"):
    """``{name: Version}`` of the lines of a file that a Python installs; each is a pin, and only one line may apply."""
    found = {}
    for requirement in map(Requirement, lines_of(path)):
        (pin,) = requirement.specifier
        assert pin.operator == "==", requirement
        if requirement.marker is None or requirement.marker.evaluate({"python_version": python}):
            assert name_of(requirement.name) not in found, f"two lines for {requirement.name} with Python {python}"
            found[name_of(requirement.name)] = Version(pin.version)
    return found


def imported(text):
    """The top names of what a file imports."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module.partition(".")[0])
    return found


def code_of(notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    lines = [line for cell in cells if cell["cell_type"] == "code" for line in "".join(cell["source"]).splitlines()]
    return "\n".join("pass" if re.match(r"[%!]", line) else line for line in lines)


def test_what_is_imported_has_a_lower_bound():
    names = set().union(*(imported(path.read_text(encoding="utf-8")) for path in SOURCES))
    names |= set().union(*(imported(code_of(path)) for path in (REPO / "notebooks").glob("*.ipynb")))
    third_party = {DISTRIBUTIONS.get(name, name) for name in names - OWN - set(sys.stdlib_module_names)}
    assert third_party - UNBOUND == set(bounds())


def test_the_lowest_versions_are_those_that_are_tried():
    assert pins(HERE / "lowest.txt") == {name: lowest(requirement) for name, requirement in bounds().items()}


@pytest.mark.parametrize("python", PYTHONS)
def test_ours_and_colab_s_are_not_below_them(python):
    ours, colab = pins(REPO / "requirements.txt", python), pins(HERE / "colab.txt", python)
    assert set(colab) <= set(bounds())
    for name, requirement in bounds().items():
        for version in filter(None, (ours.get(name), colab.get(name))):
            assert version >= lowest(requirement), f"{name} {version}"


def test_downloads_are_tried_with_the_same_lowest_versions():
    downloads = pins(REPO / "tests" / "download" / "oldest-requirements.txt")
    assert downloads == {name: lowest(bounds()[name]) for name in downloads}


@pytest.mark.parametrize("path", ["requirements.txt", "tests/requirements.txt", "site/requirements.txt"])
def test_every_python_gets_one_version_of_each(path):
    everything = {name_of(line) for line in lines_of(REPO / path)}
    missing = {python: everything - set(pins(REPO / path, python)) for python in PYTHONS}
    assert missing["3.11"] == missing["3.12"] == missing["3.13"] == set()
    # No wheels: the newest Python has no TensorFlow, and what needs 3.11 is only in the tests, which say so.
    assert missing["3.14"] <= {"tensorflow"}
    assert missing["3.10"] <= {"huggingface-hub", "tokenizers", "transformers"}


def test_a_set_takes_the_place_of_our_pins():
    lines = wanted("colab")
    assert {"numpy==2.1.3", "torch==2.11.0"} <= set(lines)
    assert [line for line in lines if line.startswith("numpy")] == ["numpy==2.1.3"]
    assert any(line.startswith("jupyterlab==") for line in lines)
    assert wanted("pinned") == lines_of(REPO / "requirements.txt")


def test_what_is_left_out_is_there():
    assert all((REPO / path).is_file() for paths in try_versions.LEFT_OUT.values() for path in paths)


def test_a_python_that_is_not_there_is_named():
    with pytest.raises(FileNotFoundError, match="'3.99'"):
        try_versions.find_python("3.99")


def test_the_workflows_try_what_can_be_tried():
    tried = []
    for name in ("tests", "weekly"):
        workflow = yaml.safe_load((REPO / ".github" / "workflows" / f"{name}.yml").read_text(encoding="utf-8"))
        for job in workflow["jobs"].values():
            choices = job.get("strategy", {}).get("matrix", {}).get("include", [{}])
            for step in job["steps"]:
                for choice in choices:
                    command = re.sub(r"\$\{\{ matrix\.(\w+) \}\}", lambda found: choice.get(found[1], found[0]),  # noqa: B023
                                     step.get("run", ""))  # fmt: skip
                    tried += re.findall(r"tests/versions/try_versions\.py (.*)", command)
    assert {"lowest", "colab", "--resolve"} <= {arguments.split()[0] for arguments in tried}
    assert all(arguments.split()[0] in (*try_versions.SETS, "--resolve") for arguments in tried)


def test_the_page_has_the_versions():
    """docs/versions.md: a row for each package, with the lowest, Colab's and ours."""
    page = (REPO / "docs" / "versions.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([\w-]+)` (\|.*)$", page, re.M))
    ours, colab = pins(REPO / "requirements.txt"), pins(HERE / "colab.txt")
    assert set(rows) == set(bounds())
    for name, requirement in bounds().items():
        cells = [cell.strip() for cell in rows[name].strip("|").split("|")][:3]
        assert cells == [str(lowest(requirement)), str(colab.get(name, "")), str(ours.get(name, ""))], name
