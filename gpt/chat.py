"""Ask a fine-tuned model: an instruction and perhaps an input in, the answer out, piece by piece as it is written.

The prompt is that of the training, ``gpt.templates.ALPACA``, byte for byte: a model that was fine-tuned on one
form of question answers badly in any other. The room is used by notebook 06 and by ``python notebooks/chat.py``. Every
question stands alone; the model does not see the ones before it.

    ask("What is the opposite of warm?", "", model, tokenizer)
"""

import codecs

import torch

from gpt.generation import stream_tokens
from gpt.instructions import encode_entry
from gpt.limits import require_sampling, require_whole_number
from gpt.templates import ALPACA

LEAVE = "Ctrl-D (on Windows: Ctrl-Z, then Enter)"


def prompt_ids(instruction, input_text, tokenizer, template=ALPACA):
    """Token ids of a question in the form of the training, shape ``(1, tokens)``; whatever is typed is only text."""
    prompt = template.prompt({"instruction": instruction, "input": input_text})
    return torch.tensor([encode_entry(prompt, tokenizer, 0)])


def stream_text(tokens, tokenizer):
    """Yield the text of token ids as they come, in whole characters only.

    A token is a few bytes, and a character beyond the English alphabet has up to four, which may be in two tokens.
    Bytes that never become a character are shown as U+FFFD, as ``tokenizer.decode`` does.
    """
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    for token in tokens:
        if piece := decoder.decode(tokenizer.decode_single_token_bytes(int(token))):
            yield piece
    if piece := decoder.decode(b"", final=True):
        yield piece


def stream_response(pieces, template=ALPACA):
    """Yield the response out of the pieces of a text: without the heading before it, and white space at both ends.

    All pieces together are what ``gpt.responses.cut_out_response`` makes of the whole text.
    """
    heading = template.heading
    waiting, has_begun = "", False  # white space is held back until something comes after it
    for piece in pieces:
        waiting += piece
        if not has_begun:
            waiting = waiting.lstrip()
            if heading.startswith(waiting):
                continue  # it may still become the heading
            if waiting.startswith(heading):
                waiting = waiting.removeprefix(heading).lstrip()
                if not waiting:
                    waiting = heading
                    continue
            has_begun = True
        ready = waiting.rstrip()
        waiting = waiting[len(ready) :]
        if ready:
            yield ready
    if not has_begun and waiting.strip() != heading and waiting.strip():
        yield waiting.strip()


def require_answers(model, temperature, top_k, max_new_tokens):
    """Raise a ValueError unless a model can answer with these settings, those of :func:`ask`."""
    require_sampling(temperature, top_k, len(model.tok_emb.weight))
    require_whole_number("max_new_tokens", max_new_tokens, 1)


def ask(
    instruction, input_text, model, tokenizer, *,
    temperature=0.0, top_k=None, max_new_tokens=256, show=None, template=ALPACA,
):  # fmt: skip
    """Let the model answer, show each piece of the answer at once, and return the answer as a string.

    Args:
        model: a ``GPTModel`` with fine-tuned weights, in evaluation mode.
        temperature, top_k: see ``gpt.generation.choose_token``; 0 gives the answer of notebook 06.
        max_new_tokens: where to stop an answer that does not end; the end of the context stops it, too.
        template: the one that the model was fine-tuned with (``gpt.templates``).
        show: is called with each piece; by default it is printed. Ctrl-C ends the answer, not the program.

    Raises:
        ValueError: for a temperature, a top_k or a max_new_tokens that is out of range (``gpt.limits``); or if the
            question fills the whole context.
    """
    require_answers(model, temperature, top_k, max_new_tokens)
    show = show or (lambda piece: print(piece, end="", flush=True))
    prompt = prompt_ids(instruction, input_text, tokenizer, template).to(model.pos_emb.weight.device)
    context_length = len(model.pos_emb.weight)
    room = context_length - prompt.shape[1]
    if room < 1:
        raise ValueError(
            f"The question has {prompt.shape[1]} tokens with its headings, and the model looks at {context_length}, "
            "its own answer included. Shorten the text."
        )
    tokens = stream_tokens(
        model, prompt, min(max_new_tokens, room), context_length, temperature, top_k, tokenizer.eot_token
    )
    found, count = [], 0

    def counted():
        nonlocal count
        for token in tokens:
            count += 1
            yield token

    note = ""
    try:
        for piece in stream_response(stream_text(counted(), tokenizer), template):
            found.append(piece)
            show(piece)
    except KeyboardInterrupt:
        note = " [interrupted]"
    if not note and count == min(max_new_tokens, room):
        note = f" [stopped after {count} tokens: the answer did not end]"
    show(f"{note}\n")
    return "".join(found)


def chat(model, tokenizer, *, temperature=0.0, top_k=None, max_new_tokens=256):
    """Ask for instructions in a terminal and answer each, until the input ends or Ctrl-C is pressed at a question.

    Raises:
        ValueError: as :func:`ask`, for settings that are out of range, before the first question.
    """
    require_answers(model, temperature, top_k, max_new_tokens)
    print(f"Type an instruction and, if it needs one, an input. To leave: {LEAVE}.")
    print("Each question stands alone: the model does not remember the ones before.")
    options = {"temperature": temperature, "top_k": top_k, "max_new_tokens": max_new_tokens}
    try:
        while True:
            instruction = input("\nInstruction: ").strip()
            if not instruction:
                print(f"Nothing was typed. To leave: {LEAVE}.")
                continue
            input_text = input("Input (Enter for none): ").strip()
            print()
            try:
                ask(instruction, input_text, model, tokenizer, **options)
            except ValueError as error:
                print(error)
    except (EOFError, KeyboardInterrupt):
        print("\nGoodbye.")
