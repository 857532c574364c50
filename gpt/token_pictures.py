"""Text as the model sees it: an entry's tokens with their losses, a batch's tokens with what each is there for.

Every token stands in a box of its own. What the colours say, numbers and words say, too, so that a picture can be read
without its styles, and the plain text beside it shows the same tokens. Where a head looks is in
``gpt.attention_pictures``.

    loss_xray({"Before fine-tuning": entry_losses(model, tokenizer, val_data[0])})
    batch_xray(inputs, targets, tokenizer)
"""

import html
import textwrap
from typing import NamedTuple

import torch

from gpt.instructions import custom_collate_fn, encode_entry
from gpt.model import require_known_ids
from gpt.pictures import BLUE, CELL, GREY, INK, ORANGE, PAPER, SKY, Page, tinted
from gpt.templates import ALPACA

SURPRISING, VERY_SURPRISING = 1.0, 4.0  # nats: from here on the loss is written, from here on in bold
WIDTH = 100  # characters in a line of plain text

# ---------------------------------------------------------------------------------------------------------------
# Tokens one can read
# ---------------------------------------------------------------------------------------------------------------


def readable(raw):
    r"""Write the bytes of a token so that one sees all of them: a space as ``·``, a line break as ``↵``.

    What cannot be seen, and bytes that are only a part of a character, are written as in Python: ``\t``, ``\xe2``.
    """
    text = raw.decode("utf-8", errors="backslashreplace").replace(" ", "·").replace("\n", "↵")
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )


def readable_tokens(token_ids, tokenizer):
    """The tokens of a list of ids, each as :func:`readable` writes it."""
    return [readable(tokenizer.decode_single_token_bytes(token_id)) for token_id in token_ids]


def box(text, *, fill="#FFFFFF", line="1px solid #999999", below="", note="", hint="", tag=None):
    """A token's box in HTML. Everything is escaped here.

    Args:
        text: the token, as :func:`readable` writes it.
        fill, line, below: its background, its border, and the border below if that is another one.
        note: what is written under it; without styles it stands after it, as a small lower number.
        hint: what is shown when the mouse points at it.
        tag: an element around the text that is seen without styles, such as ``b`` (bold) or ``s`` (struck through).
    """
    shown = html.escape(text)
    if tag:
        shown = f"<{tag}>{shown}</{tag}>"
    if note:
        shown += f'<sub style="display:block;font-size:75%;line-height:1.2">{note}</sub>'
    style = f"display:inline-block;vertical-align:top;margin:1px;padding:0 2px;background:{fill};color:{INK}"
    style += f";border:{line}" + (f";border-bottom:{below}" if below else "")
    hint = f' title="{html.escape(hint)}"' if hint else ""
    return f'<span style="{style}"{hint}>{shown}</span>'


def wrapped(words, first_indent="    ", indent="    "):
    """Words in lines of at most ``WIDTH`` characters, as one text."""
    return textwrap.fill(
        " ".join(words), WIDTH, initial_indent=first_indent, subsequent_indent=indent, break_on_hyphens=False
    )


# ---------------------------------------------------------------------------------------------------------------
# Loss X-ray
# ---------------------------------------------------------------------------------------------------------------


class TokenLoss(NamedTuple):
    """A token of an entry, what it cost the model, and whether it belongs to the response."""

    text: str  # as readable() writes it
    loss: float | None  # in nats; None if the loss does not count it
    in_response: bool


def entry_losses(model, tokenizer, entry):
    """Read an entry with its expected output as in training, and return what each of its tokens costs.

    Args:
        entry: a dict with ``instruction``, ``input`` and ``output``.

    Returns:
        A list of ``TokenLoss``, one for each token of prompt, heading and output, and one for the end-of-text token
        after them; cut where the model's context ends. The first has no loss, because nothing predicts it. The mean of
        the others is what ``gpt.training.calc_loss_batch`` gives for the entry.
    """
    prompt = ALPACA.prompt(entry) + ALPACA.before_answer
    token_ids = encode_entry(ALPACA.full_text(entry), tokenizer, 0)
    inputs, targets = custom_collate_fn(
        [token_ids], tokenizer.eot_token, allowed_max_length=model.pos_emb.num_embeddings
    )
    return row_losses(model, tokenizer, inputs[0], targets[0], prompt_bytes=len(prompt.encode("utf-8")))


