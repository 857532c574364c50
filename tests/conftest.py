"""Set up for all tests, the notebooks that nbval runs included."""

import os
import shutil
import signal
import tempfile
from pathlib import Path

import matplotlib
import pytest

REPO = Path(__file__).resolve().parents[1]

# The notebooks under test use the small model on the CPU, whatever this machine has, and write to a folder of their
# own: a test run never touches what a reader has made in outputs/.
OUTPUTS = Path(tempfile.mkdtemp(prefix="notebook-outputs-"))
os.environ["OUTPUTS_DIR"] = str(OUTPUTS)
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["CHOOSE_MODEL"] = "gpt2-tiny (6M)"
os.environ.pop("INSTRUCTION_DATA", None)  # the data of the series, not the reader's own
for name in ("GPT2_SOURCE", "HF_ENDPOINT", "HF_TOKEN"):  # the weights from where the notebooks take them
    os.environ.pop(name, None)
os.environ["JUDGE_URL"] = "http://127.0.0.1:9"  # nobody answers there, also where an Ollama is at work
matplotlib.use("Agg")

# Two processes may share the tests, and the cores (`make test`): then each computes with one thread, and so do the
# notebooks. Two threads that wait for each other at every step are slow where a third takes one of the cores.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # before PyTorch is imported


class ForNotebooksToo:
    """Hooks that are also called for the notebooks; those of a conftest.py are not called for other folders."""

    def pytest_collectstart(self, collector):
        """nbval would compare the error stream, where other packages put progress bars, which always differ."""
        if hasattr(collector, "skip_compare"):
            collector.skip_compare += ("stderr",)


def pytest_configure(config):
    # Tests send themselves Ctrl-C. A run in the background (nohup ... &) was told to ignore it, and so was every child.
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.pluginmanager.register(ForNotebooksToo())


def is_part_of_the_series(item):
    """Whether a test is a cell of a notebook, or looks at what the notebooks have written."""
    return item.nodeid.startswith("notebooks/") or "notebook_outputs" in getattr(item, "fixturenames", ())


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Say what has to stay in one process if several share the tests: the series, else the tests of a file."""
    for item in items:
        group = "series" if is_part_of_the_series(item) else item.nodeid.split("::")[0]
        item.add_marker(pytest.mark.xdist_group(group))


def pytest_unconfigure(config):
    shutil.rmtree(OUTPUTS, ignore_errors=True)


@pytest.fixture(scope="session")
def notebook_outputs(request):
    """The folder that the notebooks have written to in this test run."""
    if not any(item.nodeid.startswith("notebooks/04") for item in request.session.items):
        pytest.skip("looks at what the notebooks write, and they are not part of this run: use `make test`")
    return OUTPUTS / "gpt2-tiny6M"


@pytest.fixture(scope="session")
def tokenizer(vocabulary):
    """A tokenizer with a small vocabulary."""
    from previous_chapters import load_tokenizer

    return load_tokenizer(vocabulary)


@pytest.fixture(scope="session")
def vocabulary(tmp_path_factory):
    """A folder with the files of a small vocabulary."""
    from helpers import write_vocabulary

    folder = tmp_path_factory.mktemp("vocabulary")
    write_vocabulary(folder)
    return folder


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A checkpoint folder of a small random model, and the state dict that was written to it."""
    from helpers import small_config, write_random_checkpoint

    folder = tmp_path_factory.mktemp("checkpoint")
    return folder, write_random_checkpoint(folder, small_config()).state_dict()


@pytest.fixture
def params(written):
    """The arrays of that checkpoint."""
    from helpers import read_checkpoint

    return read_checkpoint(written[0])
