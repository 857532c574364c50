"""Secrets of addresses reach no output, no error and no file, whatever the address is for and whatever happens."""

import base64
import json
import logging
import os
import subprocess
import sys
import traceback
from contextlib import contextmanager

import pytest

import finetune
import gpt_download
import notebook_setup
from fault_server import FaultServer, faulty, small_files, status
from gpt import fetching, hub
from gpt.addresses import digits_of, has_secrets, text_without_secrets, without_secrets
from gpt.data_formats import read_instruction_data
from gpt.judge import Judge, JudgeError, ask, find_judge
from gpt.judgements import judge_answers
from helpers import REPO, instruction_entries
from hub_server import HubServer
from judge_server import JudgeServer, fails

MARK = "SECRET"
USER, QUERY = f"me:{MARK}-pass%2Fword", f"X-Amz-Signature={MARK}%2Fsignature&id={MARK}'s(id)#{MARK}"
BASIC = base64.b64encode(f"me:{MARK}-pass/word".encode()).decode()
DATA = json.dumps(instruction_entries(40)).encode()
DEAD = "127.0.0.1:9"  # nobody answers there


def with_secrets(url, query=QUERY):
    return url.replace("://", f"://{USER}@") + (f"?{query}" if query else "")


@pytest.fixture(autouse=True)
def quick(monkeypatch, tmp_path):
    monkeypatch.setattr(fetching, "BACKOFF_SECONDS", 0.001)
    monkeypatch.setattr(fetching, "TIMEOUT_SECONDS", (2, 0.4))
    monkeypatch.setattr(gpt_download, "BASE_URLS", ())
    monkeypatch.setattr(hub, "SHA256", {})
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("OUTPUTS_DIR", str(tmp_path / "outputs"))
    monkeypatch.setenv("INSTRUCTION_DATA", "")  # so that what a script sets is taken back, too
    for name in ("http_proxy", "https_proxy", "all_proxy", "GPT2_SOURCE", "HF_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server():
    files = {"data.json": DATA, "few.json": b"[]", "page": b"<html>Sign in</html>", **small_files()}
    with FaultServer(files) as server:
        yield server


@pytest.fixture
def nothing_leaks(capsys, caplog, recwarn, tmp_path):
    """A context for what may fail; at its end, the mark is nowhere. Returns the error's traceback at that end."""
    caplog.set_level(logging.DEBUG)

    @contextmanager
    def watch(fails=None):
        told = []
        try:
            yield told
        except BaseException as error:  # Ctrl-C and the ends of scripts, too
            told.append("".join(traceback.format_exception(type(error), error, error.__traceback__)))
            assert fails and isinstance(error, fails), told
        else:
            assert fails is None, "expected an error"
        said = [*told, *capsys.readouterr(), caplog.text, *(str(each.message) for each in recwarn)]
        for path in tmp_path.rglob("*"):
            said += [str(path), path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""]
        for text in said:
            lines = [line for line in text.splitlines() if not line.startswith("    ")]  # quotes this file's source
            assert not [line for line in lines if MARK in line or BASIC in line]
        told.extend(said)

    return watch


@pytest.mark.parametrize(
    ("address", "clean"),
    [
        ("https://me:SECRET@example.org:8443/a/b.csv?signature=SECRET#SECRET", "https://example.org:8443/a/b.csv"),
        ("https://SECRET@example.org", "https://example.org"),
        ("https://me:SEC@RET@example.org/x", "https://example.org/x"),
        ("http://me:SECRET@[::1]:80/x?a", "http://[::1]:80/x"),
        ("https://me:SEC/RET@example.org/x", "https://..."),
        ("https://me:SEC?RET@example.org/x", "https://..."),
        ("https://me:SEC#RET@example.org/x", "https://..."),
        ("https:/me:SECRET@example.org/x", "https:/example.org/x"),  # Path has taken a slash
        ("s3://KEY:SECRET@bucket/x", "s3://bucket/x"),
        ("https://example.org/@someone/a b.csv", "https://example.org/@someone/a b.csv"),
        ("C:/Users/me@work/data.csv", "C:/Users/me@work/data.csv"),
        ("data/what?.csv", "data/what?.csv"),
    ],
)
def test_an_address_without_its_secrets(address, clean):
    assert without_secrets(address) == clean and has_secrets(address) == (address != clean)


def test_digits_tell_addresses_apart_but_not_users():
    one, other = (f"https://host/data?id={i}" for i in (1, 2))
    assert digits_of(one) == digits_of(one.replace("://", "://me:password@")) != digits_of(other)
    assert digits_of("data.csv") != digits_of("other.csv")


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Max retries exceeded with url: /x?s=SECRET (Caused by)", "Max retries exceeded with url: /x (Caused by)"),
        ("(http://host:80/x), http://a/?s='SECRET'(SECRET)", "(http://host:80/x), http://a/"),
        ("404 for url: https://me:SECRET@host/x?s=SECRET", "404 for url: https://host/x"),
        ("Invalid URL 'https://me:SECRET@host:80': No host", "Invalid URL 'https://host:80': No host"),
        ("Failed to parse: me:SECRET@host", "Failed to parse: host"),
        ("Is it there? Yes/no? 3 > 2.", "Is it there? Yes/no? 3 > 2."),
    ],
)
def test_a_text_without_the_secrets_of_addresses(text, clean):
    assert text_without_secrets(text) == clean