def row_losses(model, tokenizer, inputs, targets, *, prompt_bytes=None):
    """Return what each token of a batch's row costs, as :func:`entry_losses` does for an entry.

    Args:
        inputs, targets: a row of what ``gpt.instructions.custom_collate_fn`` makes, both of shape ``(tokens,)``.
        prompt_bytes: where the response begins; by default behind the first heading ``### Response:``.

    Returns:
        A list of ``tokens + 1`` times ``TokenLoss``: the first input, then for each target its token and loss. Targets
        of -100 have no loss.
    """
    device = model.pos_emb.weight.device
    require_known_ids(model, inputs, targets)
    was_training = model.training
    model.eval()  # no dropout
    with torch.no_grad():
        logits = model(inputs.unsqueeze(0).to(device))[0].float().cpu()
    model.train(was_training)
    targets = targets.cpu()
    losses = torch.nn.functional.cross_entropy(logits, targets, reduction="none").tolist()
    counted = [None, *(loss if target != -100 else None for loss, target in zip(losses, targets.tolist(), strict=True))]
    raw = [tokenizer.decode_single_token_bytes(token_id) for token_id in _ids_of_row(inputs, targets, tokenizer)]
    start = _start_of_response(raw, prompt_bytes)
    return [
        TokenLoss(readable(token), loss, i >= start) for i, (token, loss) in enumerate(zip(raw, counted, strict=True))
    ]


def _ids_of_row(inputs, targets, tokenizer):
    """All ids of a row: its inputs and, one further, its last target. A masked last target is end of text."""
    last = targets[-1].item()
    return [*inputs.tolist(), tokenizer.eot_token if last == -100 else last]


def _start_of_response(raw, prompt_bytes=None):
    """Index of the first token that holds a part of the response; the number of tokens if there is none."""
    if prompt_bytes is None:
        heading = ALPACA.before_answer.encode("utf-8")
        found = b"".join(raw).find(heading)
        prompt_bytes = found + len(heading) if found >= 0 else sum(map(len, raw))
    end = 0
    for i, token in enumerate(raw):
        end += len(token)
        if end > prompt_bytes:
            return i
    return len(raw)


def loss_xray(losses_by_name):
    """Show an entry's tokens in running text, each with its loss; several readings stand above each other.

    Args:
        losses_by_name: ``{"Before fine-tuning": entry_losses(...), "After two epochs": entry_losses(...)}``.

    Returns:
        A ``Page``.
    """
    masked = any(token.loss is None for tokens in losses_by_name.values() for token in tokens[1:])
    legend = (
        f"Each box is a token, · a space, ↵ a line break. The small number is the token's loss in nats, written where "
        f"it is {SURPRISING:.0f} or more, in bold from {VERY_SURPRISING:.0f} on; the larger the loss, the darker the "
        "box and the thicker its lower edge. The first token has no loss, because nothing predicts it"
        + (". Grey and struck through: the loss does not count it." if masked else ".")
    )
    page, lines = [f"<p>{html.escape(legend)}</p>"], [
        f"Loss of each token in nats: token[loss], written from {SURPRISING:.0f} on. · is a space, ↵ a line break.",
        "The first token has no loss" + (", and ~token~ is one that the loss does not count." if masked else "."),
    ]
    for part, in_response in (("Prompt", False), ("Response", True)):
        page.append(f"<p><b>{part}</b></p>")
        lines.append(part)
        for name, tokens in losses_by_name.items():
            chosen = [(i, token) for i, token in enumerate(tokens) if token.in_response == in_response]
            said = f"{name}: {_mean_loss([token for _, token in chosen])}"
            lines.append(f"  {said}")
            lines += _text_of_losses(chosen)
            edge = f"border-left:4px solid {BLUE if in_response else GREY};padding-left:8px;margin-bottom:8px"
            page.append(f'<div style="{edge}"><i>{html.escape(said)}</i><br>\n{_boxes_of_losses(chosen)}</div>')
    return Page(f'<div style="{PAPER}">{"".join(page)}</div>', "\n".join(lines))


