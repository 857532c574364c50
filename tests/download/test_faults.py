"""What servers and networks do to a download: afterwards the files are right, or one error says why not.

Every fault is a real one, from a server on this machine. After each, ``try_download`` looks at everything that is
in the folder: files with their final name are whole, and besides them there is at most what the next try continues.
"""

import time

import pytest

from downloads import CUT, HALF, HTML, PART, RECOVERED, REFUSED, WEIGHTS, leave_part, say_nothing, try_download
from fault_server import SIZE, answer, etag_of, faulty, status
from gpt import fetching
from gpt_download import RETRIES, WEIGHTS_FILE


@pytest.mark.parametrize("fault", RECOVERED)
def test_a_download_recovers_from(server, models_dir, fault):
    answers, ranges = RECOVERED[fault]
    server.plans[WEIGHTS_FILE] = list(answers)
    assert try_download(models_dir) is None
    assert server.ranges() == ranges


@pytest.mark.parametrize("fault", REFUSED)
def test_one_error_tells_of(server, models_dir, fault):
    fault_of_server, cause, bytes_left = REFUSED[fault]
    server.plans[WEIGHTS_FILE] = [fault_of_server] * 100
    message = try_download(models_dir)
    assert message.startswith(f"Could not get {WEIGHTS_FILE} of GPT-2 {SIZE} into {models_dir / SIZE}. Tried:\n")
    assert f"  {server.url}/{SIZE}/{WEIGHTS_FILE}\n    " in message and cause in message
    part = models_dir / SIZE / PART
    assert (part.stat().st_size if part.exists() else 0) == bytes_left
    server.plans.clear()
    assert try_download(models_dir) is None  # the next try, when the server is well again


def html_in_chunks(handler, content):
    answer(handler, HTML, headers={"Content-Type": "text/html"}, chunked=True)


@pytest.mark.parametrize("page", [status(200, HTML), html_in_chunks, status(403, HTML)], ids=["200", "chunked", "403"])
def test_a_page_instead_of_the_rest_does_not_cost_the_part(server, models_dir, page):
    leave_part(models_dir, WEIGHTS[:HALF], server.url, etag_of(WEIGHTS))
    server.plans[WEIGHTS_FILE] = [page]
    assert try_download(models_dir) is not None
    assert (models_dir / SIZE / PART).read_bytes() == WEIGHTS[:HALF]
    assert try_download(models_dir) is None
    assert server.bytes_sent() <= len(WEIGHTS) - HALF + len(HTML)


def test_servers_are_asked_not_to_compress(server, models_dir):
    server.plans[WEIGHTS_FILE] = [CUT]
    assert try_download(models_dir) is None
    assert {entry["encodings"] for entry in server.log} == {"identity"}


def test_a_stalled_server_costs_two_timeouts(server, models_dir):
    server.plans[WEIGHTS_FILE] = [say_nothing] * 100
    started = time.monotonic()
    assert try_download(models_dir) is not None
    assert len(server.ranges()) == 2
    assert 0.8 <= time.monotonic() - started < 5


def test_retry_after_is_honoured(server, models_dir):
    server.plans[WEIGHTS_FILE] = [status(429, retry_after=1), status(503, retry_after=1)]
    started = time.monotonic()
    assert try_download(models_dir) is None
    assert time.monotonic() - started >= 2


def test_retry_after_is_bounded(server, models_dir, monkeypatch):
    monkeypatch.setattr(fetching, "LONGEST_WAIT_SECONDS", 0.1)
    server.plans[WEIGHTS_FILE] = [status(429, retry_after=3600)]
    started = time.monotonic()
    assert try_download(models_dir) is None
    assert time.monotonic() - started < 10


def test_waiting_for_a_broken_server_is_bounded(server, models_dir, monkeypatch):
    monkeypatch.setattr(fetching, "BACKOFF_SECONDS", 1)
    monkeypatch.setattr(fetching, "LONGEST_WAIT_SECONDS", 0.01)
    server.plans[WEIGHTS_FILE] = [status(500)] * 3
    started = time.monotonic()
    assert try_download(models_dir) is None
    assert time.monotonic() - started < 2  # not 2 and 4 seconds


def test_waiting_times_double_up_to_the_longest(server, models_dir, monkeypatch, capsys):
    monkeypatch.setattr(fetching, "LONGEST_WAIT_SECONDS", 0.004)
    server.plans[WEIGHTS_FILE] = [faulty(cut=0)] * RETRIES
    assert try_download(models_dir) is None
    printed = capsys.readouterr().out.splitlines()
    assert printed == [
        f"{WEIGHTS_FILE}: the connection broke off after 0 bytes, next try in {wait} s."
        for wait in (0.001, 0.002, 0.004, 0.004, 0.004)
    ]


def test_the_progress_bar_continues_from_where_the_resume_begins(server, models_dir, capsys):
    leave_part(models_dir, WEIGHTS[:HALF], server.url, etag_of(WEIGHTS))
    assert try_download(models_dir) is None
    bars = [text for text in capsys.readouterr().err.replace("\n", "\r").split("\r") if text.startswith(WEIGHTS_FILE)]
    assert bars[0].startswith(f"{WEIGHTS_FILE}:  50%|") and bars[-1].startswith(f"{WEIGHTS_FILE}: 100%|")