# ---- instruction data -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "plan", "kind"),
    [
        ("data.json", [], None),
        ("data.json", [status(404)], OSError),
        ("data.json", [status(503)] * 9, OSError),
        ("data.json", [faulty(cut=100), status(403)], OSError),  # a part is kept, and a note about it
        ("data.json", [faulty(cut=0, ending="reset")] * 20, OSError),
        ("data.json", [faulty(cut=0, ending="stall")] * 20, OSError),
        ("data.json", [status(302, location=f"http://{USER}@{DEAD}/x?signature={MARK}")], OSError),
        ("data.json", [faulty(headers={"Content-MD5": "AAAA"})] * 2, OSError),
        ("few.json", [], ValueError),
        ("page", [], ValueError),
    ],
)
def test_of_data(server, tmp_path, nothing_leaks, path, plan, kind):
    server.plans[path] = list(plan)
    with nothing_leaks(kind) as told:
        read_instruction_data(with_secrets(f"{server.url}/{path}"), tmp_path / "cache")
    if kind is not ValueError:
        assert any(f"{server.url}/{path}" in text for text in told)
    assert server.log and all(MARK in entry["path"] for entry in server.log)  # it was asked for with them


@pytest.mark.parametrize(
    "address",
    [
        f"http://{USER}@{DEAD}/x?signature={MARK}", f"http://{USER}@no-such-host.invalid/x?s={MARK}",
        f"http://{USER}@127.0.0.1:99999/x?s={MARK}", f"http://me:{MARK}/a@127.0.0.1/x", f"http://[{MARK}/x",
        f"ftp://{USER}@host/x?s={MARK}", f"https:/{USER}@host/x", f"http://{USER}@/x?{MARK}",
    ],
    ids=range(8),
)  # fmt: skip
def test_of_an_address_that_leads_nowhere(tmp_path, nothing_leaks, address):
    for folder in (tmp_path / "cache", None):
        with nothing_leaks((OSError, ValueError)):
            read_instruction_data(address, folder)
    with nothing_leaks((OSError, ValueError)):
        notebook_setup.choose_data(address)
        notebook_setup.load_data()


def test_of_the_choice_of_data_which_holds_without_them(server, tmp_path, nothing_leaks, monkeypatch):
    address = with_secrets(f"{server.url}/data.json")
    with nothing_leaks():
        notebook_setup.choose_data(address)
        assert notebook_setup.load_data() == instruction_entries(40)  # another notebook: a process that knows no secret
        folder = notebook_setup.output_folder("gpt2-tiny (6M)")
    assert len(server.log) == 1
    monkeypatch.setenv("INSTRUCTION_DATA", address)
    with nothing_leaks():
        assert notebook_setup.load_data() == instruction_entries(40)
        assert notebook_setup.output_folder("gpt2-tiny (6M)") == folder
    assert len(server.log) == 1 and folder.name.startswith("gpt2-tiny6M-data-")
    monkeypatch.setenv("INSTRUCTION_DATA", "")
    (file,) = (tmp_path / "outputs" / "downloads").glob("data-*.json")
    file.unlink()
    with nothing_leaks(FileNotFoundError) as told:
        notebook_setup.load_data()
    assert f"downloaded from {server.url}/data.json is not there any more" in told[0]
    assert "set INSTRUCTION_DATA to the whole address again" in told[0]
    server.plans["data.json"] = [status(403)]
    with nothing_leaks(OSError):
        notebook_setup.choose_data(address)
    notebook_setup.choose_data(None)
    assert len(notebook_setup.load_data()) == 1100


