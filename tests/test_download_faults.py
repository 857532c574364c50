"""What networks, servers, disks and users do to a download: afterwards the files are right, or one error says why not.

Every fault is a real one, from a server on this machine. After each, :func:`try_download` looks at everything that is
in the folder: files with their final name are whole, and besides them there is at most what the next try continues.
"""

import base64
import gzip
import hashlib
import io
import json
import os
import random
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest

import gpt_download
from fault_server import NAMES, SIZE, FaultServer, answer, etag_of, faulty, serve, small_files, status
from gpt_download import (
    MANIFEST_FILE,
    OVERLAP_BYTES,
    RETRIES,
    SHIPPED_SIZE,
    WEIGHTS_FILE,
    DownloadError,
    download_files,
    fetch_file,
    find_problem,
)

FILES = small_files()
WEIGHTS = FILES[WEIGHTS_FILE]
HALF = len(WEIGHTS) // 2
PART, NOTE = f"{WEIGHTS_FILE}.part", f"{WEIGHTS_FILE}.part.json"
HTML = b"<!DOCTYPE html><title>Sign in to the network</title>"

can_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system starts processes in another way")
is_root = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture(autouse=True)
def quick_and_on_this_machine(monkeypatch, tmp_path):
    monkeypatch.setattr(gpt_download, "BASE_URLS", ())
    monkeypatch.setattr(gpt_download, "SHIPPED_FOLDER", tmp_path / "no shipped folder")
    monkeypatch.setattr(gpt_download, "BACKOFF_SECONDS", 0.001)
    monkeypatch.setattr(gpt_download, "TIMEOUT_SECONDS", (2, 0.4))
    for name in ("GPT2_BASE_URL", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def server(monkeypatch):
    with FaultServer(FILES) as server:
        monkeypatch.setattr(gpt_download, "BASE_URLS", (server.url,))
        yield server


@pytest.fixture
def second(server, monkeypatch):
    """Another mirror, tried after the first."""
    with FaultServer(FILES) as second:
        monkeypatch.setattr(gpt_download, "BASE_URLS", (server.url, second.url))
        yield second


@pytest.fixture
def digests(monkeypatch):
    """The names of the files that have been read to the end."""
    names, real = [], gpt_download.sha256_of

    def watched(path):
        names.append(path.name)
        return real(path)

    monkeypatch.setattr(gpt_download, "sha256_of", watched)
    return names


@pytest.fixture
def models_dir(tmp_path):
    """Where to download to; beside it lie files that are nobody's business."""
    folder = tmp_path / "models"
    for name in ("notes.txt", f"{SIZE}-notes.txt", f"124M/{PART}"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("mine", encoding="utf-8")
    return folder


def everything_in(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def try_download(models_dir, files=FILES):
    """Download; return the message of the DownloadError, None if all went well. Look at what is there then."""
    folder = models_dir / SIZE
    before = {
        name: content for name, content in everything_in(models_dir).items() if not name.startswith(f"{SIZE}{os.sep}")
    }
    message = None
    try:
        assert download_files(SIZE, str(models_dir), NAMES) == folder
    except DownloadError as error:
        message = str(error)
    found = everything_in(models_dir)
    in_folder = {name: found.pop(str(Path(SIZE, name))) for name in os.listdir(folder)}
    assert found == before
    if message is None:
        manifest = json.loads(in_folder.pop(MANIFEST_FILE))
        assert in_folder == files
        assert {name: (entry["bytes"], entry["sha256"]) for name, entry in manifest.items()} == {
            name: (len(content), hashlib.sha256(content).hexdigest()) for name, content in files.items()
        }
    else:
        part, note = in_folder.pop(PART, None), in_folder.pop(NOTE, None)
        assert (part is None) == (note is None)
        assert part is None or (part and files[WEIGHTS_FILE].startswith(part))
        in_folder.pop(MANIFEST_FILE, None)
        assert in_folder == {name: files[name] for name in in_folder}
    return message


def leave_part(models_dir, content, source, etag=None, md5=None):
    """What an earlier try has left of the weights."""
    folder = models_dir / SIZE
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PART).write_bytes(content)
    note = {"source": f"{source}/{SIZE}/{WEIGHTS_FILE}", "etag": etag, "md5": md5}
    (folder / NOTE).write_text(json.dumps(note), encoding="utf-8")


def reset_at_once(handler, content):
    handler.close_connection = True
    answer(handler, b"", status=200, announced=len(content), cut=0, ending="reset")


def hang_up(handler, content):
    handler.close_connection = True


def say_nothing(handler, content):
    handler.server.stopped.wait(10)


def zipped(**changes):
    """A server that compresses although it was asked not to."""
    return lambda handler, content: answer(
        handler, gzip.compress(content), headers={"Content-Encoding": "gzip", "ETag": '"zipped"'}, **changes
    )


def send_other_range(handler, content):
    start = len(content) // 4
    headers = {"ETag": etag_of(content), "Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"}
    answer(handler, content[start:], status=206, headers=headers)


def redirect_to_itself(handler, content):
    answer(handler, b"", status=302, headers={"Location": handler.path})


CUT = faulty(cut=HALF)
REST = f"bytes={HALF}-"

# name: (how the server answers the requests for the weights, the Range of each request that it then gets)
RECOVERED = {
    "cut at 0 %": ([faulty(cut=0)], [None, None]),
    "cut after 1 byte": ([faulty(cut=1)], [None, "bytes=1-"]),
    "cut at 50 %": ([CUT], [None, REST]),
    "cut at 99 %": ([faulty(cut=len(WEIGHTS) * 99 // 100)], [None, f"bytes={len(WEIGHTS) * 99 // 100}-"]),
    "cut one byte before the end": ([faulty(cut=len(WEIGHTS) - 1)], [None, f"bytes={len(WEIGHTS) - 1}-"]),
    "cut again and again": ([faulty(cut=50_000)] * 10, [None] + [f"bytes={50_000 * i}-" for i in range(1, 11)]),
    "cut in a chunked body": ([faulty(cut=HALF, chunked=True)], [None, REST]),
    "reset at 50 %": ([faulty(cut=HALF, ending="reset")], [None, REST]),
    "reset before the body": ([reset_at_once], [None, None]),
    "hung up without an answer": ([hang_up] * RETRIES, [None] * (RETRIES + 1)),
    "stall at 50 %": ([faulty(cut=HALF, ending="stall")], [None, REST]),
    "stall without an answer": ([say_nothing], [None, None]),
    "no Content-Length": ([faulty(announced=None)], [None]),
    "chunked": ([faulty(chunked=True)], [None]),
    "gzip'd body": ([zipped()], [None]),
    "gzip'd body without Content-Length": ([zipped(announced=None)], [None]),
    "Range ignored": ([CUT, faulty(honour_range=False)], [None, REST]),
    "gzip'd body instead of a range": ([CUT, faulty(headers={"Content-Encoding": "gzip"})], [None, REST, None]),
    "206 with the wrong range": ([CUT, send_other_range], [None, REST, None]),
    "206 without Content-Range": ([CUT, status(206, WEIGHTS[HALF:])], [None, REST, None]),
    "416": ([CUT, status(416)], [None, REST, None]),
    "500": ([status(500)], [None, None]),
    "502, 503 and 504": ([status(502), status(503), status(504)], [None] * 4),
    "429 without Retry-After": ([status(429)], [None, None]),
    "500 when it shall continue": ([CUT, status(500)], [None, REST, REST]),
    "redirect": (
        [lambda handler, content: answer(handler, b"", status=302, headers={"Location": handler.path + "?there"})],
        [None, None],
    ),
}


@pytest.mark.parametrize("fault", RECOVERED)
def test_a_download_recovers_from(server, models_dir, fault):
    answers, ranges = RECOVERED[fault]
    server.plans[WEIGHTS_FILE] = list(answers)
    assert try_download(models_dir) is None
    assert server.ranges() == ranges


# name: (how the server answers each request for the weights, what the error says, what is left of the weights)
REFUSED = {
    "cut always at 50 %": (faulty(cut=HALF, honour_range=False), "Connection broken", HALF),
    "cut always at 0 %": (faulty(cut=0), "Connection broken", 0),
    "reset always": (reset_at_once, "Connection", 0),
    "stall always": (faulty(cut=HALF, ending="stall", honour_range=False), "Read timed out", HALF),
    "no answer": (say_nothing, "Read timed out", 0),
    "200 with an HTML page": (status(200, HTML), f"expected {len(WEIGHTS):,} bytes, found {len(HTML)}", 0),
    "200 with an HTML page of the right size": (
        status(200, HTML.ljust(len(WEIGHTS)), content_type="text/html; charset=utf-8"),
        "the server sent a web page instead of the file",
        0,
    ),
    "Content-Length too large": (faulty(announced=len(WEIGHTS) + 1), f"found {len(WEIGHTS) + 1:,}", 0),
    "Content-Length too small": (faulty(announced=HALF), f"found {HALF:,}", 0),
    "Content-Length that is no number": (faulty(announced="many", cut=HALF), f"found {HALF:,}", 0),
    "no Content-Length, and cut": (faulty(announced=None, cut=HALF), f"found {HALF:,}", 0),
    "too many bytes": (
        lambda handler, content: answer(handler, content + b"\0", announced=None),
        f"found {len(WEIGHTS) + 1:,}",
        0,
    ),
    "gzip'd body that is not gzip": (faulty(headers={"Content-Encoding": "gzip"}), "DecodeError", 0),
    "206 unasked": (send_other_range, "unexpected answer 206", 0),
    "204": (status(204, b""), "unexpected answer 204", 0),
    "redirect loop": (redirect_to_itself, "TooManyRedirects", 0),
    "redirect to nowhere": (status(302, location="http://127.0.0.1:9/"), "ConnectionError", 0),
    "403": (status(403), "HTTPError: 403", 0),
    "404": (status(404), "HTTPError: 404", 0),
    "429 always": (status(429), "HTTPError: 429", 0),
    "500 always": (status(500), "HTTPError: 500", 0),
    "wrong Retry-After": (status(429, retry_after="soon"), "Retry-After", 0),
    "wrong Content-MD5": (
        faulty(headers={"Content-MD5": base64.b64encode(bytes(16)).decode()}),
        "the server announced the MD5 AAAAAAAAAAAAAAAAAAAAAA==, found",
        0,
    ),
}


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
    monkeypatch.setattr(gpt_download, "LONGEST_WAIT_SECONDS", 0.1)
    server.plans[WEIGHTS_FILE] = [status(429, retry_after=3600)]
    started = time.monotonic()
    assert try_download(models_dir) is None
    assert time.monotonic() - started < 10


def test_waiting_times_double_up_to_the_longest(server, models_dir, monkeypatch, capsys):
    monkeypatch.setattr(gpt_download, "LONGEST_WAIT_SECONDS", 0.004)
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


# What an earlier try has left, and from where


def test_a_part_is_continued_and_not_fetched_again(server, models_dir):
    leave_part(models_dir, WEIGHTS[:HALF], server.url, etag_of(WEIGHTS))
    assert try_download(models_dir) is None
    assert server.ranges() == [REST]
    assert server.bytes_sent() == len(WEIGHTS) - HALF


def test_a_part_that_is_complete_needs_no_request(server, models_dir):
    leave_part(models_dir, WEIGHTS, server.url, etag_of(WEIGHTS))
    assert try_download(models_dir) is None
    assert server.ranges() == []


@pytest.mark.parametrize("ignored", [False, True], ids=["If-Range honoured", "If-Range ignored"])
def test_another_file_behind_the_same_address_is_fetched_from_the_beginning(server, models_dir, ignored):
    leave_part(models_dir, bytes(HALF), server.url, '"an older one"')
    if ignored:
        server.plans[WEIGHTS_FILE] = [
            lambda handler, content: answer(
                handler,
                content[HALF:],
                status=206,
                headers={"Content-Range": f"bytes {HALF}-{len(content) - 1}/{len(content)}", "ETag": etag_of(content)},
            )
        ]
    assert try_download(models_dir) is None
    assert server.ranges() == ([REST, None] if ignored else [REST])


def test_a_file_that_changes_between_two_tries(server, models_dir):
    changed = {**FILES, WEIGHTS_FILE: WEIGHTS[::-1]}

    def cut_and_change(handler, content):
        server.files.update(changed)
        serve(handler, content, cut=HALF)

    server.plans[WEIGHTS_FILE] = [cut_and_change]
    assert try_download(models_dir, changed) is None
    assert server.ranges() == [None, REST]


@pytest.mark.parametrize("etag", [None, 'W/"weak"'])
def test_without_a_strong_etag_the_end_of_the_part_is_compared(server, models_dir, etag):
    server.plans[WEIGHTS_FILE] = [faulty(cut=HALF, etag=etag), faulty(etag=etag)]
    assert try_download(models_dir) is None
    assert server.ranges() == [None, f"bytes={HALF - OVERLAP_BYTES}-"]
    assert server.bytes_sent() == len(WEIGHTS) + OVERLAP_BYTES


def test_without_a_strong_etag_another_file_is_noticed(server, models_dir):
    leave_part(models_dir, WEIGHTS[: HALF - 1] + b"?", server.url)
    server.plans[WEIGHTS_FILE] = [faulty(etag=None)]
    assert try_download(models_dir) is None
    assert server.ranges() == [f"bytes={HALF - OVERLAP_BYTES}-", None]


def test_a_short_part_that_proves_nothing_is_begun_anew(server, models_dir):
    leave_part(models_dir, WEIGHTS[:OVERLAP_BYTES], server.url)
    assert try_download(models_dir) is None
    assert server.ranges() == [None]


def test_another_mirror_continues_what_the_first_began(server, second, models_dir):
    server.plans[WEIGHTS_FILE] = [CUT] + [status(404)] * 10
    assert try_download(models_dir) is None
    assert second.ranges() == [f"bytes={HALF - OVERLAP_BYTES}-"]
    assert server.bytes_sent() + second.bytes_sent() <= len(WEIGHTS) + OVERLAP_BYTES + 100


def test_another_mirror_with_another_file_begins_anew(server, second, models_dir):
    other = {**FILES, WEIGHTS_FILE: WEIGHTS[::-1]}
    second.files.update(other)
    server.plans[WEIGHTS_FILE] = [CUT] + [status(404)] * 10
    assert try_download(models_dir, other) is None
    assert second.ranges() == [f"bytes={HALF - OVERLAP_BYTES}-", None]


def test_two_mirrors_with_other_files_that_both_break_off_do_not_mix(server, second, models_dir):
    """The second mirror's etag is noted only when its bytes are known to continue the part."""
    other = {**FILES, WEIGHTS_FILE: WEIGHTS[:HALF] + WEIGHTS[HALF:][::-1]}
    second.files.update(other)
    server.plans[WEIGHTS_FILE] = [faulty(cut=HALF + 1000)] + [status(404)] * 100
    second.plans[WEIGHTS_FILE] = [faulty(cut=0), faulty(cut=100), status(404)]
    assert try_download(models_dir) is not None
    assert try_download(models_dir, other) is None


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (b"left over", None),
        (bytes(HALF), None),
        (bytes(HALF), "{"),
        (bytes(HALF), "[]"),
        (bytes(HALF), "12"),
        (bytes(HALF), '{"source": "x"}'),
        (bytes(len(WEIGHTS) + 1), "right"),
        (b"", "right"),
    ],
    ids=["no note", "half, no note", "cut note", "list", "number", "other note", "larger than the file", "empty"],
)
def test_a_stale_part_does_no_harm(server, models_dir, content, note):
    leave_part(models_dir, content, server.url, etag_of(WEIGHTS))
    if note is None:
        (models_dir / SIZE / NOTE).unlink()
    elif note != "right":
        (models_dir / SIZE / NOTE).write_text(note, encoding="utf-8")
    assert try_download(models_dir) is None
    assert server.ranges() == [None]


def test_a_complete_part_with_other_content_is_fetched_again(server, second, models_dir):
    md5 = base64.b64encode(hashlib.md5(WEIGHTS).digest()).decode()
    leave_part(models_dir, bytes(len(WEIGHTS)), server.url, etag_of(WEIGHTS), md5)
    assert try_download(models_dir) is None
    assert (server.ranges(), second.ranges()) == ([], [None])


def test_the_md5_of_the_whole_file_is_checked_after_a_resume(server, models_dir):
    """Azure sends it in a header of its own with a range, where Content-MD5 would be that of the range."""
    md5 = base64.b64encode(hashlib.md5(WEIGHTS).digest()).decode()
    of_the_rest = base64.b64encode(hashlib.md5(WEIGHTS[HALF:]).digest()).decode()
    headers = {"Content-MD5": of_the_rest, "x-ms-blob-content-md5": md5}
    leave_part(models_dir, bytes(HALF), server.url, etag_of(WEIGHTS))
    server.plans[WEIGHTS_FILE] = [faulty(headers=headers)]
    assert f"the server announced the MD5 {md5}, found" in try_download(models_dir)
    leave_part(models_dir, WEIGHTS[:HALF], server.url, etag_of(WEIGHTS))
    server.plans[WEIGHTS_FILE] = [faulty(headers=headers)]
    assert try_download(models_dir) is None


def test_the_md5_that_came_with_the_beginning_is_checked_at_the_end(server, models_dir):
    wrong = base64.b64encode(bytes(16)).decode()
    server.plans[WEIGHTS_FILE] = [faulty(cut=HALF, headers={"Content-MD5": wrong})]
    assert f"the server announced the MD5 {wrong}, found" in try_download(models_dir)
    assert server.ranges() == [None, REST]


# Several addresses


def test_a_dead_mirror_is_passed_over_at_once(server, models_dir, monkeypatch, capsys):
    with socket.socket() as dead:  # its port is taken, but nobody listens
        dead.bind(("127.0.0.1", 0))
        monkeypatch.setenv("GPT2_BASE_URL", f"http://127.0.0.1:{dead.getsockname()[1]}")
        assert try_download(models_dir) is None
    assert capsys.readouterr().out == ""  # nothing was announced to be tried again


def test_a_mirror_that_has_no_address_is_passed_over(server, models_dir, monkeypatch):
    monkeypatch.setenv("GPT2_BASE_URL", "http://no-such-host.invalid")
    assert try_download(models_dir) is None


def test_corrupt_bytes_of_the_right_size_are_told_by_the_published_digest(server, second, tmp_path):
    right = b'model_checkpoint_path: "model.ckpt"\nall_model_checkpoint_paths: "model.ckpt"\n'
    server.files["checkpoint"], second.files["checkpoint"] = right.replace(b"ckpt", b"kcpt"), right
    fetch_file("355M", "checkpoint", tmp_path / "355M")
    assert everything_in(tmp_path / "355M") == {"checkpoint": right}


def test_own_mirror_as_a_folder(server, models_dir, tmp_path, monkeypatch):
    own = tmp_path / "own" / SIZE
    own.mkdir(parents=True)
    for name, content in FILES.items():
        (own / name).write_bytes(content)
    monkeypatch.setenv("GPT2_BASE_URL", str(own.parent))
    assert try_download(models_dir) is None
    assert server.log == []


def test_own_folder_with_half_a_file_does_not_cost_the_part(server, models_dir, tmp_path, monkeypatch):
    own = tmp_path / "own" / SIZE
    own.mkdir(parents=True)
    (own / WEIGHTS_FILE).write_bytes(WEIGHTS[:100])
    monkeypatch.setenv("GPT2_BASE_URL", str(own.parent))
    leave_part(models_dir, WEIGHTS[:HALF], server.url, etag_of(WEIGHTS))
    assert try_download(models_dir) is None
    assert server.ranges() == [REST]


def test_proxies_of_the_environment_are_used(server, models_dir, monkeypatch):
    monkeypatch.setattr(gpt_download, "BASE_URLS", ("http://mirror.invalid",))
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.setenv("http_proxy", server.url)
    assert try_download(models_dir) is None
    assert server.log[0]["path"] == f"http://mirror.invalid/{SIZE}/{NAMES[0]}"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for this machine that nobody has signed but itself, with its key, in one file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("makes a certificate with the program openssl, which is not installed")
    path = tmp_path_factory.mktemp("certificate") / "certificate.pem"
    command = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    subprocess.run([openssl, *command.split(), "-keyout", path, "-out", path], check=True, capture_output=True)
    return path


@pytest.mark.parametrize("variable", [None, "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_certificates_are_always_checked(server, models_dir, monkeypatch, certificate, variable):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    monkeypatch.setattr(gpt_download, "BASE_URLS", (server.url.replace("http:", "https:"),))
    if variable is None:
        monkeypatch.setattr(gpt_download, "BACKOFF_SECONDS", 2)
        started = time.monotonic()
        message = try_download(models_dir)
        assert "SSLError" in message and "CERTIFICATE_VERIFY_FAILED" in message
        assert time.monotonic() - started < 4  # not tried again, as that would not help
    else:
        monkeypatch.setenv(variable, str(certificate))
        assert try_download(models_dir) is None


# The disk


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
            patch.setattr(gpt_download, "_require_space", lambda part, size: None)  # as if another program were quicker
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


@pytest.fixture
def read_only():
    """Make a folder read-only, for this process, too, if it is the superuser's."""
    if is_root and not hasattr(os, "setresuid") or os.name == "nt":
        pytest.skip("folders cannot be made read-only here")
    public = Path(tempfile.mkdtemp())  # pytest's own folders can be entered by their owner only
    public.chmod(0o755)

    def lock(folder):
        folder.chmod(0o555)
        if is_root:
            os.setresuid(65534, 65534, 0)
        return folder

    yield public, lock
    if is_root:
        os.setresuid(0, 0, 0)
    for folder in (public, *public.rglob("*")):
        if folder.is_dir():
            folder.chmod(0o755)
    shutil.rmtree(public)


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


# The manifest


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
    shutil.copytree(Path(__file__).resolve().parents[1] / "data" / "gpt2" / SHIPPED_SIZE, shipped / SHIPPED_SIZE)
    monkeypatch.setattr(gpt_download, "SHIPPED_FOLDER", shipped)
    before = {path.name for path in (shipped / SHIPPED_SIZE).iterdir()}
    download_files(SHIPPED_SIZE, shipped)
    assert {path.name for path in (shipped / SHIPPED_SIZE).iterdir()} == before


# Several processes, and the end of one


def start(function):
    """Run a function in a process of its own; return its number and a pipe that gets what it returns, as JSON."""
    receiver, sender = os.pipe()
    process = os.fork()
    if process:
        os.close(sender)
        return process, receiver
    try:
        os.write(sender, json.dumps(function()).encode())
    except BaseException as error:
        os.write(sender, json.dumps(f"{type(error).__name__}: {error}").encode())
    finally:
        os._exit(0)


def result_of(process, receiver):
    with open(receiver, "rb") as pipe:
        result = pipe.read()
    os.waitpid(process, 0)
    return json.loads(result)


def in_a_process(function):
    return result_of(*start(function))


def fetch(models_dir):
    download_files(SIZE, models_dir, NAMES)


def wait_until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


@can_fork
def test_two_processes_at_once_fetch_everything_once(server, models_dir):
    server.seconds_per_piece = 0.002
    children = [start(lambda: fetch(models_dir)) for _ in range(2)]
    assert [result_of(*child) for child in children] == [None, None]
    assert [entry["name"] for entry in server.log] == list(NAMES)
    assert try_download(models_dir) is None


def test_two_threads_at_once_fetch_everything_once(server, models_dir, capsys):
    server.seconds_per_piece = 0.002
    threads = [threading.Thread(target=fetch, args=(models_dir,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [entry["name"] for entry in server.log] == list(NAMES)
    assert capsys.readouterr().out == f"Another process is at work in {models_dir / SIZE}: waiting for it.\n"
    assert try_download(models_dir) is None


@can_fork
def test_one_that_waits_goes_on_when_the_other_is_killed(server, models_dir):
    server.plans[WEIGHTS_FILE] = [faulty(cut=HALF, ending="stall")]
    part = models_dir / SIZE / PART
    first, receiver = start(lambda: fetch(models_dir))
    wait_until(lambda: bytes_of(part) >= HALF - io.DEFAULT_BUFFER_SIZE)
    second = start(lambda: fetch(models_dir))
    os.kill(first, signal.SIGKILL)
    os.waitpid(first, 0)
    os.close(receiver)
    assert result_of(*second) is None
    assert len(server.ranges()) == 2 and server.ranges()[1]
    assert server.bytes_sent() <= len(WEIGHTS) + io.DEFAULT_BUFFER_SIZE
    assert try_download(models_dir) is None


@can_fork
def test_killed_at_random_moments_it_never_fetches_again_what_is_there(models_dir, monkeypatch):
    files = small_files(n_vocab=16_000, n_embd=128)  # 10 MB
    whole, chance = len(files[WEIGHTS_FILE]), random.Random(7)
    part, there = models_dir / SIZE / PART, 0
    monkeypatch.setattr(gpt_download, "TIMEOUT_SECONDS", (10, 10))
    with FaultServer(files, seconds_per_piece=0.002) as server:
        monkeypatch.setattr(gpt_download, "BASE_URLS", (server.url,))
        for _ in range(24):
            server.log.clear()
            child, receiver = start(lambda: fetch(models_dir))
            if chance.random() < 0.5:  # as soon as there is a little more
                enough = there + chance.randrange(whole // 30)
                wait_until(lambda enough=enough: bytes_of(part) >= enough)
            else:  # at any time, often before the first byte
                time.sleep(chance.uniform(0, 0.06))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(receiver)
            assert server.ranges() in ([], [f"bytes={there}-" if there else None])
            assert there <= bytes_of(part) < whole
            there = bytes_of(part)
            assert not there or files[WEIGHTS_FILE].startswith(part.read_bytes())
        assert there > 0
        server.log.clear()
        assert try_download(models_dir, files) is None
        assert server.bytes_sent() == whole - there


def bytes_of(path):
    return path.stat().st_size if path.exists() else 0


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="this system has other signals")
def test_an_interrupt_by_the_user_keeps_the_part(server, models_dir):
    def cut_and_interrupt(handler, content):
        serve(handler, content, cut=HALF)
        wait_until(lambda: bytes_of(models_dir / SIZE / PART) >= HALF - io.DEFAULT_BUFFER_SIZE)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        handler.server.stopped.wait(1)

    server.plans[WEIGHTS_FILE] = [cut_and_interrupt]
    with pytest.raises(KeyboardInterrupt):
        download_files(SIZE, models_dir, NAMES)
    assert set(os.listdir(models_dir / SIZE)) == {NAMES[0], PART, NOTE}
    assert try_download(models_dir) is None
    assert server.ranges() == [None, REST]
