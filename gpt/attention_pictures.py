"""Where attention heads look: which words of a task an answer is copied from.

A head mixes, for each token, what stands at the tokens before it. The shares of this mixture, the attention weights,
are not kept by the model; they are computed here once more, from the queries and keys of each block.

    copies = copied_tokens(model, tokenizer, test_data)
    scores = torch.stack([copy.attention for copy in copies]).mean(dim=0)  # (layers, heads)
"""

import html
from typing import NamedTuple

import torch

from gpt.instructions import encode_entry
from gpt.pictures import BLUE, CELL, ORANGE, PAPER, Page, tinted
from gpt.templates import ALPACA
from gpt.token_pictures import box, readable_tokens, wrapped

WRITTEN = 0.1  # attention from here on stands in the picture as a number
MOST_COLUMNS = 24  # tokens of an answer that a picture shows


def attention_weights(model, token_ids):
    """Return how much each token looks at each token before it and at itself, in every head of every block.

    Args:
        model: a ``GPTModel`` in evaluation mode.
        token_ids: a list of ids.

    Returns:
        Tensor ``(layers, heads, tokens, tokens)`` on the CPU; each row, a query, adds up to 1.
    """
    return _read(model, token_ids)[1]


def _read(model, token_ids):
    """Let a model read a text: features ``(1, tokens, emb_dim)``, attention ``(layers, heads, tokens, tokens)``."""
    read = []  # what the attention of each block reads: (1, tokens, emb_dim)
    hooks = [
        block.att.register_forward_pre_hook(lambda module, inputs: read.append(inputs[0]))
        for block in model.trf_blocks
    ]
    try:
        with torch.no_grad():
            features = model.features(torch.tensor([token_ids], device=model.pos_emb.weight.device))
            weights = [_weights_of_block(block.att, x) for block, x in zip(model.trf_blocks, read, strict=True)]
    finally:
        for hook in hooks:
            hook.remove()
    return features, torch.stack(weights)


def _weights_of_block(attention, x):
    """The weights that ``gpt.model.causal_attention`` computes on its way: ``(heads, tokens, tokens)``."""
    tokens = x.shape[1]
    queries, keys = (
        project(x).view(tokens, attention.num_heads, attention.head_dim).transpose(0, 1)
        for project in (attention.W_query, attention.W_key)
    )
    scores = queries @ keys.transpose(1, 2) / attention.head_dim**0.5
    visible = torch.ones(tokens, tokens, dtype=torch.bool, device=x.device).tril()
    return torch.softmax(scores.masked_fill(~visible, -torch.inf).float(), dim=-1).cpu()


class CopiedToken(NamedTuple):
    """A token of an expected answer that also stands in the task, and what the model does where it is due."""

    entry: int  # index of the entry
    first: bool  # whether the model would have written all of the answer before it in the same way
    text: str  # the token
    chosen: str  # the token that the model finds most probable there
    right: bool  # whether that is the same token
    attention: torch.Tensor  # (layers, heads): attention on the places of the task where the token stands, 0 to 1


def copied_tokens(model, tokenizer, entries):
    """Let a model read entries with their expected answers, and look at every token that it could copy.

    A token counts if it has a letter and stands in the instruction or the input, too. It is chosen at the position
    before it, so that is the query whose attention is measured; a head that looks at the token it is about to write
    copies. Entries that are longer than the model's context are left out.

    Returns:
        A list of ``CopiedToken``.
    """
    found = []
    for i, entry in enumerate(entries):
        token_ids, task, start = _encode(tokenizer, entry, entry["output"])
        if len(token_ids) > model.pos_emb.num_embeddings:
            continue
        features, weights = _read(model, token_ids)
        with torch.no_grad():
            chosen = model.out_head(features)[0].argmax(dim=-1).tolist()
        texts, first = readable_tokens(token_ids, tokenizer), True
        for position in range(start, len(token_ids)):
            places = [j for j in task if token_ids[j] == token_ids[position]]
            right = chosen[position - 1] == token_ids[position]
            if places and any(character.isalpha() for character in texts[position]):
                (chosen_text,) = readable_tokens([chosen[position - 1]], tokenizer)
                attention = weights[:, :, position - 1, places].sum(dim=-1)
                found.append(CopiedToken(i, first, texts[position], chosen_text, right, attention))
            first = first and right
    return found


