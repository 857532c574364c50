"""The tests of this folder once more, with the oldest versions of the packages that a reader may have."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import REPO

HERE = Path(__file__).resolve().parent
# Not run again: this file, those that no version of these packages can change, and one with processes that load a
# converted copy, as test_converted_copy.py does.
LEFT_OUT = (Path(__file__).name, "test_check.py", "test_reading_checkpoints.py", "test_without_tensorflow.py")
REQUIREMENTS = HERE / "oldest-requirements.txt"


@pytest.fixture(scope="session")
def oldest(tmp_path_factory):
    """The environment variables of a Python that has the oldest versions."""
    folder = tmp_path_factory.mktemp("oldest-versions")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--retries", "1"]
    done = subprocess.run([*pip, "--target", folder, "-r", REQUIREMENTS], capture_output=True, text=True)
    if done.returncode:
        reason = f"the packages of {REQUIREMENTS.name} could not be installed: {done.stderr.strip().splitlines()[-1]}"
        if os.environ.get("CI") or os.environ.get("REQUIRE_ALL_TESTS"):
            pytest.fail(reason)
        pytest.skip(f"needs a network: {reason}")
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])}


def test_downloads_and_copies_work_with_the_oldest_versions(oldest):
    version = subprocess.check_output(
        [sys.executable, "-c", "import urllib3; print(urllib3.__version__)"], env=oldest, text=True
    )
    assert version.startswith("1.26.")
    left_out = [f"--ignore={HERE / name}" for name in LEFT_OUT]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *left_out, HERE],
        cwd=REPO,
        env=oldest,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-1000:]
    assert " passed" in done.stdout
