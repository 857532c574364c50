"""A web server on this machine that answers like a judge: in Ollama's protocol or in the shared one, well or badly.

    with JudgeServer("ollama") as server:
        server.plan = [fails(503), says("no JSON")]  # then it answers as usual
        judge = find_judge_at(server)
"""

import json
import math
import os
import re
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from unittest.mock import patch

from gpt.judge import find_judge
from loopback import LoopbackServer

PATHS = {"ollama": "/api/chat", "chat": "/v1/chat/completions"}
MODEL = "small-judge:latest"
SCORE_4 = '{"score": 4}'
TOO_LONG = {  # what llama.cpp and Ollama say, word for word
    "chat": "request (6031 tokens) exceeds the available context size (4096 tokens), try increasing it",
    "ollama": "the input length exceeds the context length",
}


class JudgeServer(LoopbackServer):
    """Speaks one protocol, ``"ollama"`` or ``"chat"``; ``plan`` lists how to answer the next questions.

    Each entry of the plan is a function of the handler; after the last, ``usual`` answers. ``reply`` makes the usual
    answer, a text, of a prompt. Use it as a context.

    Attributes:
        models: ``{name: digest}``; a digest is the model's ``meta`` in the shared protocol. None: not told.
        streams: whether it answers in pieces although it is asked not to.
        key: that it asks for, or None.
        log: a dict for each request: ``path``, ``body`` (None without one) and ``headers``.
        lengths: what ``/api/show`` tells, ``model_info``.
    """

    def __init__(self, protocol, streams=False, reply=lambda prompt: SCORE_4):
        super().__init__(Handler)
        self.protocol, self.streams, self.reply, self.key = protocol, streams, reply, None
        self.models = {MODEL: "sha256:1234" if protocol == "ollama" else {"n_params": 1234}}
        self.lengths = {"general.architecture": "llama", "llama.context_length": 131072}
        self.plan, self.usual, self.log = [], says(), []

    @property
    def questions(self):
        """The bodies of the questions, in the order in which they came."""
        return [entry["body"] for entry in self.log if entry["path"] in PATHS.values()]

    @property
    def prompts(self):
        return [body["messages"][0]["content"] for body in self.questions]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # for answers in chunks

    def do_GET(self):
        self.record(None)
        models, speaks_ollama = self.server.models, self.server.protocol == "ollama"
        if self.path == "/api/version" and speaks_ollama:
            return self.send({"version": "0.21.0"})
        if self.path == "/api/tags" and speaks_ollama:
            return self.send({"models": [{"name": name, "digest": digest} for name, digest in models.items()]})
        if self.path == "/v1/models":
            listed = [{"id": name, **({} if meta is None else {"meta": meta})} for name, meta in models.items()]
            return self.send({"object": "list", "data": listed})
        self.send({"error": {"message": "File Not Found", "code": 404}}, status=404)

    def do_POST(self):
        self.record(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        if self.path == "/api/show":
            return self.send({"model_info": self.server.lengths})
        (self.server.plan.pop(0) if self.server.plan else self.server.usual)(self)

    def record(self, body):
        self.body = body
        self.server.log.append({"path": self.path, "body": body, "headers": dict(self.headers)})
        if self.server.key and self.headers.get("Authorization") != f"Bearer {self.server.key}":
            fails(401, f"Incorrect API key: {self.headers.get('Authorization')}")(self)
            raise ConnectionAbortedError

    def send(self, body, status=200, content_type="application/json", announced=0, headers=None):
        """Send an answer; with ``announced``, the Content-Length is so much larger than the body."""
        body = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode("utf-8")
        self.close_connection = True
        self.send_response(status)
        for name, value in {"Content-Type": content_type, **(headers or {})}.items():
            self.send_header(name, value)
        if "Transfer-Encoding" not in (headers or {}):
            self.send_header("Content-Length", str(len(body) + announced))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def find_judge_at(server, *, key="", model="", path=""):
    """The judge that the environment of a test names, one without patience."""
    found = {"JUDGE_URL": server.url + path, "JUDGE_MODEL": model, "JUDGE_API_KEY": key, "NO_PROXY": "127.0.0.1"}
    with patch.dict(os.environ, found):
        judge = find_judge()
    return judge and replace(judge, waits=(0, 0, 0), timeout=(5, 20))


def tokens_of(text):
    """Tokens as a model that is sure to three quarters would write them: ``[(token, {token: log-probability})]``."""
    tokens = []
    for token in re.findall(r"\d|\D+", text):
        others = {str((int(token) - 1) % 10): math.log(0.25)} if token.isdigit() else {"\n": math.log(0.25)}
        tokens.append((token, {token: math.log(0.75), **others}))
    return tokens


def says(text=None, tokens=None, **fields):
    """An entry of a plan: this text (by default what the server usually says), and ``fields`` of the message."""

    def answer(handler):
        said = handler.server.reply(handler.body["messages"][0]["content"]) if text is None else text
        pieces = tokens or (tokens_of(said) if handler.body.get("logprobs") else [(said, None)])
        in_pieces = handler.server.streams or handler.body.get("stream")
        body, content_type = encode(handler.server.protocol, said, pieces, in_pieces, fields)
        handler.send(body, content_type=content_type)

    return answer


def encode(protocol, text, tokens, in_pieces, fields=None):
    """The body and its type of an answer in one of the protocols, whole or in pieces."""
    parts = [(token, [(token, others)]) for token, others in tokens] if in_pieces else [(text, tokens)]
    bodies = []
    for content, of_part in parts:
        logprobs = [
            {
                "token": token,
                "logprob": others.get(token, -1.0),
                "top_logprobs": [{"token": other, "logprob": logprob} for other, logprob in others.items()],
            }
            for token, others in of_part
            if others is not None
        ]
        message = {"role": "assistant", "content": content, **(fields or {})}
        if protocol == "ollama":
            bodies.append({"message": message, "done": not in_pieces, **({"logprobs": logprobs} if logprobs else {})})
        else:
            choice = {"index": 0, "delta" if in_pieces else "message": message}
            bodies.append({"choices": [{**choice, "logprobs": {"content": logprobs} if logprobs else None}]})
    if not in_pieces:
        return json.dumps(bodies[0], ensure_ascii=False).encode("utf-8"), "application/json"
    if protocol == "ollama":
        bodies.append({"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"})
        lines = [json.dumps(body, ensure_ascii=False) for body in bodies]
        return "\n".join(lines).encode("utf-8"), "application/x-ndjson"
    bodies.insert(0, {"choices": [{"index": 0, "delta": {"role": "assistant", "content": None}}]})
    bodies.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    bodies.append({"choices": [], "usage": {"total_tokens": 123}})
    lines = [f"data: {json.dumps(body, ensure_ascii=False)}" for body in bodies] + ["data: [DONE]"]
    return "\n\n".join(lines).encode("utf-8"), "text/event-stream; charset=utf-8"


def sends(body, content_type="application/json", **changes):
    """An entry of a plan: this body, whatever it is."""
    return lambda handler: handler.send(body, content_type=content_type, **changes)


def fails(status, message="try again later", **headers):
    """An entry of a plan: this HTTP status and message, with these headers (``Retry_After="1"``)."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def answer(handler):
        error = message if handler.server.protocol == "ollama" else {"message": message, "code": status}
        handler.send({"error": error}, status=status, headers=headers)

    return answer


def refuses(*options):
    """The usual answers of a server that does not take some options, and says so one after the other."""

    def answer(handler):
        named = str(handler.body)
        for option in options:
            if f"'{option}'" in named:
                return fails(400, f"Unsupported parameter: '{option}' is not supported with this model.")(handler)
        return says()(handler)

    return answer


def breaks_off(how):
    """An entry of a plan: a good answer that ends too early.

    Args:
        how: "length" (shorter than announced), "chunks" (no last chunk), "end" (whole HTTP, but the last part of a
            stream is missing), "silence" (no byte of an answer), "hang" (nothing comes, and the connection stays).
    """

    def answer(handler):
        if how == "hang":
            handler.server.stopped.wait(10)
        if how in ("hang", "silence"):
            handler.close_connection = True
            return
        protocol, in_pieces = handler.server.protocol, handler.server.streams or how == "end"
        body, content_type = encode(protocol, SCORE_4, tokens_of(SCORE_4), in_pieces)
        if how == "length":
            handler.send(body[:-10], content_type=content_type, announced=10)
        elif how == "chunks":
            chunk = b"%x\r\n%s\r\n" % (len(body), body)
            handler.send(chunk, content_type=content_type, headers={"Transfer-Encoding": "chunked"})
        else:
            handler.send(body[: body.rindex(b"\n")], content_type=content_type)

    return answer