def _encode(tokenizer, entry, answer):
    """Return an entry's ids with an answer, the positions of its instruction and input, and where the answer begins."""
    prompt, frame = ALPACA.prompt(entry), ALPACA.prompt({"instruction": "", "input": ""})
    lengths = [len(encode_entry(text, tokenizer, 0)) for text in (frame, prompt, prompt + ALPACA.before_answer)]
    token_ids = encode_entry(prompt + ALPACA.before_answer + answer, tokenizer, 0)
    return token_ids, range(lengths[0], lengths[1]), lengths[2]


def attention_picture(model, tokenizer, entry, answer, head):
    """Show where a head looks while the model writes an answer.

    Args:
        answer: the response to show; usually the model's own.
        head: ``(layer, head)``, both from 0.

    Returns:
        A ``Page``: the task from top to bottom, the answer from left to right, attention as shade and number. Of a long
        answer, only the first tokens are shown.
    """
    token_ids, task, start = _encode(tokenizer, entry, answer)
    token_ids = token_ids[: min(start + MOST_COLUMNS, model.pos_emb.num_embeddings)]
    answer_places = range(start, len(token_ids))
    texts = readable_tokens(token_ids, tokenizer)
    weights = attention_weights(model, token_ids)[head]
    looks = [[weights[position - 1, j].item() for j in task] for position in answer_places]  # a list for each column
    same = [[token_ids[j] == token_ids[position] for j in task] for position in answer_places]
    said = (
        f"Block {head[0] + 1}, head {head[1] + 1}. Each column is a token of the answer, each row one of the task. "
        "The numbers are the shares of its attention that the head gives to the tokens of the task just before the "
        f"answer's token is written (from {WRITTEN} on; the last row is all other places). In brackets: the same token."
    )
    title = [f"{name}: {text}" for name, text in (("Expected", entry["output"]), ("Answer", answer))]
    rows = [texts[j] for j in task]
    columns = [texts[position] for position in answer_places]
    page = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in (said, *title))
    page += _table_of_attention(rows, columns, looks, same)
    lines = [wrapped(said.split(), "", ""), *(wrapped([line], "", "  ") for line in title)]
    for column, shares, are_same in zip(columns, looks, same, strict=True):
        seen = [
            f"[{row} {share:.2f}]" if is_same else f"{row} {share:.2f}"
            for row, share, is_same in zip(rows, shares, are_same, strict=True)
            if share >= WRITTEN
        ]
        lines.append(wrapped([f"{column:<12}", "<-", *seen, f"other places {1 - sum(shares):.2f}"], "  ", "      "))
    return Page(f'<div style="{PAPER};overflow-x:auto">{page}</div>', "\n".join(lines))


def _table_of_attention(rows, columns, looks, same):
    """A table in HTML: ``looks[column][row]`` is a share of attention, ``same`` tells whether both tokens are equal."""
    # Of longer answers, too, all columns are to fit on a notebook's page.
    small = ";padding:3px;font-size:12px" if len(columns) > 10 else ""
    cell = f"{CELL};text-align:center{small}"
    table = [f'<tr><th style="{cell}"></th>' + "".join(f'<th style="{cell}">{box(text)}</th>' for text in columns)]
    for i, row in enumerate(rows):
        table.append(f'</tr><tr><th style="{cell};text-align:right">{box(row)}</th>')
        for shares, are_same in zip(looks, same, strict=True):
            share, style = shares[i], f"{cell};background:{tinted(BLUE, 0.7 * shares[i])}"
            number = f"{share:.2f}" if share >= WRITTEN else ""
            if are_same[i]:
                style += f";border:3px solid {ORANGE}"
                number = f"<b>[{number or '&lt;&nbsp;' + str(WRITTEN)}]</b>"
            table.append(f'<td style="{style}">{number}</td>')
    table.append(f'</tr><tr><th style="{cell};text-align:right">other places</th>')
    table += [f'<td style="{cell}">{1 - sum(shares):.2f}</td>' for shares in looks]
    return f'<table style="border-collapse:collapse">{"".join(table)}</tr></table>'
