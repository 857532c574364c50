"""Where the notebooks keep their results: a folder that cannot be used is noticed at once, with what to do."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

import notebook_setup

MODEL = "gpt2-tiny (6M)"


@pytest.fixture
def folder_of_others(monkeypatch):
    """A folder in which this user may not write, and OUTPUTS_DIR names it. The superuser becomes somebody else."""
    if not hasattr(os, "geteuid"):
        pytest.skip("this system has no permissions of that kind")
    folder = Path(tempfile.mkdtemp(prefix="folder-of-others-"))
    (folder / "gpt2-tiny6M").mkdir()
    (folder / "gpt2-tiny6M").chmod(0o555)
    monkeypatch.setenv("OUTPUTS_DIR", str(folder))
    folder.chmod(0o555)
    superuser = os.geteuid() == 0
    if superuser:
        os.seteuid(65534)
    yield folder
    if superuser:
        os.seteuid(0)
    folder.chmod(0o755)
    (folder / "gpt2-tiny6M").chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize("model", [MODEL, "gpt2-medium (355M)"], ids=["there", "not yet there"])
def test_a_folder_that_cannot_be_written_is_named_with_cause_and_remedy(folder_of_others, model):
    with pytest.raises(OSError) as caught:
        notebook_setup.output_folder(model)
    message = str(caught.value)
    assert f"cannot write their results to {folder_of_others / notebook_setup.short_name(model)}" in message
    assert "PermissionError: " in message and "TROUBLESHOOTING.md" in message
    assert "Set the environment variable OUTPUTS_DIR to a folder of your own" in message


def test_notebooks_that_read_first_notice_it_too(folder_of_others):
    with pytest.raises(OSError, match="cannot write their results"):
        notebook_setup.output_folder(MODEL, create=False)


def test_a_file_in_place_of_the_folder_is_named(tmp_path, monkeypatch):
    (tmp_path / "outputs").write_text("", encoding="utf-8")
    monkeypatch.setenv("OUTPUTS_DIR", str(tmp_path / "outputs"))
    with pytest.raises(OSError, match="cannot write their results to .* Set the environment variable OUTPUTS_DIR"):
        notebook_setup.output_folder(MODEL)


def test_looking_for_results_leaves_no_folder_and_no_file_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("OUTPUTS_DIR", str(tmp_path / "outputs"))
    folder = notebook_setup.output_folder(MODEL, create=False)
    assert folder == tmp_path / "outputs" / "gpt2-tiny6M" and not (tmp_path / "outputs").exists()
    assert notebook_setup.output_folder(MODEL) == folder
    assert list(folder.iterdir()) == []


def test_an_empty_environment_variable_is_none(monkeypatch, tmp_path):
    monkeypatch.setattr(notebook_setup, "ROOT", tmp_path)
    monkeypatch.setenv("OUTPUTS_DIR", "")
    assert notebook_setup.output_folder(MODEL) == tmp_path / "outputs" / "gpt2-tiny6M"


def test_what_another_machine_made_is_explained(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        notebook_setup.require(tmp_path / "history.json", "04_finetune.ipynb")
    message = str(caught.value)
    for part in (
        str(tmp_path / "history.json"),
        "run 04_finetune.ipynb with this model first",
        "on another machine, such as another Colab session",
        "%run 04_finetune.ipynb",
        "OUTPUTS_DIR",
        "Google Drive",
        "TROUBLESHOOTING.md",
    ):
        assert part in message, part
    assert Path(message.rpartition(": ")[2]).is_file()


@pytest.mark.parametrize("name", ["05_loss_curves", "06_extract_responses", "07_evaluate_responses"])
def test_notebooks_that_only_continue_do_not_make_the_folder(name):
    source = (notebook_setup.ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
    assert source.count("output_folder(CHOOSE_MODEL, create=False)") == 1 == source.count("output_folder(CHOOSE_MODEL")
