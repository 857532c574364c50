"""The prompt of a training, as the programs that serve a model want it: llama.cpp, Hugging Face, Ollama.

A program for chats sends messages and knows nothing of the form in which a model was trained. That form stands in a
template beside the weights: in Jinja for llama.cpp and Hugging Face transformers, in Go's template language for Ollama.
Both are made here of a ``gpt.templates.Template``, so that a model is asked as it was trained wherever it runs.

    jinja_template(ALPACA)    # tokenizer.chat_template of a GGUF file
    ollama_template(ALPACA)   # TEMPLATE of a Modelfile

As in ``gpt.chat``, every question stands alone: earlier turns and system messages are not shown to the model. The first
line of a message is the instruction; what follows is its input.
"""

import json
from pathlib import Path
from typing import NamedTuple

from gpt.files import write_atomically
from gpt.limits import require_whole_number
from gpt.templates import ALPACA
from gpt.tokenizer import END_OF_TEXT

# Characters for private use, which stand in no text: where they are found, instruction and input were put.
_INSTRUCTION, _INPUT = "\ue000", "\ue001"


class Form(NamedTuple):
    """What a template writes around an instruction without an input, and around one with it."""

    alone: tuple[str, str]  # before and after the instruction
    with_input: tuple[str, str, str]  # before the instruction, between the two, after the input


def form_of(template):
    """Find out what a template writes around its entries, by letting it write some.

    Raises:
        ValueError: if it does more than put instruction and input, once each and in this order, into a fixed text.
    """

    def prompt(instruction, input_text):
        return template.prompt({"instruction": instruction, "input": input_text, "output": ""})

    def cut(text, *marks):
        parts = []
        for mark in marks:
            part, found, text = text.partition(mark)
            if not found or mark in text:
                _refuse(template)
            parts.append(part)
        return (*parts, text)

    form = Form(cut(prompt(_INSTRUCTION, ""), _INSTRUCTION), cut(prompt(_INSTRUCTION, _INPUT), _INSTRUCTION, _INPUT))
    for instruction, input_text in (("Name one thing.", ""), (" two\n\nLines ", " an INPUT\n of two ")):
        around = form.with_input if input_text else form.alone
        texts = (instruction, input_text, "") if input_text else (instruction, "")
        if prompt(instruction, input_text) != "".join(a + text for a, text in zip(around, texts, strict=True)):
            _refuse(template)
    return form


def _refuse(template):
    raise ValueError(
        f"The template {template.name!r} cannot be written for other programs: expected one that puts an entry's "
        "instruction and input, once each and in this order, into a fixed text. It does something else with them; "
        "pass template=None, and send such a model whole prompts instead of messages."
    )


def jinja_template(template=ALPACA):
    """The prompt in Jinja, as ``tokenizer.chat_template`` in a GGUF file or ``chat_template`` of Hugging Face.

    It takes ``messages``, a list of ``{"role": ..., "content": ...}``, and shows the last one of the user. In it, the
    instruction ends at the first line break, or where the template's own heading of the input stands. With
    ``add_generation_prompt``, what the training has before an answer is added, so that no answer begins with it.

    Raises:
        ValueError: see :func:`form_of`.
    """
    form = form_of(template)
    (before_alone, after_alone), (before, between, after) = (map(_quoted, around) for around in form)
    return (
        "{%- set last = namespace(text='') -%}"
        "{%- for message in messages if message['role'] == 'user' -%}"
        "{%- set last.text = message['content'] | trim -%}"
        "{%- endfor -%}"
        f"{{%- set parts = last.text.split({between} if {between} in last.text else '\\n', 1) -%}}"
        "{%- if parts | length > 1 -%}"
        f"{{{{- {before} + (parts[0] | trim) + {between} + (parts[1] | trim) + {after} -}}}}"
        "{%- else -%}"
        f"{{{{- {before_alone} + last.text + {after_alone} -}}}}"
        "{%- endif -%}"
        f"{{%- if add_generation_prompt -%}}{{{{- {_quoted(_generation_prompt(template))} -}}}}{{%- endif -%}}"
    )


def _generation_prompt(template):
    """What stands before an answer, without a space at its end: a space belongs to the token of the word behind it."""
    return template.before_answer.rstrip(" ")


def _quoted(text):
    """A text as a string in Jinja's code."""
    return json.dumps(text, ensure_ascii=False)


def ollama_template(template=ALPACA):
    """The prompt in Ollama's form of Go's template language, for TEMPLATE in a Modelfile.

    It shows the last message alone, the whole of it as the instruction: Go's templates cannot cut a text. An input is
    written below the template's own heading (Alpaca: ``### Input:``), as the model has seen it in training.

    Raises:
        ValueError: see :func:`form_of`.
    """
    before, after = form_of(template).alone
    after += _generation_prompt(template)
    return (
        "{{ range $i, $message := .Messages }}{{ if eq (len (slice $.Messages $i)) 1 }}"
        f"{_escaped(before)}{{{{ $message.Content }}}}{_escaped(after)}"
        "{{ end }}{{ end }}"
    )


def _escaped(text):
    """A text as Go's templates write it unchanged."""
    return text.replace("{{", '{{ "{{" }}')


def write_modelfile(path, gguf_path, *, context_length, template=ALPACA, max_new_tokens=256):
    """Write a Modelfile, with which ``ollama create NAME -f Modelfile`` takes a GGUF file over.

    The parameters give the answers of notebook 06: always the most probable token, and none made less probable because
    it has been used, which is Ollama's habit and would spoil copies.

    Args:
        gguf_path: the model; written relative to the Modelfile if it lies in the same folder.
        context_length: of the model.
        template: the one of the training.
        max_new_tokens: where an answer that does not end is cut.

    Raises:
        ValueError: if the template cannot be written, see :func:`form_of`; or for a number below 1, which Ollama would
            take for no limit at all.
    """
    require_whole_number("context_length", context_length, 1)
    require_whole_number("max_new_tokens", max_new_tokens, 1)
    path, gguf_path = Path(path), Path(gguf_path)
    here = gguf_path.resolve().parent == path.resolve().parent
    found = f"./{gguf_path.name}" if here else gguf_path.resolve().as_posix()
    prompt = ollama_template(template)
    if '"""' in prompt:
        raise ValueError(f'The template {template.name!r} holds three quotation marks ("""), which end a text there.')
    lines = [
        f"FROM {found}",
        f'TEMPLATE """{prompt}"""',
        "PARAMETER temperature 0",
        "PARAMETER repeat_penalty 1",
        f"PARAMETER num_ctx {context_length}",
        f"PARAMETER num_predict {max_new_tokens}",
        f'PARAMETER stop "{END_OF_TEXT}"',
    ]
    write_atomically(path, ("\n".join(lines) + "\n").encode("utf-8"))
