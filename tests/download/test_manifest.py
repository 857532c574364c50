"""The manifest: a change of a file is noticed without a network, and what is unchanged is not read."""

import hashlib
import json
import os
import shutil

import pytest

import gpt_download
from downloads import FILES, HALF, WEIGHTS, try_download
from fault_server import SIZE, status
from gpt_download import MANIFEST_FILE, SHIPPED_SIZE, WEIGHTS_FILE, download_files, find_problem
from helpers import REPO


def test_a_later_start_asks_nobody_and_reads_nothing(server, models_dir, digests):
    assert try_download(models_dir) is None
    server.log.clear()
    digests.clear()
    assert try_download(models_dir) is None
    assert server.log == [] and digests == []


def test_damage_where_no_digest_is_published_is_noticed(server, models_dir):
    assert try_download(models_dir) is None
    path = models_dir / SIZE / WEIGHTS_FILE
    path.write_bytes(WEIGHTS[:HALF] + b"?" + WEIGHTS[HALF + 1 :])
    assert "SHA-256" in find_problem(path, SIZE)
    server.log.clear()
    assert try_download(models_dir) is None
    assert [entry["name"] for entry in server.log] == [WEIGHTS_FILE]


def test_a_damaged_file_stays_when_no_other_can_be_had(server, models_dir):
    assert try_download(models_dir) is None
    damaged = {**FILES, WEIGHTS_FILE: bytes(len(WEIGHTS))}
    (models_dir / SIZE / WEIGHTS_FILE).write_bytes(damaged[WEIGHTS_FILE])
    server.plans[WEIGHTS_FILE] = [status(404)]
    assert "HTTPError: 404" in try_download(models_dir, damaged)


def test_a_file_that_was_only_touched_is_right_and_recorded_again(server, models_dir, digests):
    assert try_download(models_dir) is None
    os.utime(models_dir / SIZE / WEIGHTS_FILE, ns=(1, 1))
    server.log.clear()
    assert try_download(models_dir) is None
    assert server.log == []
    digests.clear()
    assert try_download(models_dir) is None
    assert digests == []


@pytest.mark.parametrize(
    "manifest", [None, "", "{", "[]", "12", '{"hparams.json": 3}', '{"hparams.json": {"bytes": 1}}']
)
def test_a_complete_checkpoint_without_a_manifest_that_can_be_read_gets_one(server, models_dir, manifest):
    folder = models_dir / SIZE
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    if manifest is not None:
        (folder / MANIFEST_FILE).write_text(manifest, encoding="utf-8")
    assert try_download(models_dir) is None
    assert server.log == []


def test_a_published_digest_counts_more_than_the_manifest(server, tmp_path):
    folder = tmp_path / "355M"
    folder.mkdir()
    path = folder / "checkpoint"
    path.write_bytes(bytes(77))
    state = {"bytes": 77, "sha256": hashlib.sha256(bytes(77)).hexdigest(), "mtime_ns": path.stat().st_mtime_ns}
    (folder / MANIFEST_FILE).write_text(json.dumps({"checkpoint": state}), encoding="utf-8")
    assert "expected SHA-256 dd1b025d2e15" in find_problem(path, "355M")


def test_the_shipped_folder_gets_no_manifest(tmp_path, monkeypatch):
    shipped = tmp_path / "gpt2"
    shutil.copytree(REPO / "data" / "gpt2" / SHIPPED_SIZE, shipped / SHIPPED_SIZE)
    monkeypatch.setattr(gpt_download, "SHIPPED_FOLDER", shipped)
    before = {path.name for path in (shipped / SHIPPED_SIZE).iterdir()}
    download_files(SHIPPED_SIZE, shipped)
    assert {path.name for path in (shipped / SHIPPED_SIZE).iterdir()} == before
