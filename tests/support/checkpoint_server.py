"""A web server on this machine with a whole checkpoint, as OpenAI's: it answers well, or with what a test asks for."""

import gzip
from http.server import BaseHTTPRequestHandler

import pytest

from gpt_download import CONVERTED_FILE, LOCK_FILE, MANIFEST_FILE, SHIPPED_SIZE, DownloadError, download_files

SERVED_UNDER = "/gpt-2/models/"
HTML = b"<!DOCTYPE html><title>Sign in</title>"


class CheckpointHandler(BaseHTTPRequestHandler):
    """Serves a folder; ``server.behaviours[path]`` tells how to misbehave, ``server.requests`` logs paths."""

    def do_GET(self):
        self.server.requests.append(self.path)
        behaviour = self.server.behaviours.get(self.path, "normal")
        path = self.server.folder / self.path.removeprefix(SERVED_UNDER)
        if isinstance(behaviour, int):
            return self.answer(behaviour, HTML)
        if isinstance(behaviour, bytes):
            return self.answer(200, behaviour)
        if not path.is_file():
            return self.answer(404, HTML)
        content = path.read_bytes()
        if behaviour == "cut off":
            return self.answer(200, content[: len(content) // 2], announced=len(content))
        if behaviour == "cut off, length unknown":
            return self.answer(200, content[: len(content) // 2], announced=None)
        if behaviour == "compressed if allowed" and "gzip" in self.headers.get("Accept-Encoding", ""):
            return self.answer(200, gzip.compress(content), encoding="gzip")
        return self.answer(200, content, pause=behaviour if callable(behaviour) else None)

    def answer(self, status, body, announced=-1, encoding=None, pause=None):
        self.send_response(status)
        if announced is not None:
            self.send_header("Content-Length", str(len(body) if announced == -1 else announced))
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2])
        if pause:
            pause()
        self.wfile.write(body[len(body) // 2 :])

    def log_message(self, *arguments):
        pass


def url_path(name, size=SHIPPED_SIZE):
    return f"{SERVED_UNDER}{size}/{name}"


def contents(folder):
    made_here = (CONVERTED_FILE, MANIFEST_FILE, LOCK_FILE)
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name not in made_here}


def refused(size, models_dir):
    """The message of the DownloadError that a download ends with."""
    with pytest.raises(DownloadError) as caught:
        download_files(size, models_dir)
    return str(caught.value)
