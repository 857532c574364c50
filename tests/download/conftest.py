"""Fixtures of the download tests: real servers on this machine, and nothing beyond it."""

import os
import shutil
import socket
import tempfile
import threading
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

import gpt_download
from checkpoint_server import SERVED_UNDER, CheckpointHandler
from downloads import FILES, PART, is_root
from fault_server import SIZE, FaultServer
from gpt import converted_copy, fetching, manifest
from gpt_download import SHIPPED_SIZE
from helpers import write_random_checkpoint


@pytest.fixture(autouse=True)
def quick_and_on_this_machine(monkeypatch, tmp_path):
    monkeypatch.setattr(gpt_download, "BASE_URLS", ())
    monkeypatch.setattr(gpt_download, "SHIPPED_FOLDER", tmp_path / "no shipped folder")
    monkeypatch.setattr(fetching, "BACKOFF_SECONDS", 0.001)
    monkeypatch.setattr(converted_copy, "WORTH_A_LINE_BYTES", 0)
    for name in ("GPT2_BASE_URL", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("NO_PROXY", "*")


# ---- a server that fails ----------------------------------------------------------------------------------------


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(fetching, "TIMEOUT_SECONDS", (2, 0.4))
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
    names, real = [], manifest.sha256_of

    def watched(path):
        names.append(path.name)
        return real(path)

    monkeypatch.setattr(manifest, "sha256_of", watched)
    return names


@pytest.fixture
def models_dir(tmp_path):
    """Where to download to; beside it lie files that are nobody's business."""
    folder = tmp_path / "models"
    for name in ("notes.txt", f"{SIZE}-notes.txt", f"124M/{PART}"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("mine", encoding="utf-8")
    return folder


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


# ---- a server with a whole checkpoint ---------------------------------------------------------------------------


@pytest.fixture(scope="session")
def source(tmp_path_factory):
    """A folder with a small checkpoint, as a mirror would hold it."""
    folder = tmp_path_factory.mktemp("source")
    write_random_checkpoint(folder / SHIPPED_SIZE)
    return folder


@pytest.fixture
def checkpoint_server(source):
    server = ThreadingHTTPServer(("127.0.0.1", 0), CheckpointHandler)
    server.folder, server.behaviours, server.requests = source, {}, []
    server.url = f"http://127.0.0.1:{server.server_port}{SERVED_UNDER.rstrip('/')}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def dead_urls():
    """Two addresses that refuse every connection: their ports are taken, but nobody listens."""
    with socket.socket() as first, socket.socket() as second:
        for each in (first, second):
            each.bind(("127.0.0.1", 0))
        yield tuple(f"http://127.0.0.1:{each.getsockname()[1]}" for each in (first, second))


@pytest.fixture
def mirror(checkpoint_server, dead_urls, monkeypatch):
    """The server as the reader's own mirror; the public addresses are dead."""
    monkeypatch.setattr(gpt_download, "BASE_URLS", dead_urls)
    monkeypatch.setenv("GPT2_BASE_URL", checkpoint_server.url)
    return checkpoint_server
