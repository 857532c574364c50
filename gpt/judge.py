"""A judge: another language model behind a server, which is asked to score answers. This room only asks.

It speaks the chat-completions protocol, which llama.cpp, vLLM, Ollama and the hosted services share. With Ollama it
speaks Ollama's own, because three things that matter cannot be set or read through the shared one there: the length
of the context (too long a prompt is cut without a word), the log-probabilities, and the digest of the model.
What is asked, how answers are kept and what they are worth: ``gpt.judgements``.

    judge = find_judge()  # None, and one line that says why, if no server answers
    reply = ask(judge, "Score this answer from 0 to 5: ...", schema)
"""

import json
import os
import time
from dataclasses import dataclass, field, replace

import requests

from gpt.addresses import keep_secrets_out_of_the_log, text_without_secrets, without_secrets

OLLAMA_URL = "http://localhost:11434"
SUGGESTED_MODEL = "llama3"  # the one with which this workload's published scores were made

# Temperature 0 and a seed, so that the same question gets the same answer; room for an answer that is a number.
# With "top_logprobs" the judge also tells how probable it found the other scores.
OPTIONS = {"temperature": 0, "seed": 123, "max_tokens": 512, "logprobs": True, "top_logprobs": 20}
OVERLOADED = (408, 425, 429, 500, 502, 503, 504)  # answers after which the same question may succeed
LONGEST_WAIT = 60  # seconds, however much longer a server asks to be left alone


class JudgeError(RuntimeError):
    """A question that got no usable answer from the server; asking it again later may help."""


class KeyRefused(ValueError):
    """The service does not take the key, so no question will be answered."""


@dataclass(frozen=True)
class Judge:
    """A server and the model that it is asked for.

    Attributes:
        url: without a slash at the end and without ``/v1``. What is kept here has no secrets, and may be printed.
        model: its name at that server.
        digest: what tells this model from another of the same name, as far as the server says; goes into the records.
        options: see ``OPTIONS``; what the server refuses is taken out by :func:`prepare`.
        context: tokens that prompt and answer may take together, set for each request; only Ollama lets us.
        waits: seconds between the tries of a question.
        timeout: seconds to wait for a connection, and for the answer. The first may have to load the model.
        api_key: is sent with each request, and never printed or saved.
        address: ``url`` as it was given, with user and password if it has them: to be asked, never printed or saved.
    """

    url: str
    model: str
    digest: str
    is_ollama: bool = False
    options: dict = field(default_factory=lambda: {**OPTIONS, "response_format": True})
    context: int | None = None
    waits: tuple = (1, 5, 20)
    timeout: tuple = (10, 300)
    api_key: str = field(default="", repr=False)
    address: str = field(default="", repr=False)

    def __post_init__(self):
        object.__setattr__(self, "address", self.address or self.url)
        object.__setattr__(self, "url", _shown(self.url))


@dataclass(frozen=True)
class Reply:
    """What a judge wrote, and for each of its tokens ``(token, {token: log-probability})``, if the server tells."""

    text: str
    tokens: tuple = ()


def find_judge():
    """Return the judge that the environment names, or None after one line that says what is missing.

    ``JUDGE_URL`` is the server's address, without it that of an Ollama on this machine; ``JUDGE_MODEL`` the model,
    without it the only one that the server has; ``JUDGE_API_KEY`` a key, if the service wants one.

    Raises:
        ValueError: if the address is not one of the web.
        KeyRefused: if the service wants another key.
        LookupError: if the server does not have the model that ``JUDGE_MODEL`` names.
    """
    url = (os.environ.get("JUDGE_URL") or OLLAMA_URL).rstrip("/").removesuffix("/v1")
    if not url.startswith(("http://", "https://")):
        url = _shown(url)
        raise ValueError(f"The environment variable JUDGE_URL is {url!r}: expected an address like {OLLAMA_URL}.")
    # A key read from a file often ends with a line break, which no header may hold.
    key = os.environ.get("JUDGE_API_KEY", "").strip()
    judge = Judge(url, os.environ.get("JUDGE_MODEL", ""), "unknown", api_key=key)
    try:
        judge, models = _look_around(judge)
    except requests.RequestException as error:
        print(
            f"No judge: nothing answers at {judge.url} ({type(error).__name__}). Start Ollama or a server of your own "
            "(docs/data-and-judge.md), or set JUDGE_URL."
        )
        return None
    return _choose_model(judge, models)