def test_of_finetune(server, nothing_leaks):
    for path in ("missing.json", "few.json"):
        with nothing_leaks() as told:
            assert finetune.main(["--data", with_secrets(f"{server.url}/{path}")]) == 1
        assert f"data                {server.url}/{path}" in told[0] and "finetune.py: " in told[1]


@pytest.mark.parametrize("path", ["data.json", "missing.json"])
def test_of_what_is_printed_for_a_report(server, tmp_path, path):
    environment = {**os.environ, "INSTRUCTION_DATA": with_secrets(f"{server.url}/{path}"), "CHOOSE_MODEL": ""}
    command = [sys.executable, str(REPO / "notebooks" / "will_it_run.py")]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, timeout=120)
    said = done.stdout + done.stderr
    assert f"{server.url}/{path}" in said and MARK not in said and BASIC not in said
    assert (done.returncode == 0) == (path == "data.json")


def test_of_ctrl_c_while_a_download_waits(server, tmp_path, nothing_leaks, monkeypatch):
    """What is waited for then is a server that is gone: that error quotes the address."""
    waits = []

    def interrupt(seconds):
        waits.append(seconds)
        if len(waits) > 1:
            raise KeyboardInterrupt
        server.shutdown()
        server.server_close()

    monkeypatch.setattr(fetching.time, "sleep", interrupt)
    server.plans["data.json"] = [faulty(cut=100, ending="close")]
    with nothing_leaks(KeyboardInterrupt):
        read_instruction_data(with_secrets(f"{server.url}/data.json"), tmp_path)


PROXIES = [f"http://{USER}@{DEAD}", f"http://{USER}@[::bad", f"{USER}@{DEAD}", f"nonsense://{USER}@x:1"]


@pytest.mark.parametrize("proxy", PROXIES, ids=["dead", "damaged", "no scheme", "of no kind"])
def test_of_a_proxy(tmp_path, nothing_leaks, monkeypatch, proxy):
    monkeypatch.setenv("NO_PROXY", "")
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, proxy)
    for scheme in ("http", "https"):
        with nothing_leaks((OSError, ValueError)):
            read_instruction_data(with_secrets(f"{scheme}://example.org/data.json"), tmp_path)
    monkeypatch.setenv("JUDGE_URL", f"http://{USER}@example.org")
    with nothing_leaks():
        assert find_judge() is None
    with nothing_leaks(JudgeError):
        ask(Judge("http://example.org", "m", "d", waits=(0,)), "?", {})


# ---- weights ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plan", [[status(404)], [faulty(cut=100), status(403)], [faulty(cut=0, ending="reset")] * 20])
def test_of_a_mirror_of_openais_files(server, tmp_path, nothing_leaks, monkeypatch, plan):
    name = gpt_download.WEIGHTS_FILE
    server.plans[name] = list(plan)
    monkeypatch.setenv("GPT2_BASE_URL", with_secrets(server.url, ""))
    monkeypatch.setattr(gpt_download, "BASE_URLS", (with_secrets(f"http://{DEAD}", f"x={MARK}"), f"ftp://{USER}@host"))
    (tmp_path / "774M").mkdir()
    (tmp_path / "774M" / "hparams.json").write_bytes(server.files["hparams.json"])
    with nothing_leaks(OSError) as told:
        gpt_download.fetch_file("774M", name, tmp_path / "774M")
    assert all(f"  {url}" in told[0] for url in (f"{server.url}/774M/{name}\n", "ftp://host/774M", f"http://{DEAD}"))