def _mean_loss(tokens):
    counted = [token.loss for token in tokens if token.loss is not None]
    if not counted:
        return "no token that counts"
    return f"mean loss {sum(counted) / len(counted):.2f} nats over {len(counted)} token{'s' * (len(counted) > 1)}"


def _boxes_of_losses(chosen):
    """The boxes of ``(index, TokenLoss)``, with a line break after the last of several line breaks."""
    boxes = []
    for (i, token), following in zip(chosen, [*chosen[1:], None], strict=False):
        if token.loss is None and i > 0:
            boxes.append(box(token.text, fill="#E6E6E6", line=f"1px dashed {GREY}", hint="not counted", tag="s"))
        elif token.loss is None:
            boxes.append(box(token.text, hint="nothing predicts it"))
        else:
            loss, note = token.loss, ""
            if loss >= SURPRISING:
                note = f"<b>{loss:.1f}</b>" if loss >= VERY_SURPRISING else f"{loss:.1f}"
            shade = tinted(ORANGE, 0.7 * min(loss, 10) / 10)
            below = f"{1 + min(5, round(loss / 2))}px solid {ORANGE if loss >= SURPRISING else '#999999'}"
            boxes.append(box(token.text, fill=shade, below=below, note=note, hint=f"{loss:.3f} nats"))
        if token.text.endswith("↵") and following and not following[1].text.startswith("↵"):
            boxes.append("<br>")
    return "\n".join(boxes)  # without styles, the line breaks between the boxes are the spaces between the tokens


def _text_of_losses(chosen):
    words = []
    for i, token in chosen:
        if token.loss is None:
            words.append(token.text if i == 0 else f"~{token.text}~")
        else:
            words.append(token.text + (f"[{token.loss:.1f}]" if token.loss >= SURPRISING else ""))
    return [wrapped(words)] if words else []


# ---------------------------------------------------------------------------------------------------------------
# Batch X-ray
# ---------------------------------------------------------------------------------------------------------------

LEAST_SHARED = 8  # a common beginning of fewer tokens is shown in every row
FIRST, LAST = 48, 16  # of a longer text, this many tokens are shown


class BatchRow(NamedTuple):
    """What the tokens of an entry are there for. A token is ``(text, whether it counts as a target)``."""

    shared: list  # tokens at its beginning that every other entry of the batch has, too
    prompt: list  # tokens behind these
    response: list  # tokens of the answer
    kept: int  # end-of-text tokens that count as targets: the model learns to stop
    ignored: int  # end-of-text tokens that only fill up the row: their targets are -100


def batch_rows(inputs, targets, tokenizer):
    """Take the rows of a batch apart: two tensors ``(batch, tokens)`` -> a list of ``BatchRow``.

    The response begins behind the first heading ``### Response:`` of a row; without one, all of it is prompt.
    """
    rows = []
    for row_inputs, row_targets in zip(inputs.cpu(), targets.cpu(), strict=True):
        token_ids = _ids_of_row(row_inputs, row_targets, tokenizer)
        counts = [True, *(target != -100 for target in row_targets.tolist())]  # no target is as good as one that counts
        end = len(token_ids)
        while end > 0 and token_ids[end - 1] == tokenizer.eot_token:
            end -= 1
        raw = [tokenizer.decode_single_token_bytes(token_id) for token_id in token_ids[:end]]
        kept = sum(counts[end:])
        tokens = list(zip(map(readable, raw), counts, strict=False))
        rows.append((tokens, _start_of_response(raw), kept, len(token_ids) - end - kept))

    shared = _length_of_common_beginning([tokens for tokens, *_ in rows])
    shared = min(shared, *(start for _, start, *_ in rows)) if shared >= LEAST_SHARED else 0
    return [
        BatchRow(tokens[:shared], tokens[shared:start], tokens[start:], kept, ignored)
        for tokens, start, kept, ignored in rows
    ]


