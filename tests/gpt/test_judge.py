"""The client of a judge, against a server on this machine that speaks both protocols, whole and in pieces."""

import json
import math
import time
from dataclasses import replace

import pytest

from gpt.judge import OPTIONS, SUGGESTED_MODEL, JudgeError, Reply, ask, find_judge, prepare
from judge_server import (
    MODEL,
    PATHS,
    SCORE_4,
    TOO_LONG,
    JudgeServer,
    breaks_off,
    encode,
    fails,
    find_judge_at,
    refuses,
    says,
    sends,
    tokens_of,
)

SCHEMA = {"type": "object", "properties": {"score": {"type": "integer"}}, "required": ["score"]}
KEY = "sk-very-secret-0123456789-ABCDEFGHIJ"
PROTOCOLS = ("ollama", "chat")


@pytest.fixture(params=PROTOCOLS)
def protocol(request):
    return request.param


@pytest.fixture(params=[False, True], ids=["whole", "streamed"])
def server(request, protocol):
    with JudgeServer(protocol, streams=request.param) as server:
        yield server


@pytest.fixture
def whole(protocol):
    with JudgeServer(protocol) as server:
        yield server


def question(server, **changes):
    return ask(replace(find_judge_at(server), **changes), "How good is it?", SCHEMA)


def refused(server, kind=ValueError, **changes):
    with pytest.raises(kind) as caught:
        question(server, **changes)
    return str(caught.value)


# Answers


def test_the_answer_is_read_with_the_probabilities_of_its_tokens(server):
    assert question(server) == Reply(SCORE_4, tuple(tokens_of(SCORE_4)))
    assert ("4", {"4": math.log(0.75), "3": math.log(0.25)}) in question(server).tokens


def test_both_protocols_come_to_the_same_reply():
    replies = []
    for name in PROTOCOLS:
        for streams in (False, True):
            with JudgeServer(name, streams) as server:
                replies.append(question(server))
                assert server.questions and server.log[-1]["path"] == PATHS[name]
    assert replies[0].tokens and replies == replies[:1] * 4


def test_a_server_that_tells_no_probabilities_gives_a_reply_without(server):
    server.usual = says(SCORE_4, tokens=[(SCORE_4, None)])
    assert question(server) == Reply(SCORE_4, ())


def test_probabilities_that_are_no_numbers_are_left_out(server):
    server.usual = says("4", tokens=[("4", {"4": -0.1, "3": None, "2": float("nan"), "1": 1e9})])
    assert question(server).tokens == (("4", {"4": -0.1}),)


def test_an_empty_answer_is_a_reply_for_the_caller_to_judge(server):
    server.usual = says("", tokens=[("", None)])
    assert question(server) == Reply("", ())
    assert len(server.questions) == 1


def test_a_refusal_is_a_reply_in_its_own_words(server):
    server.usual = says("", tokens=[("", None)], refusal="I cannot help with that.")
    assert question(server).text == "I cannot help with that."
    server.usual = says("I'm sorry, but I cannot judge this.")
    assert question(server).text == "I'm sorry, but I cannot judge this."


@pytest.mark.parametrize("text", ["a\u2028b", "a\x85b\x0bc", "naïve 漢字 😀", 'a\nb\\n"{}'])
def test_every_character_of_an_answer_arrives(server, text):
    server.usual = says(text)
    assert question(server).text == text


def test_the_last_part_of_a_stream_may_only_count_tokens():
    body, _ = encode("chat", SCORE_4, tokens_of(SCORE_4), in_pieces=True)
    assert b'"choices": []' in body  # so the servers of these tests stream as OpenAI's does
    with JudgeServer("chat", streams=True) as server:
        assert question(server).text == SCORE_4


# What is asked


def test_ollama_is_asked_with_its_own_names():
    with JudgeServer("ollama") as server:
        ask(replace(find_judge_at(server), context=8192), "How good is it?", SCHEMA)
    assert server.questions == [
        {
            "model": MODEL,
            "messages": [{"role": "user", "content": "How good is it?"}],
            "stream": False,
            "format": SCHEMA,
            "options": {"temperature": 0, "seed": 123, "num_ctx": 8192, "num_predict": 512},
            "logprobs": True,
            "top_logprobs": 20,
        }
    ]


