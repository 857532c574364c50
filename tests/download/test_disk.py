"""Disks and folders: too small, full, read-only, in the way."""

import json
import shutil
import subprocess

import pytest

import gpt_download
from downloads import FILES, HALF, PART, REST, WEIGHTS, can_fork, everything_in, in_a_process, is_root, try_download
from fault_server import NAMES, SIZE
from gpt_download import WEIGHTS_FILE, DownloadError, download_files, fetch_file


def huge_settings():
    return json.dumps({"n_vocab": 1, "n_ctx": 1, "n_embd": 1_000_000, "n_head": 1, "n_layer": 1_000_000}).encode()


def test_a_disk_that_is_too_small_is_told_before_the_download(server, models_dir):
    files = {**FILES, "hparams.json": huge_settings()}
    server.files.update(files)
    message = try_download(models_dir, files)
    assert message.startswith(f"Not enough disk space for {WEIGHTS_FILE}: 48,000,052,0")
    assert f"bytes are needed in {models_dir / SIZE}, and " in message
    assert server.ranges() == []


@can_fork
def test_a_disk_that_fills_up_meanwhile(server, models_dir):
    """A limit of the system for the size of files, which fails in the middle of the file as a full disk does."""
    import resource

    def with_a_limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (HALF, HALF))
        return try_download(models_dir)

    message = in_a_process(with_a_limit)
    assert "OSError: [Errno 27] File too large" in message or "OSError: [Errno 28]" in message
    assert (models_dir / SIZE / PART).read_bytes() == WEIGHTS[:HALF]
    assert try_download(models_dir) is None
    assert server.ranges() == [None, REST]


def test_a_full_disk(server, tmp_path):
    if not is_root or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "none", tmp_path]).returncode:
        pytest.skip("needs the right to mount a small disk")
    try:
        (tmp_path / "models").mkdir()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(gpt_download, "require_space", lambda part, size: None)  # as if another program were quicker
            assert "[Errno 28] No space left on device" in try_download(tmp_path / "models")
        assert "Not enough disk space" in try_download(tmp_path / "models")
        subprocess.run(["mount", "-o", "remount,size=1200k", tmp_path], check=True)
        assert shutil.disk_usage(tmp_path).free < len(WEIGHTS)  # room for the rest only
        assert try_download(tmp_path / "models") is None
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def test_a_file_in_place_of_the_folder(server, models_dir):
    (models_dir / SIZE).write_text("mine", encoding="utf-8")
    with pytest.raises(DownloadError, match=f"Cannot write to .*{SIZE}.*FileExistsError"):
        download_files(SIZE, models_dir, NAMES)
    with pytest.raises(DownloadError, match=f"Cannot write to .*{SIZE}.*FileExistsError"):
        fetch_file(SIZE, NAMES[0], models_dir / SIZE)
    assert (models_dir / SIZE).read_text(encoding="utf-8") == "mine"
    assert server.log == []


def test_a_folder_that_is_read_only(server, read_only):
    public, lock = read_only
    (public / SIZE).mkdir()
    lock(public / SIZE)
    with pytest.raises(DownloadError, match=f"Cannot write to .*{SIZE}.*PermissionError.*change the permissions"):
        download_files(SIZE, public, NAMES)
    assert server.log == [] and everything_in(public) == {}


def test_a_folder_that_cannot_be_made(server, read_only):
    public, lock = read_only
    lock(public)
    with pytest.raises(DownloadError, match=f"Cannot write to .*{SIZE}.*PermissionError"):
        download_files(SIZE, public, NAMES)
    assert server.log == [] and list(public.iterdir()) == []


def test_a_complete_checkpoint_in_a_read_only_folder_is_accepted(server, read_only, digests):
    public, lock = read_only
    (public / SIZE).mkdir()
    for name, content in FILES.items():
        (public / SIZE / name).write_bytes(content)
    lock(public / SIZE)
    assert download_files(SIZE, public, NAMES) == public / SIZE
    assert server.log == [] and everything_in(public / SIZE) == FILES
    assert digests == []  # they could not be written down
