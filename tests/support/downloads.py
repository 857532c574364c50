"""What the tests of downloads share: a small checkpoint, how servers fail, looking at what is there afterwards."""

import base64
import gzip
import hashlib
import json
import os
import threading
import time
from pathlib import Path

import pytest
from tqdm import tqdm

from fault_server import NAMES, SIZE, answer, etag_of, faulty, small_files, status
from gpt_download import LOCK_FILE, MANIFEST_FILE, RETRIES, WEIGHTS_FILE, DownloadError, download_files

FILES = small_files()
WEIGHTS = FILES[WEIGHTS_FILE]
HALF = len(WEIGHTS) // 2
PART, NOTE = f"{WEIGHTS_FILE}.part", f"{WEIGHTS_FILE}.part.json"
HTML = b"<!DOCTYPE html><title>Sign in to the network</title>"

can_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system starts processes in another way")
is_root = hasattr(os, "geteuid") and os.geteuid() == 0


def everything_in(folder):
    """All files, without the lock's, which stays where somebody was at work."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != LOCK_FILE]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def names_in(folder):
    """The names in a folder, without the lock's file."""
    return sorted(set(os.listdir(folder)) - {LOCK_FILE}) if folder.exists() else []


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
    in_folder = {name: found.pop(str(Path(SIZE, name))) for name in names_in(folder)}
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


# ---- how servers fail ------------------------------------------------------------------------------------------


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


# ---- processes -------------------------------------------------------------------------------------------------


def start(function):
    """Run a function in a process of its own; return its number and a pipe that gets what it returns, as JSON."""
    receiver, sender = os.pipe()
    process = os.fork()
    if process:
        os.close(sender)
        return process, receiver
    # tqdm's own lock is shared with the parent: killed while it holds it, the child would stop all others for good.
    tqdm.set_lock(threading.RLock())
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


def bytes_of(path):
    return path.stat().st_size if path.exists() else 0