@pytest.mark.parametrize("what", ["refused", "missing", "moved", "broken off", "another digest", "dead", "of ftp"])
def test_of_a_mirror_of_the_hub(server, tmp_path, nothing_leaks, monkeypatch, what):
    monkeypatch.setenv("HF_TOKEN", f"hf_{MARK}")
    elsewhere = with_secrets(server.url, "")
    server.files["model.safetensors"] = bytes(300_000)
    with HubServer({"config.json": b"{}", "model.safetensors": bytes(300_000)}, elsewhere) as mirror:
        if what == "refused":
            mirror.refusals["model.safetensors"] = 401
            mirror.said = f"not for {USER} {elsewhere} hf_{MARK} {BASIC}"
        elif what == "missing":
            mirror.commits.clear()
        elif what == "moved":
            server.plans["model.safetensors"] = [status(404)] * 9
        elif what == "broken off":
            server.plans["model.safetensors"] = [faulty(cut=1000), status(403)]
        elif what == "another digest":
            mirror.headers["model.safetensors"] = {"X-Linked-ETag": "0" * 64}
        url = {"dead": f"http://{DEAD}", "of ftp": "ftp://host"}.get(what, mirror.url)
        monkeypatch.setenv("HF_ENDPOINT", with_secrets(url, ""))
        with nothing_leaks(OSError) as told:
            hub.bring("124M", ["model.safetensors"], tmp_path)
        assert f"  {url}/openai-community/gpt2/resolve/" in told[0]


def test_of_a_source_that_is_none(nothing_leaks, tmp_path):
    with nothing_leaks(ValueError):
        hub.choose_source(with_secrets("https://example.org/gpt2"))


# ---- a judge ----------------------------------------------------------------------------------------------------


JUDGES = [f"http://{USER}@{DEAD}/v1", f"{USER}@{DEAD}", f"ftp://{USER}@{DEAD}", f"http://me:{MARK}/a@b"]


@pytest.mark.parametrize("url", JUDGES, ids=["dead", "no scheme", "of ftp", "damaged"])
def test_of_a_judge_that_is_not_there(nothing_leaks, monkeypatch, url):
    monkeypatch.setenv("JUDGE_URL", url)
    starts = url.startswith("http://")
    with nothing_leaks(None if starts else ValueError) as told:
        assert find_judge() is None
    assert any("judge" in text.lower() or "JUDGE_URL" in text for text in told)
    judge = Judge(url, "m", "d", waits=(0,))
    assert MARK not in repr(judge)
    with nothing_leaks((JudgeError, ValueError)):
        ask(judge, "?", {})


@pytest.mark.parametrize("protocol", ["ollama", "chat"])
@pytest.mark.parametrize("code", [200, 400, 401, 404, 503])
def test_of_a_judge_that_quotes_what_it_was_sent(nothing_leaks, monkeypatch, tmp_path, protocol, code):
    """Its answers go into errors and problems; what it has judged goes into a file."""
    echo = f"model {USER} {MARK}-pass/word Basic {BASIC} http://{USER}@x/y?{QUERY}"
    with JudgeServer(protocol) as server:
        monkeypatch.setenv("JUDGE_URL", with_secrets(server.url, ""))
        monkeypatch.setenv("JUDGE_MODEL", "")
        with nothing_leaks() as told:
            judge = find_judge()
            print(judge)
            server.models = {}
            assert find_judge() is None  # it lists no model any more
        assert judge.url == server.url and f"the server at {server.url} lists no model" in told[0]
        assert server.log[0]["headers"]["Authorization"] == f"Basic {BASIC}"
        judge = Judge(judge.address, judge.model, "unknown", judge.is_ollama, waits=(0,))
        with nothing_leaks():
            judge_answers(judge, instruction_entries(1), {"base": ["Yes."]}, tmp_path / "judgements.jsonl")
        assert (tmp_path / "judgements.jsonl").stat().st_size
        server.usual = fails(code, echo)
        with nothing_leaks((JudgeError, ValueError, LookupError)) as told:
            ask(judge, "?", {})
        assert server.url in told[0] or code == 200
