"""The small judge is served while something is judged, however much its server prints."""

import os
import time

import pytest

import record_judge

TALKATIVE = """
import sys, time
from pathlib import Path
print("export JUDGE_URL=http://127.0.0.1:1", flush=True)
for _ in range(4000):
    print("a line of a log, as servers write them for each question" * 2)  # 64 KB fill a pipe
sys.stdout.flush()
(Path(__file__).parent / "still answers").touch()
time.sleep(60)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(record_judge, "NOTEBOOKS", tmp_path)
    monkeypatch.setenv("JUDGE_URL", "")
    return tmp_path


def test_a_server_that_prints_much_goes_on_answering(folder):
    (folder / "serve_judge.py").write_text(TALKATIVE, encoding="utf-8")
    with record_judge.small_judge():
        assert os.environ["JUDGE_URL"] == "http://127.0.0.1:1"
        limit = time.monotonic() + 20
        while not (folder / "still answers").exists() and time.monotonic() < limit:
            time.sleep(0.05)
        assert (folder / "still answers").exists()


def test_a_server_that_does_not_start_is_told(folder):
    (folder / "serve_judge.py").write_text("print('no')", encoding="utf-8")
    with pytest.raises(SystemExit, match="The small judge did not start"), record_judge.small_judge():
        pass
