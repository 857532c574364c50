"""A web server on this machine that serves a few files, and fails on demand in the ways real ones do."""

import hashlib
import json
import os
import random
import re
import socket
import struct
import time
from http.server import BaseHTTPRequestHandler

from gpt_download import WEIGHTS_FILE, count_parameters
from loopback import LoopbackServer

SIZE = "774M"  # of OpenAI's sizes the one of whose own files neither sizes nor digests are known
NAMES = ("hparams.json", WEIGHTS_FILE, "model.ckpt.index")
PIECE_BYTES = 16 * 1024


def small_files(n_vocab=2_000, n_embd=64, seed=0):
    """``{name: content}`` of a checkpoint with random weights (by default 0.9 MB) and a random index."""
    settings = {"n_vocab": n_vocab, "n_ctx": 64, "n_embd": n_embd, "n_head": 2, "n_layer": 2}
    randbytes = random.Random(seed).randbytes
    contents = (json.dumps(settings).encode(), randbytes(4 * count_parameters(settings)), randbytes(900))
    return dict(zip(NAMES, contents, strict=True))


class FaultServer(LoopbackServer):
    """Serves ``files``; ``plans[name]`` lists how to answer the next requests for a file, then all goes well.

    Each entry of a plan is a function of the handler and the file's content. ``log`` has one dict for each request:
    ``name``, ``path``, ``range``, ``encodings`` and ``authorization`` (the headers, or None), ``sent`` (bytes of the
    body). Use it as a context.
    """

    def __init__(self, files, seconds_per_piece=0.0):
        super().__init__(Handler)
        self.files, self.plans, self.log = dict(files), {}, []
        self.seconds_per_piece = seconds_per_piece
        self.head = (200, None)  # status and length of what a HEAD request gets; None for the file's

    def ranges(self, name=WEIGHTS_FILE):
        return [entry["range"] for entry in self.log if entry["name"] == name]

    def bytes_sent(self, name=WEIGHTS_FILE):
        return sum(entry["sent"] for entry in self.log if entry["name"] == name)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        name = self.path.split("?")[0].rsplit("/", 1)[-1]
        self.entry = {"name": name, "path": self.path, "range": self.headers.get("Range"), "sent": 0}
        self.entry["encodings"] = self.headers.get("Accept-Encoding")
        self.entry["authorization"] = self.headers.get("Authorization")
        self.server.log.append(self.entry)
        if name not in self.server.files:
            return answer(self, b"<html>", status=404)
        plan = self.server.plans.get(name)
        (plan.pop(0) if plan else serve)(self, self.server.files[name])

    def do_HEAD(self):
        """Announce the size of a file; neither plans nor the log count that. Not every server can do it."""
        content = self.server.files.get(self.path.split("?")[0].rsplit("/", 1)[-1])
        status, length = self.server.head
        self.send_response(404 if content is None else status)
        self.send_header("Content-Length", str(len(content or b"") if length is None else length))
        self.end_headers()

    def log_message(self, *arguments):
        pass


def etag_of(content):
    return f'"{hashlib.sha256(content).hexdigest()[:16]}"'


def serve(handler, content, etag=True, honour_range=True, **changes):
    """Answer as a good server does, with the ``changes`` that :func:`answer` takes.

    ``etag``: True for one that belongs to the content, None for none, or the text of one.
    """
    etag = etag_of(content) if etag is True else etag
    headers = {**({"ETag": etag} if etag else {}), **changes.pop("headers", {})}
    wanted = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
    is_same = handler.headers.get("If-Range", etag) == etag
    if not wanted or not honour_range or not is_same:
        return answer(handler, content, headers=headers, **changes)
    start = int(wanted[1])
    if start >= len(content):
        return answer(handler, b"", status=416, headers={"Content-Range": f"bytes */{len(content)}"})
    headers = {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}", **headers}
    answer(handler, content[start:], status=206, headers=headers, **changes)


def answer(handler, body, status=200, headers=None, announced=True, cut=None, ending="close", chunked=False):
    """Send an answer.

    Args:
        announced: the Content-Length: True for the right one, None for none, or a number.
        cut: number of bytes after which the body breaks off; None for never.
        ending: how it breaks off: "close", "reset" or "stall".
        chunked: whether to send the body in chunks, without a Content-Length.
    """
    headers = dict(headers or {})
    if chunked:
        headers["Transfer-Encoding"] = "chunked"
        handler.protocol_version = "HTTP/1.1"
    elif announced is not None:
        headers["Content-Length"] = str(len(body) if announced is True else announced)
    handler.close_connection = True
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.flush()
    kept = body if cut is None else body[:cut]
    for start in range(0, len(kept), PIECE_BYTES):
        piece = kept[start : start + PIECE_BYTES]
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
        handler.entry["sent"] += len(piece)
        if handler.server.seconds_per_piece:
            time.sleep(handler.server.seconds_per_piece)
    if cut is None:
        handler.wfile.write(b"0\r\n\r\n" if chunked else b"")
    else:
        break_off(handler, ending)


def break_off(handler, ending):
    if ending == "stall":
        handler.server.stopped.wait(10)
    elif ending == "reset":
        time.sleep(0.05)  # let the client take what it has got: a reset throws the rest away
        linger = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        handler.connection.close()


def faulty(**changes):
    """An entry of a plan: a good answer with these changes."""
    return lambda handler, content: serve(handler, content, **changes)


def status(code, body=b"<html>an error page</html>", **headers):
    """An entry of a plan: this status, with these headers (``retry_after=1``)."""
    headers = {name.replace("_", "-"): str(value) for name, value in headers.items()}
    return lambda handler, content: answer(handler, body, status=code, headers=headers)
