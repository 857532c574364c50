"""From text to token ids and back: GPT-2's byte-pair tokenizer (chapter 2 of the book).

The tokenizer is built from the two vocabulary files of a checkpoint folder, so that it needs no network and belongs to
the model. This room does not fetch these files (``gpt_download`` does), nor does it train a vocabulary.

    tokenizer = load_tokenizer("data/gpt2/6M")
    tokenizer.encode("The chef cooks.")
"""

import json
from pathlib import Path

import tiktoken
import torch

END_OF_TEXT = "<|endoftext|>"

# How GPT-2 cuts a text into pieces before merging bytes: contractions, words with the space before them, numbers,
# punctuation, white space. From OpenAI's published encoder.
GPT2_SPLIT_PATTERN = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""


def load_tokenizer(model_dir):
    """Build GPT-2's byte-pair tokenizer from the files of a checkpoint folder.

    Args:
        model_dir: folder with ``encoder.json`` (token to id) and ``vocab.bpe`` (the merges, most frequent first).

    Returns:
        A ``tiktoken.Encoding``; ``tokenizer.eot_token`` is the id of ``<|endoftext|>``, the last one.

    Raises:
        ValueError: if a file is damaged, or the two do not belong together.
    """
    model_dir = Path(model_dir)
    byte_of = _bytes_of_printable_characters()
    try:
        encoder = json.loads((model_dir / "encoder.json").read_text(encoding="utf-8"))
        token_ids = {
            bytes(byte_of[character] for character in text): token_id
            for text, token_id in encoder.items()
            if text != END_OF_TEXT
        }
        # The 256 single bytes come first, then one token for each merge, in the order of the merges.
        tokens = [bytes([byte]) for byte in byte_of.values()]
        for line in (model_dir / "vocab.bpe").read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#version"):
                tokens.append(bytes(byte_of[character] for character in line.replace(" ", "")))
    except (ValueError, KeyError, AttributeError) as error:
        raise ValueError(
            f"{model_dir}: encoder.json or vocab.bpe does not hold GPT-2's vocabulary "
            f"({type(error).__name__}: {error}). Get both files again."
        ) from error
    ranks = {token: rank for rank, token in enumerate(tokens)}
    if token_ids != ranks or encoder.get(END_OF_TEXT) != len(ranks):
        raise ValueError(
            f"{model_dir}: encoder.json and vocab.bpe do not belong together: expected {len(ranks)} tokens in the "
            f"order of the merges, then {END_OF_TEXT}; found {len(encoder)} tokens. Get both files again."
        )
    return tiktoken.Encoding(
        name=f"gpt2-{model_dir.name}",
        pat_str=GPT2_SPLIT_PATTERN,
        mergeable_ranks=ranks,
        special_tokens={END_OF_TEXT: len(ranks)},
    )


def _bytes_of_printable_characters():
    """Map the character by which GPT-2's vocabulary files write a byte to that byte, in the order of token ids.

    Bytes that are printable stand for themselves; the other 68, such as the space, are written as the characters
    from U+0100 on, so that no line of the files holds white space or control characters.
    """
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in printable]
    byte_of = {chr(byte): byte for byte in printable}
    byte_of.update({chr(256 + i): byte for i, byte in enumerate(others)})
    return byte_of


def text_to_token_ids(text, tokenizer, *, special_tokens=True):
    """Encode a text as a batch of one row: int64 tensor of shape ``(1, tokens)``.

    Args:
        special_tokens: whether the characters ``<|endoftext|>`` become the token that ends a text. False takes them
            as the characters that they are: right for any text that you have not written yourself, such as data.
    """
    encoded = tokenizer.encode(text, allowed_special={END_OF_TEXT} if special_tokens else set(), disallowed_special=())
    return torch.tensor(encoded, dtype=torch.int64).unsqueeze(0)


def token_ids_to_text(token_ids, tokenizer):
    """Decode token ids of shape ``(1, tokens)`` or ``(tokens,)`` to a text."""
    return tokenizer.decode(token_ids.reshape(-1).tolist())