def test_other_servers_are_asked_in_the_shared_protocol():
    with JudgeServer("chat") as server:
        question(server)
    named = {"name": "judgement", "strict": True, "schema": SCHEMA}
    assert server.questions == [
        {
            "model": MODEL,
            "messages": [{"role": "user", "content": "How good is it?"}],
            "stream": False,
            "response_format": {"type": "json_schema", "json_schema": named},
            **OPTIONS,
        }
    ]
    assert OPTIONS["temperature"] == 0 and "seed" in OPTIONS


# Failures after which the same question may succeed

PASSING = {
    "429": fails(429),
    "500": fails(500),
    "503": fails(503),
    "wrong JSON": sends(b'{"choices": [{"mess'),
    "no JSON": sends(b"<html>welcome</html>", content_type="text/html"),
    "other JSON": sends(b'{"choices": "none", "message": 3}'),
    "a list": sends(b"[1, 2]"),
    "nothing": sends(b""),
    "an empty event stream": sends(b"", content_type="text/event-stream"),
    "an empty stream of lines": sends(b"", content_type="application/x-ndjson"),
    "an error with HTTP 200": sends(b'{"error": {"message": "out of memory"}}'),
    "shorter than announced": breaks_off("length"),
    "without the last chunk": breaks_off("chunks"),
    "without the last part of the stream": breaks_off("end"),
    "no answer at all": breaks_off("silence"),
}


@pytest.mark.parametrize("name", PASSING)
def test_a_failure_that_may_pass_is_asked_again(server, name):
    server.plan = [PASSING[name], PASSING[name]]
    assert question(server).text == SCORE_4
    assert len(server.questions) == 3 and server.questions[0] == server.questions[2]


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("429", "HTTP 429: .*try again later"),
        ("500", "HTTP 500: .*try again later"),
        ("503", "HTTP 503: .*try again later"),
        ("wrong JSON", "expected an answer of the protocol, found '{\"choices\": "),
        ("no JSON", "expected an answer of the protocol, found '<html>welcome</html>'"),
        ("an error with HTTP 200", "the server reports an error: .*out of memory"),
        # Before urllib3 2, only the missing end of the answer shows it.
        ("shorter than announced", "IncompleteRead|ChunkedEncodingError|expected an answer of the protocol|broke off"),
        ("without the last chunk", "ChunkedEncodingError"),
        ("without the last part of the stream", "the answer broke off in the middle"),
        ("no answer at all", "ConnectionError"),
    ],
)
def test_after_four_tries_the_last_cause_is_told(server, name, cause):
    server.usual = PASSING[name]
    with pytest.raises(JudgeError, match=cause) as caught:
        question(server)
    assert str(caught.value).startswith(f"The judge at {server.url} gave no answer in 4 tries (")
    assert len(server.questions) == 4


def test_an_error_inside_of_a_stream_is_told(protocol):
    with JudgeServer(protocol, streams=True) as server:
        body, content_type = encode(protocol, SCORE_4, tokens_of(SCORE_4), in_pieces=True)
        first, *_, last = body.split(b"\n")
        before = b"data: " if protocol == "chat" else b""
        server.usual = sends(b"\n".join([first, before + b'{"error": "the GPU is gone"}', last]), content_type)
        assert "the server reports an error: the GPU is gone" in refused(server, JudgeError)


def test_a_server_that_does_not_answer_in_time_is_asked_again(server):
    server.plan = [breaks_off("hang")]
    started = time.monotonic()
    assert question(server, timeout=(1, 0.3)).text == SCORE_4
    assert 0.3 <= time.monotonic() - started < 2.5 and len(server.questions) >= 2


def test_silence_is_told_as_the_cause(whole):
    whole.usual = breaks_off("hang")
    assert "Read timed out" in refused(whole, JudgeError, timeout=(1, 0.1), waits=(0,))
    assert len(whole.questions) == 2


