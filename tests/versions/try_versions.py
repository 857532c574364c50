"""Try the series with other versions than those that requirements.txt pins, in an environment of their own.

    python tests/versions/try_versions.py lowest --python 3.10    # the lowest that pyproject.toml allows
    python tests/versions/try_versions.py colab --python 3.13     # those of Colab
    python tests/versions/try_versions.py pinned --python 3.13    # our own, with another Python
    python tests/versions/try_versions.py --resolve               # has every Python wheels for all that we pin?

The environment is made in a temporary folder (or, to keep it, in ``--folder``), and the notebooks and the tests of the
code run there; ``--all`` runs every test. On Linux, PyTorch comes with its CUDA libraries, several GB, unless pip is
shown the index for CPUs: PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPO = HERE.parents[1]
SETS = ("lowest", "colab", "pinned")
PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
PLATFORMS = ("x86_64-unknown-linux-gnu", "x86_64-pc-windows-msvc", "aarch64-apple-darwin")
OLDEST_MACOS = "14.0"  # PyTorch's wheels need it

# The notebooks, and the tests of what they import.
TESTS = ("notebooks", "tests/gpt", "tests/download", "tests/test_finetune.py", "tests/test_finetune_processes.py")

# PyTorch 2.6 does not shard a model on CPUs (gpt.distributed.shard says so), and these do.
SHARDING = (
    "notebooks/10_scale_out.ipynb",
    "tests/gpt/test_distributed.py",
    "tests/gpt/test_sharded_checkpoints.py",
    "tests/test_finetune_processes.py",
)
LEFT_OUT = {"lowest": SHARDING, "colab": (), "pinned": ()}

IN_TWO_PROCESSES = ("-n", "2", "--dist", "loadgroup", "--no-loadscope-reorder")  # as `make test` does

# The files of packages, and how each is installed (README.md); the first brings along what its packages need.
INSTALLED = (
    ("requirements.txt",),
    ("tests/requirements.txt", "--no-deps"),
    ("notebooks/judge-requirements.txt", "--no-deps"),
    ("site/requirements.txt", "-c", "requirements.txt"),
)


def name_of(line):
    """``"numpy==2.1.3; python_version < '3.14'"`` -> ``"numpy"``."""
    return re.match(r"[\w.-]+", line)[0].lower().replace("_", "-")


def lines_of(path):
    """The lines of a file of requirements, without its comments."""
    lines = (line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def wanted(chosen):
    """The lines to install: those of the chosen set, and of requirements.txt what the set does not name."""
    lines = [] if chosen == "pinned" else lines_of(HERE / f"{chosen}.txt")
    named = {name_of(line) for line in lines}
    return lines + [line for line in lines_of(REPO / "requirements.txt") if name_of(line) not in named]


def find_python(version):
    """The program of a Python: of this one for None, otherwise a path, or a version such as "3.11".

    Raises:
        FileNotFoundError: if there is no such program.
    """
    if version is None:
        return [sys.executable]
    if found := shutil.which(version) or shutil.which(f"python{version}"):
        return [found]
    if os.name == "nt" and shutil.which("py"):
        return ["py", f"-{version}"]
    raise FileNotFoundError(f"Expected a path or a version such as 3.11, found {version!r}, which is no program.")


def make_environment(python, folder, lines):
    """Make an environment with those packages and what the tests need; return the path of its Python.

    Raises:
        subprocess.CalledProcessError: if something cannot be installed; pip has said what.
    """
    subprocess.run([*python, "-m", "venv", folder], check=True)
    program = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    (folder / "wanted.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    install = [program, "-m", "pip", "install", "--quiet", "--only-binary", ":all:"]
    subprocess.run([*install, "-r", folder / "wanted.txt"], check=True)
    subprocess.run([*install, "--no-deps", "-r", REPO / "tests" / "requirements.txt"], check=True)
    return program


def table_of_versions(program, lines):
    """A table of what was asked for, and what the environment has."""
    code = "import sys; from importlib.metadata import version\nfor name in sys.argv[1:]: print(version(name))"
    names = sorted({name_of(line) for line in lines})
    found = subprocess.run(
        [program, "-c", "import platform; print(platform.python_version())\n" + code, *names],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    return "\n".join(f"{name:<12} {version}" for name, version in zip(["python", *names], found, strict=True))


def run_tests(program, paths, left_out):
    """Run tests with that Python; return the exit status and the last line, which counts them."""
    command = [program, "-m", "pytest", *IN_TWO_PROCESSES, "-q", "-rs", "-p", "no:cacheprovider", *paths]
    command += [f"--ignore={path}" for path in left_out]
    last = ""
    with subprocess.Popen(command, cwd=REPO, stdout=subprocess.PIPE, text=True, encoding="utf-8") as tests:
        for line in tests.stdout:
            print(line, end="", flush=True)
            last = line.strip() or last
    return tests.returncode, last


def resolve(pythons=PYTHONS, platforms=PLATFORMS):
    """Ask the package index, through uv, whether every Python on every platform has wheels for what we pin.

    Returns:
        What is missing, a list of texts.
    """
    missing = []
    with tempfile.TemporaryDirectory() as folder:
        uv = shutil.which("uv")
        if uv is None:
            pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", folder, "uv"]
            subprocess.run(pip, check=True)
            uv = Path(folder) / "bin" / ("uv.exe" if os.name == "nt" else "uv")
        for python in pythons:
            for platform in platforms:
                for name, *how in INSTALLED:
                    command = [uv, "pip", "compile", "--quiet", "--only-binary", ":all:", "--no-header", name, *how]
                    command += ["--python-version", python, "--python-platform", platform]
                    environment = {**os.environ, "MACOSX_DEPLOYMENT_TARGET": OLDEST_MACOS}
                    found = subprocess.run(command, cwd=REPO, capture_output=True, text=True, env=environment)
                    answer = "yes" if found.returncode == 0 else "no: " + " ".join(found.stderr.split())
                    print(f"{python:<5} {platform:<25} {name:<33} {answer}", flush=True)
                    if found.returncode:
                        missing.append(f"{python} on {platform}: {name}")
    return missing


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("chosen", nargs="?", choices=SETS, help="which versions")
    parser.add_argument("--python", help="a version such as 3.11, or the path of a Python; this one if left out")
    parser.add_argument("--folder", type=Path, help="where to make the environment, and to keep it")
    parser.add_argument("--all", action="store_true", help="run every test, not only those of the code")
    parser.add_argument("--resolve", action="store_true", help="only ask the package index; needs no other Python")
    options = parser.parse_args(arguments)
    if options.resolve:
        missing = resolve()
        print("\n".join(["Not to be had:", *missing]) if missing else "All of it can be had.")
        return bool(missing)
    if options.chosen is None:
        parser.error(f"expected one of {', '.join(SETS)}, or --resolve")
    lines = wanted(options.chosen)
    with tempfile.TemporaryDirectory() as temporary:
        program = make_environment(find_python(options.python), options.folder or Path(temporary), lines)
        left_out = LEFT_OUT[options.chosen]
        paths = () if options.all else [path for path in TESTS if path not in left_out]
        status, last = run_tests(program, paths, left_out)
        print(f"\n{table_of_versions(program, lines)}\n\n{options.chosen}: {last}")
        print("".join(f"left out: {path}\n" for path in left_out), end="")
    return status


if __name__ == "__main__":
    sys.exit(main())
