"""The notebooks' own helpers: choice of model, folders, running them all."""

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import torch

import notebook_setup
import run_all
from previous_chapters import finetuning_settings, model_configs

REPO = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("device", "model"), [("cpu", "gpt2-tiny (6M)"), ("cuda", "gpt2-medium (355M)"), ("mps", "gpt2-medium (355M)")]
)
def test_the_device_decides_on_the_model(monkeypatch, capsys, device, model):
    monkeypatch.delenv("CHOOSE_MODEL")
    assert notebook_setup.choose_model(torch.device(device)) == model
    assert f"Model:  {model}, because there is" in capsys.readouterr().out


def test_the_environment_variable_decides_before_the_device(monkeypatch, capsys):
    monkeypatch.setenv("CHOOSE_MODEL", "gpt2-xl (1558M)")
    assert notebook_setup.choose_model(torch.device("cpu")) == "gpt2-xl (1558M)"
    assert "CHOOSE_MODEL says so" in capsys.readouterr().out


@pytest.mark.parametrize(("model", "few"), [("gpt2-medium (355M)", True), ("gpt2-tiny (6M)", False)])
def test_only_large_models_keep_few_kernels_and_before_anything_is_computed(monkeypatch, model, few):
    """However the model was chosen: a reader may also write its name into the notebook."""
    calls = []

    def download(**_):
        calls.append("download")
        raise InterruptedError

    monkeypatch.setattr(notebook_setup, "keep_few_kernels", lambda: calls.append("few"))
    monkeypatch.setattr(notebook_setup, "download_and_load_gpt2", download)
    with pytest.raises(InterruptedError):
        notebook_setup.load_pretrained(model)
    assert calls == (["few", "download"] if few else ["download"])


def test_an_unknown_model_is_an_error_that_names_the_known_ones(monkeypatch):
    monkeypatch.setenv("CHOOSE_MODEL", "gpt2-medium")
    with pytest.raises(ValueError, match="'gpt2-medium'.*'gpt2-medium \\(355M\\)'"):
        notebook_setup.choose_model(torch.device("cpu"))


@pytest.mark.parametrize(("version", "device"), [("2.8.1", "cpu"), ("2.9.0", "mps"), ("2.13.0+cpu", "mps")])
def test_apple_gpus_are_used_only_where_torch_is_right(monkeypatch, version, device):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    monkeypatch.setattr(torch, "__version__", version)
    assert notebook_setup.choose_device().type == device


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_wanted_device_is_taken_or_named_as_missing(monkeypatch, device):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: device == "mps")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: device == "cuda")
    assert notebook_setup.choose_device("cpu").type == "cpu"
    with pytest.raises(ValueError, match=f"The device '{device}' is not there: PyTorch .* finds .*, cpu"):
        notebook_setup.choose_device(device)


def test_every_model_has_settings_for_fine_tuning():
    assert set(finetuning_settings) == set(model_configs)


@pytest.mark.parametrize(
    ("model", "size", "folder"),
    [("gpt2-medium (355M)", "355M", "gpt2-medium355M"), ("gpt2-tiny (6M)", "6M", "gpt2-tiny6M")],
)
def test_names_of_folders(monkeypatch, tmp_path, model, size, folder):
    monkeypatch.setenv("OUTPUTS_DIR", str(tmp_path / "new"))
    assert notebook_setup.model_size_of(model) == size
    assert notebook_setup.output_folder(model) == tmp_path / "new" / folder
    assert (tmp_path / "new" / folder).is_dir()


def test_run_out_of_order_a_notebook_says_which_one_comes_first(tmp_path):
    with pytest.raises(FileNotFoundError, match="run 04_finetune.ipynb with this model first"):
        notebook_setup.require(tmp_path / "history.json", "04_finetune.ipynb")
    (tmp_path / "history.json").write_text("{}", encoding="utf-8")
    assert notebook_setup.require(tmp_path / "history.json", "04_finetune.ipynb") == tmp_path / "history.json"


def test_a_damaged_result_is_told_by_name_with_the_notebook_that_makes_it(tmp_path):
    path = tmp_path / "history.json"
    with pytest.raises(FileNotFoundError, match="run 04_finetune.ipynb with this model first"):
        notebook_setup.read_result(path, "04_finetune.ipynb")
    path.write_text('{"train_losses": [1.5', encoding="utf-8")
    with pytest.raises(ValueError, match=r"history\.json is damaged .*run 04_finetune\.ipynb again"):
        notebook_setup.read_result(path, "04_finetune.ipynb")
    path.write_text('{"train_losses": [1.5]}', encoding="utf-8")
    assert notebook_setup.read_result(path, "04_finetune.ipynb") == {"train_losses": [1.5]}


def test_tidying_keeps_the_end_of_a_progress_bar_and_drops_what_is_empty():
    progress = nbformat.v4.new_output("stream", name="stderr", text="\r 0%| |\r 50%| |\r100%|█|\n")
    empty = nbformat.v4.new_output("stream", name="stdout", text="\n")
    timing = {"execution": {"shell.execute_reply": "2000-01-01"}}
    cell = nbformat.v4.new_code_cell("x", outputs=[progress, empty], metadata=timing)
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"widgets": {}})
    run_all.tidy(notebook)
    assert [output.text for output in notebook.cells[0].outputs] == ["100%|█|\n"]
    assert "execution" not in notebook.cells[0].metadata and "widgets" not in notebook.metadata


def test_a_failing_notebook_is_named_and_kept_with_its_outputs(tmp_path, monkeypatch):
    cells = [nbformat.v4.new_code_cell("print('so far')"), nbformat.v4.new_code_cell("1 / 0")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "00_failing.ipynb")
    monkeypatch.setattr(run_all, "NOTEBOOKS", tmp_path)
    monkeypatch.setattr(sys, "argv", ["run_all.py"])
    monkeypatch.setenv("OUTPUTS_DIR", str(tmp_path / "outputs"))
    with pytest.raises(SystemExit, match="00_failing.ipynb stopped at an error(.|\n)*ZeroDivisionError"):
        run_all.main()
    kept = json.loads((tmp_path / "outputs" / "gpt2-tiny6M" / "notebooks" / "00_failing.ipynb").read_text("utf-8"))
    assert kept["cells"][0]["outputs"][0]["text"] == ["so far\n"]


def test_the_address_of_the_repository_can_be_set(tmp_path):
    (tmp_path / "notebooks").mkdir()
    for name in ("set_address.py", "00_instruction_data.ipynb"):
        (tmp_path / "notebooks" / name).write_bytes((REPO / "notebooks" / name).read_bytes())
    command = [sys.executable, str(tmp_path / "notebooks" / "set_address.py")]
    subprocess.run([*command, "someone/tutorials"], check=True, capture_output=True)
    text = (tmp_path / "notebooks" / "00_instruction_data.ipynb").read_text(encoding="utf-8")
    assert 'REPOSITORY = \\"https://github.com/someone/tutorials\\"' in text
    assert "colab.research.google.com/github/someone/tutorials/blob/main/notebooks/00_instruction_data.ipynb" in text
    assert text.count("someone/tutorials") == 2
    assert subprocess.run([*command, "nonsense"], capture_output=True).returncode != 0


def test_pages_lead_to_pages():
    cell = nbformat.v4.new_markdown_cell("[next](01_load.ipynb) and [elsewhere](https://example.org/02_x.ipynb)")
    page = run_all.to_html(nbformat.v4.new_notebook(cells=[cell]))
    assert 'href="01_load.html"' in page and 'href="https://example.org/02_x.ipynb"' in page