def test_the_wait_that_a_server_asks_for_is_kept(whole):
    whole.plan = [fails(429, Retry_After="1")]
    started = time.monotonic()
    assert question(whole).text == SCORE_4
    assert time.monotonic() - started >= 1


def test_no_server_makes_us_wait_for_an_hour(whole, monkeypatch):
    waited = []
    monkeypatch.setattr("gpt.judge.time.sleep", waited.append)
    whole.plan = [fails(429, Retry_After="3600"), fails(503, Retry_After="Wed, 21 Oct 2026 07:28:00 GMT"), fails(503)]
    assert question(whole, waits=(1, 5, 20)).text == SCORE_4
    assert waited == [60, 5, 20]


# Failures that asking again does not mend


def test_too_long_a_question_is_refused_at_once_in_the_words_of_the_server(server, protocol):
    server.usual = fails(400, TOO_LONG[protocol])
    message = refused(server)
    assert TOO_LONG[protocol] in message and "refuses the question (HTTP 400)" in message
    assert len(server.questions) == 1


def test_a_model_that_is_gone_is_named_with_what_to_do(whole, protocol):
    whole.usual = fails(404, f"model '{MODEL}' not found")
    message = refused(whole, LookupError)
    assert f"has no model '{MODEL}'" in message and len(whole.questions) == 1
    assert (f"ollama pull {MODEL}" if protocol == "ollama" else "set JUDGE_MODEL to one that it has") in message


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_told_at_once(whole, status):
    whole.usual = fails(status, "no")
    assert refused(whole) == f"The judge at {whole.url} refuses the key in JUDGE_API_KEY (HTTP {status})."
    assert len(whole.questions) == 1


def test_a_refused_key_is_told_when_the_server_is_looked_for(whole):
    whole.key = KEY
    with pytest.raises(ValueError, match=r"refuses the key in JUDGE_API_KEY \(HTTP 401\)"):
        find_judge_at(whole, key="another key")


# Getting ready


def test_the_longest_question_is_asked_once_before_all_others(server):
    judge = prepare(find_judge_at(server), "long " * 50, SCHEMA)
    assert server.prompts == ["long " * 50]
    assert judge.options == find_judge_at(server).options


@pytest.mark.parametrize(
    ("protocol", "refused_names", "gone"),
    [
        ("chat", ["temperature"], ["temperature"]),
        ("chat", ["seed"], ["seed"]),
        ("chat", ["max_tokens"], ["max_tokens"]),
        ("chat", ["logprobs"], ["logprobs", "top_logprobs"]),
        ("chat", ["top_logprobs"], ["logprobs", "top_logprobs"]),
        ("chat", ["response_format"], ["response_format"]),
        ("chat", ["json_schema"], ["response_format"]),
        ("chat", ["seed", "logprobs", "json_schema"], ["seed", "logprobs", "top_logprobs", "response_format"]),
        ("ollama", ["top_logprobs"], ["logprobs", "top_logprobs"]),
        ("ollama", ["format"], ["response_format"]),
    ],
)
def test_options_that_a_server_refuses_are_left_out_and_said(capsys, protocol, refused_names, gone):
    with JudgeServer(protocol) as server:
        judge = find_judge_at(server)
        server.usual = refuses(*refused_names)
        ready = prepare(judge, "How good is it?", SCHEMA)
        assert set(judge.options) - set(ready.options) == set(gone)
        said = capsys.readouterr().out
        assert all(name in said for name in gone)
        assert said.count(f"The judge at {server.url} does not take ") == len(said.splitlines()) == len(refused_names)
        assert ask(ready, "Another question", SCHEMA).text == SCORE_4
        assert len(server.questions) == len(refused_names) + 2  # nothing is refused any more


def test_a_context_that_is_too_short_is_not_taken_for_an_option(whole, protocol):
    whole.usual = fails(400, f"{TOO_LONG[protocol]}; lower max_tokens")
    with pytest.raises(ValueError, match="context"):
        prepare(find_judge_at(whole), "How good is it?", SCHEMA)
    assert len(whole.questions) == 1


