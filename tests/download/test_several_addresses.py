"""Several addresses, proxies and certificates."""

import shutil
import socket
import ssl
import subprocess
import time

import pytest

import gpt_download
from downloads import FILES, HALF, REST, WEIGHTS, everything_in, leave_part, try_download
from fault_server import NAMES, SIZE, etag_of
from gpt import fetching
from gpt_download import WEIGHTS_FILE, fetch_file


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
        monkeypatch.setattr(fetching, "BACKOFF_SECONDS", 2)
        started = time.monotonic()
        message = try_download(models_dir)
        assert "SSLError" in message and "CERTIFICATE_VERIFY_FAILED" in message
        assert time.monotonic() - started < 4  # not tried again, as that would not help
    else:
        monkeypatch.setenv(variable, str(certificate))
        assert try_download(models_dir) is None