def ask(judge, prompt, schema):
    """Send one question, again if the server is overloaded or the connection breaks off, and return its reply.

    Args:
        schema: the JSON schema that the answer is asked to follow. Servers may ignore it: check the answer.

    Raises:
        JudgeError: if no try got an answer, with the cause of the last one.
        LookupError: if the server does not have the model (any more).
        KeyRefused: if it refuses the key.
        ValueError: if it refuses the question for good: too long for the context, for example.
    """
    for wait in (*judge.waits, None):
        try:
            return _ask_once(judge, prompt, schema)
        except (JudgeError, requests.RequestException) as error:
            cause = _quote(judge, f"{type(error).__name__}: {error}")
            asked_to_wait = getattr(error, "seconds", 0)
        if wait is not None:
            time.sleep(min(max(wait, asked_to_wait), LONGEST_WAIT))
    raise JudgeError(f"The judge at {judge.url} gave no answer in {len(judge.waits) + 1} tries ({cause}).")


def prepare(judge, longest_prompt, schema):
    """Ask the longest question once, for three reasons, and return the judge to ask all others.

    It shows at once whether the longest prompt fits into the context. Options that this server does not take are
    found, said and left out. And the first answer after a model was loaded can differ from later ones: it is not used.

    Raises:
        JudgeError, LookupError, ValueError: as :func:`ask`.
    """
    if judge.is_ollama:
        # A token is at least one byte of the text, so this is enough for any model's vocabulary.
        needed = len(longest_prompt.encode("utf-8")) + judge.options.get("max_tokens", 512) + 64
        judge = replace(judge, context=-(-needed // 1024) * 1024)
        _require_context(judge)
    while True:
        try:
            ask(judge, longest_prompt, schema)
            return judge
        except ValueError as error:
            # Refusals quote the option's name, or for "response_format" what is in it, or Ollama's name for it.
            message = str(error).replace("format" if judge.is_ollama else "json_schema", "response_format")
            refused = [name for name in judge.options if name in message]
            if "context" in message or not refused:
                raise
            # Each of the two options about log-probabilities is useless without the other.
            gone = [name for name in judge.options if name in refused or "logprobs" in refused and "logprobs" in name]
            judge = replace(judge, options={name: judge.options[name] for name in judge.options if name not in gone})
            print(f"The judge at {judge.url} does not take {', '.join(gone)}: asked without.")


def _look_around(judge):
    """Return the judge with its protocol, and the models of its server, ``{name: digest}``."""
    version = _fetch(judge, "/api/version")
    if version is not None and "version" in version:
        listed = (_fetch(judge, "/api/tags") or {}).get("models") or []
        return replace(judge, is_ollama=True), {model["name"]: model.get("digest", "unknown") for model in listed}
    listed = (_fetch(judge, "/v1/models") or {}).get("data") or []
    # There is no digest in this protocol. llama.cpp tells size and number of parameters, others nothing.
    facts = {model["id"]: model.get("meta") for model in listed}
    return judge, {name: json.dumps(meta, sort_keys=True) if meta else "unknown" for name, meta in facts.items()}


def _fetch(judge, path, body=None):
    """The JSON object at a path of the server, or None if there is none."""
    method = "GET" if body is None else "POST"
    keep_secrets_out_of_the_log()
    address, timeout = judge.address + path, judge.timeout[0]
    response = requests.request(method, address, json=body, headers=_headers(judge), timeout=timeout)
    _require_key(judge, response)
    try:
        found = response.json() if response.ok else None
    except requests.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _choose_model(judge, models):
    wanted = next((name for name in (judge.model, f"{judge.model}:latest") if name in models), None)
    if wanted:
        return replace(judge, model=wanted, digest=models[wanted])
    if judge.model and not models and not judge.is_ollama:
        return judge  # some services list no models
    if judge.model:
        raise LookupError(_missing(judge, models))
    if len(models) == 1:
        name, digest = models.popitem()
        return replace(judge, model=name, digest=digest)
    if models:
        print(f"No judge: set JUDGE_MODEL to one of the models at {judge.url}: {', '.join(sorted(models))}.")
    else:
        advice = f"fetch one: ollama pull {SUGGESTED_MODEL}" if judge.is_ollama else "set JUDGE_MODEL"
        print(f"No judge: the server at {judge.url} lists no model; {advice}.")
    return None


def _missing(judge, models=()):
    advice = f"fetch it: ollama pull {judge.model}" if judge.is_ollama else "set JUDGE_MODEL to one that it has"
    has = f" It has: {', '.join(sorted(models))}." if models else ""
    return f"The server at {judge.url} has no model {judge.model!r}; {advice}.{has}"


def _require_context(judge):
    """Raise a ValueError if a model of Ollama's was not made for contexts as long as the one needed."""
    try:
        shown = _fetch(judge, "/api/show", {"model": judge.model}) or {}
    except requests.RequestException as error:
        raise JudgeError(f"The judge at {judge.url} does not tell its context ({type(error).__name__}).") from None
    sizes = shown.get("model_info") or {}
    longest = next((size for name, size in sizes.items() if name.endswith(".context_length")), None)
    if longest and longest < judge.context:
        raise ValueError(
            f"The judge {judge.model!r} has a context of {longest} tokens, and the longest prompt may need "
            f"{judge.context}: choose a judge with a longer context, or shorten that entry."
        )


def _ask_once(judge, prompt, schema):
    path, body = ("/api/chat", _ollama_body) if judge.is_ollama else ("/v1/chat/completions", _chat_body)
    response = requests.post(
        judge.address + path, json=body(judge, prompt, schema), headers=_headers(judge), timeout=judge.timeout
    )
    _require_key(judge, response)
    if response.ok:
        return _read(judge, response)
    message = _quote(judge, response.text)
    if response.status_code in OVERLOADED:
        error = JudgeError(f"HTTP {response.status_code}: {message}")
        wanted = response.headers.get("Retry-After", "")
        error.seconds = int(wanted) if wanted.isdecimal() else 0
        raise error
    if response.status_code == 404 and "model" in message:
        raise LookupError(_missing(judge))
    raise ValueError(f"The judge at {judge.url} refuses the question (HTTP {response.status_code}): {message}")


def _require_key(judge, response):
    if response.status_code in (401, 403):
        raise KeyRefused(f"The judge at {judge.url} refuses the key in JUDGE_API_KEY (HTTP {response.status_code}).")


def _chat_body(judge, prompt, schema):
    options = dict(judge.options)
    if options.pop("response_format", False):
        named = {"name": "judgement", "strict": True, "schema": schema}
        options["response_format"] = {"type": "json_schema", "json_schema": named}
    messages = [{"role": "user", "content": prompt}]
    return {"model": judge.model, "messages": messages, "stream": False, **options}


def _ollama_body(judge, prompt, schema):
    options = dict(judge.options)
    # Outside of "options" Ollama ignores temperature and seed without a word.
    inner = {name: options.pop(name) for name in ("temperature", "seed") if name in options}
    inner |= {"num_ctx": judge.context or 4096, "num_predict": options.pop("max_tokens", 512)}
    if options.pop("response_format", False):
        options["format"] = schema
    messages = [{"role": "user", "content": prompt}]
    return {"model": judge.model, "messages": messages, "stream": False, "options": inner, **options}


def _read(judge, response):
    """The reply in a response, which some servers stream in pieces although they were asked not to."""
    try:
        if response.headers.get("Content-Type", "").startswith(("text/event-stream", "application/x-ndjson")):
            # Of bytes, because in a text other characters than line breaks, which may stand in an answer, end lines.
            lines = [line.removeprefix(b"data:").strip() for line in response.content.splitlines()]
            pieces = [json.loads(line) for line in lines if line.startswith(b"{")]
            is_whole = pieces[-1].get("done") if judge.is_ollama else b"[DONE]" in lines
        else:
            pieces, is_whole = [response.json()], True
        errors = [piece["error"] for piece in pieces if piece.get("error")]
        if errors:
            raise JudgeError(f"the server reports an error: {errors[0]}")
        if not is_whole:
            raise JudgeError("the answer broke off in the middle")
        text, tokens = "", []
        for piece in pieces:
            if not judge.is_ollama:
                if not piece["choices"]:
                    continue  # the last piece may only count tokens
                choice = piece["choices"][0]
                piece = {"message": choice.get("message") or choice["delta"], **(choice.get("logprobs") or {})}
                piece["logprobs"] = piece.pop("content", None)
            text += piece["message"].get("content") or piece["message"].get("refusal") or ""
            tokens += piece.get("logprobs") or []
        return Reply(text, tuple((token["token"], _alternatives(token)) for token in tokens))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        found = _quote(judge, response.text)[:100]
        raise JudgeError(f"expected an answer of the protocol, found {found!r}") from error


def _alternatives(token):
    pairs = [(other["token"], other["logprob"]) for other in token.get("top_logprobs") or []]
    # Some servers write null for what is impossible; and more than 0, but for rounding, no logarithm of this kind is.
    return {text: logprob for text, logprob in pairs if isinstance(logprob, int | float) and logprob < 1}


def _headers(judge):
    return {"Authorization": f"Bearer {judge.api_key}"} if judge.api_key else {}


def _quote(judge, text):
    """The beginning of a server's text, on one line, without the key, and without secrets of addresses."""
    # They go first: of one that is cut in two, the first half would stay.
    text = text.replace(judge.api_key, "<JUDGE_API_KEY>") if judge.api_key else text
    return " ".join(text_without_secrets(text, judge.address).split())[:300]


def _shown(url):
    """The address of a server without secrets, also if its http:// was forgotten."""
    return without_secrets(url) if "://" in url else without_secrets(f"http://{url}").removeprefix("http://")