def _length_of_common_beginning(rows):
    if len(rows) < 2:
        return 0
    columns = enumerate(zip(*rows, strict=False))
    return next((i for i, tokens in columns if len(set(tokens)) > 1), min(map(len, rows)))


def batch_xray(inputs, targets, tokenizer):
    """Show a batch as tokens one can read: a row for each entry, with what each token is there for.

    Args:
        inputs, targets: what ``gpt.instructions.custom_collate_fn`` or a loader makes, both ``(batch, tokens)``.

    Returns:
        A ``Page``. The beginning that all entries share is told once, and of long texts the middle is left out.
    """
    rows = batch_rows(inputs, targets, tokenizer)
    end = readable(tokenizer.decode_single_token_bytes(tokenizer.eot_token))
    legend = _legend_of_batch(rows, inputs.shape[1])
    lines = [textwrap.fill(paragraph, WIDTH) for paragraph in legend]
    headings = ("Entry", "Prompt", "Response", "Kept end of text", "Ignored")
    table = ["<tr>" + "".join(f'<th style="{CELL}">{heading}</th>' for heading in headings) + "</tr>"]
    for i, row in enumerate(rows):
        kept, ignored = (f"{count} × {end}" if count else "none" for count in (row.kept, row.ignored))
        lines += [f"Entry {i}", *_text_of_part("prompt:  ", row.prompt), *_text_of_part("response:", row.response)]
        lines.append(f"  kept:     {kept}; ignored: {ignored}")
        kept, ignored = (
            f'<span style="white-space:nowrap">{count} × {box(end, **style)}</span>' if count else "none"
            for count, style in (
                (row.kept, {"fill": tinted(ORANGE, 0.3), "line": f"2px solid {ORANGE}", "tag": "b"}),
                (row.ignored, {"fill": "#E6E6E6", "line": f"1px dashed {GREY}", "tag": "s"}),
            )
        )
        cells = (str(i), _boxes_of_part(row.prompt, SKY, 0.15), _boxes_of_part(row.response, BLUE, 0.3), kept, ignored)
        table.append("<tr>" + "".join(f'<td style="{CELL}">{cell}</td>' for cell in cells) + "</tr>")
    paragraphs = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in legend)
    page = f'{paragraphs}<table style="border-collapse:collapse">{"".join(table)}</table>'
    return Page(f'<div style="{PAPER}">{page}</div>', "\n".join(lines))


def _legend_of_batch(rows, positions):
    legend = [
        f"A batch of {len(rows)} entries, {positions} positions each. · is a space, ↵ a line break. The model reads "
        "the tokens of prompt and response, and each of them is also a target, predicted from those before it. One end "
        "of text is kept as a target, and teaches the model to stop. All further ones only fill up the row: their "
        "targets are -100, which the loss ignores."
    ]
    if any(not counts for row in rows for _, counts in row.shared + row.prompt + row.response):
        legend.append("Struck through, or ~token~ in plain text: a token whose target is -100.")
    if rows and rows[0].shared:
        text = " ".join(text for text, _ in rows[0].shared)
        legend.append(f"All entries begin with the same {len(rows[0].shared)} tokens, left out below: {text}")
    return legend


def _shortened(tokens):
    """The tokens of a part, and for those left out in its middle a string that says how many."""
    if len(tokens) <= FIRST + LAST:
        return tokens
    return [*tokens[:FIRST], f"… {len(tokens) - FIRST - LAST} more tokens …", *tokens[-LAST:]]


def _boxes_of_part(tokens, color, share):
    boxes = []
    for token in _shortened(tokens):
        if isinstance(token, str):
            boxes.append(f"<i>{token}</i>")
        elif token[1]:
            boxes.append(box(token[0], fill=tinted(color, share)))
        else:
            boxes.append(box(token[0], fill="#E6E6E6", line=f"1px dashed {GREY}", tag="s"))
    return "\n".join(boxes) or "none"


def _text_of_part(name, tokens):
    words = []
    for token in _shortened(tokens):
        words.append(token if isinstance(token, str) else token[0] if token[1] else f"~{token[0]}~")
    return wrapped([name, *(words or ["none"])], "  ", "            ").split("\n")