def test_other_refusals_are_the_callers(whole):
    whole.usual = fails(400, "the prompt was filtered")
    with pytest.raises(ValueError, match=r"refuses the question \(HTTP 400\).*the prompt was filtered"):
        prepare(find_judge_at(whole), "How good is it?", SCHEMA)
    assert len(whole.questions) == 1


@pytest.mark.parametrize("prompt", ["short", "x" * 5000, "漢" * 5000])
def test_ollama_is_given_a_context_for_the_longest_question_and_its_answer(prompt):
    with JudgeServer("ollama") as server:
        judge = prepare(find_judge_at(server), prompt, SCHEMA)
        ask(judge, "short", SCHEMA)
    first, later = (body["options"]["num_ctx"] for body in server.questions)
    assert first == later == judge.context  # another one would make Ollama load the model again
    assert len(prompt.encode("utf-8")) + 512 < first <= len(prompt.encode("utf-8")) + 512 + 1024 + 64


def test_a_model_with_too_short_a_context_is_refused_before_anything_is_asked():
    with JudgeServer("ollama") as server:
        judge = find_judge_at(server)
        server.lengths["llama.context_length"] = 2048
        prepare(judge, "x" * 1000, SCHEMA)
        asked = len(server.questions)
        with pytest.raises(ValueError, match=f"The judge '{MODEL}' has a context of 2048 tokens.*longer context"):
            prepare(judge, "x" * 3000, SCHEMA)
        assert len(server.questions) == asked


def test_the_length_of_the_context_is_asked_for_with_the_key():
    with JudgeServer("ollama") as server:
        server.key, server.lengths = KEY, {"llama.context_length": 100}
        with pytest.raises(ValueError, match="a context of 100 tokens"):
            prepare(find_judge_at(server, key=KEY), "How good is it?", SCHEMA)


def test_a_server_that_does_not_tell_the_context_is_asked_all_the_same():
    with JudgeServer("ollama") as server:
        server.lengths = {}
        assert prepare(find_judge_at(server), "How good is it?", SCHEMA).context == 1024


def test_a_server_that_is_gone_is_told_as_a_failure_of_the_judge(protocol):
    with JudgeServer(protocol) as server:
        judge = find_judge_at(server)
    with pytest.raises(JudgeError, match=f"The judge at {server.url} "):
        prepare(judge, "How good is it?", SCHEMA)


# The key


def test_the_key_is_sent_with_every_request_and_only_there(whole):
    whole.key = KEY
    judge = prepare(find_judge_at(whole, key=KEY), "How good is it?", SCHEMA)
    ask(judge, "How good is it?", SCHEMA)
    assert {entry["headers"].get("Authorization") for entry in whole.log} == {f"Bearer {KEY}"}
    assert KEY not in json.dumps([[entry["path"], entry["body"]] for entry in whole.log])
    assert KEY not in repr(judge) and KEY not in str(judge)


def test_without_a_key_none_is_sent(whole):
    question(whole)
    assert not any("Authorization" in entry["headers"] for entry in whole.log)


def test_a_line_break_behind_the_key_does_not_matter(whole):
    whole.key = KEY
    assert find_judge_at(whole, key=f"{KEY}\n").api_key == KEY


@pytest.mark.parametrize("before", range(0, 320, 16))  # wherever a message is cut, the key is not cut in two
@pytest.mark.parametrize("status", [200, 400, 500])
def test_a_key_that_the_server_repeats_is_in_no_message(status, before):
    with JudgeServer("chat") as server:
        judge = replace(find_judge_at(server, key=KEY), waits=())
        text = "x" * before + KEY
        server.usual = sends(text.encode()) if status == 200 else fails(status, text)
        with pytest.raises((ValueError, JudgeError)) as caught:
            ask(judge, "How good is it?", SCHEMA)
        assert KEY[:6] not in str(caught.value)


def test_a_key_that_stands_in_an_error_with_http_200_is_in_no_message(server):
    judge = find_judge_at(server, key=KEY)
    server.usual = sends(json.dumps({"error": f"no credit for {KEY}"}).encode())
    with pytest.raises(JudgeError, match="no credit for <JUDGE_API_KEY>"):
        ask(judge, "How good is it?", SCHEMA)


