"""`python gpt_download.py check SIZE` reads everything, and says of each file whether it is right."""

import os
import sys

import pytest

import gpt_download
from gpt_download import CONVERTED_FILE, FILENAMES, SHIPPED_SIZE, WEIGHTS_FILE, download_and_load_gpt2
from helpers import write_random_checkpoint

UNKNOWN = "right, as far as its size tells: no checksum of it is known"


@pytest.fixture
def models_dir(tmp_path):
    write_random_checkpoint(tmp_path / SHIPPED_SIZE)
    return tmp_path


def check(models_dir, monkeypatch, capsys):
    """Run the command; return its exit status and what it says of each file."""
    monkeypatch.setattr(sys, "argv", ["gpt_download.py", "check", SHIPPED_SIZE, "--models-dir", str(models_dir)])
    capsys.readouterr()
    with pytest.raises(SystemExit) as caught:
        gpt_download.main()
    folder, *lines = capsys.readouterr().out.splitlines()
    assert folder == str(models_dir / SHIPPED_SIZE)
    return caught.value.code, dict(line.strip().split(maxsplit=1) for line in lines)


def change_a_byte(path):
    """As a disk may do it: neither the size nor the time of change tells."""
    state, content = path.stat(), bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


def test_before_the_first_loading_only_sizes_are_known(models_dir, monkeypatch, capsys):
    status, said = check(models_dir, monkeypatch, capsys)
    assert status == 0
    assert said == {
        **dict.fromkeys(FILENAMES, UNKNOWN),
        CONVERTED_FILE: "not there: it is made when the model is loaded",
    }


def test_each_file_is_right(models_dir, monkeypatch, capsys):
    download_and_load_gpt2(SHIPPED_SIZE, models_dir)
    assert check(models_dir, monkeypatch, capsys) == (0, dict.fromkeys([*FILENAMES, CONVERTED_FILE], "right"))


@pytest.mark.parametrize("name", [WEIGHTS_FILE, "vocab.bpe", CONVERTED_FILE])
def test_a_changed_byte_is_found(models_dir, monkeypatch, capsys, name):
    download_and_load_gpt2(SHIPPED_SIZE, models_dir)
    change_a_byte(models_dir / SHIPPED_SIZE / name)
    status, said = check(models_dir, monkeypatch, capsys)
    assert status == 1
    problem = said.pop(name)
    assert problem.startswith("expected CRC-32 " if name == CONVERTED_FILE else "expected SHA-256 ")
    assert set(said.values()) == {"right"}


def test_nothing_is_there(tmp_path, monkeypatch, capsys):
    status, said = check(tmp_path / "nowhere", monkeypatch, capsys)
    assert status == 1
    assert {said[name] for name in FILENAMES} == {"the file is missing"}
    assert not (tmp_path / "nowhere").exists()