# Finding a judge


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/"])
def test_the_address_may_end_as_services_print_it(server, path):
    judge = find_judge_at(server, path=path)
    assert judge.url == server.url and ask(judge, "How good is it?", SCHEMA).text == SCORE_4


@pytest.mark.parametrize("url", ["localhost:11434", "ftp://localhost", "file:///etc/passwd", "llama3"])
def test_an_address_that_is_none_of_the_web_is_refused(monkeypatch, url):
    monkeypatch.setenv("JUDGE_URL", url)
    with pytest.raises(ValueError, match=f"JUDGE_URL is '{url}': expected an address like http://localhost:11434"):
        find_judge()


def test_no_server_is_said_in_one_line_with_what_to_do(capsys, protocol):
    with JudgeServer(protocol) as server:
        pass
    assert find_judge_at(server, key=KEY) is None
    said = capsys.readouterr().out
    assert said.startswith(f"No judge: nothing answers at {server.url} (ConnectionError). Start Ollama or a server")
    assert said.count("\n") == 1 and KEY not in said


def test_without_an_address_an_ollama_on_this_machine_is_looked_for(monkeypatch, capsys):
    for name in ("JUDGE_URL", "JUDGE_MODEL", "JUDGE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("gpt.judge.OLLAMA_URL", "http://127.0.0.1:9")  # the port where nobody answers
    assert find_judge() is None
    assert "nothing answers at http://127.0.0.1:9 " in capsys.readouterr().out


def test_the_only_model_is_taken_and_recorded_with_its_digest(whole, protocol):
    judge = find_judge_at(whole)
    assert judge.model == MODEL and judge.is_ollama == (protocol == "ollama")
    assert judge.digest == ("sha256:1234" if protocol == "ollama" else '{"n_params": 1234}')


def test_a_model_without_facts_about_it_has_no_digest():
    with JudgeServer("chat") as server:
        server.models = {MODEL: None}
        assert find_judge_at(server).digest == "unknown"


def test_of_several_models_one_has_to_be_chosen(whole, capsys):
    whole.models = {"b": "2", "a": "1", "c:latest": "3"}
    assert find_judge_at(whole) is None
    said = capsys.readouterr().out
    assert said == f"No judge: set JUDGE_MODEL to one of the models at {whole.url}: a, b, c:latest.\n"
    assert find_judge_at(whole, model="b").model == "b"
    assert find_judge_at(whole, model="c").model == "c:latest"
    assert find_judge_at(whole, model="c:latest").model == "c:latest"


def test_a_server_without_a_model_is_said_in_one_line(whole, protocol, capsys):
    whole.models = {}
    assert find_judge_at(whole) is None
    advice = f"fetch one: ollama pull {SUGGESTED_MODEL}" if protocol == "ollama" else "set JUDGE_MODEL"
    assert capsys.readouterr().out == f"No judge: the server at {whole.url} lists no model; {advice}.\n"


def test_a_model_that_the_server_does_not_have_is_an_error_that_lists_those_it_has(whole, protocol):
    advice = "ollama pull unheard-of" if protocol == "ollama" else "set JUDGE_MODEL to one that it has"
    with pytest.raises(LookupError, match=f"has no model 'unheard-of'; .*{advice}. It has: {MODEL}"):
        find_judge_at(whole, model="unheard-of")


def test_an_ollama_without_models_says_how_to_fetch_the_one_that_is_wanted():
    with JudgeServer("ollama") as server:
        server.models = {}
        with pytest.raises(LookupError, match="ollama pull unheard-of"):
            find_judge_at(server, model="unheard-of")


def test_a_service_that_lists_no_models_is_believed_to_have_the_one_that_is_named():
    with JudgeServer("chat") as server:
        server.models = {}
        judge = find_judge_at(server, model="gpt-9")
        assert (judge.model, judge.digest) == ("gpt-9", "unknown")
        assert ask(judge, "How good is it?", SCHEMA).text == SCORE_4
        assert server.questions[-1]["model"] == "gpt-9"
