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

# Names of the two files of a vocabulary: OpenAI's, and those of the Hugging Face Hub, where a third holds both of them.
VOCABULARY_FILES = (("encoder.json", "vocab.bpe"), ("vocab.json", "merges.txt"))
TOKENIZER_FILE = "tokenizer.json"

# How GPT-2 cuts a text into pieces before merging bytes: contractions, words with the space before them, numbers,
# punctuation, white space. From OpenAI's published encoder.
GPT2_SPLIT_PATTERN = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""


def load_tokenizer(model_dir):
    """Build GPT-2's byte-pair tokenizer from the files of a checkpoint folder.

    Args:
        model_dir: folder with ``encoder.json`` (token to id) and ``vocab.bpe`` (the merges, most frequent first). The
            same two files are called ``vocab.json`` and ``merges.txt`` on the Hugging Face Hub, and stand together in
            ``tokenizer.json`` there; these are read where OpenAI's are not.

    Returns:
        A ``tiktoken.Encoding``; ``tokenizer.eot_token`` is the id of ``<|endoftext|>``, the last one.

    Raises:
        ValueError: if a file is damaged, or the two do not belong together.
    """
    model_dir = Path(model_dir)
    byte_of = _bytes_of_printable_characters()
    try:
        encoder, merges = read_vocabulary(model_dir)
        token_ids = {
            bytes(byte_of[character] for character in text): token_id
            for text, token_id in encoder.items()
            if text != END_OF_TEXT
        }
        # The 256 single bytes come first, then one token for each merge, in the order of the merges.
        tokens = [bytes([byte]) for byte in byte_of.values()]
        tokens += [bytes(byte_of[character] for character in merge.replace(" ", "")) for merge in merges]
    except (ValueError, KeyError, AttributeError, TypeError) as error:
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


def read_vocabulary(model_dir):
    """``{token: id}`` and the merges ("a b") of a vocabulary, both in the characters that its files write bytes as.

    Raises:
        FileNotFoundError: if none of the forms that :func:`load_tokenizer` names is there whole.
        ValueError, KeyError, TypeError: if a file holds something else.
    """
    for names in VOCABULARY_FILES:
        tokens_path, merges_path = (Path(model_dir) / name for name in names)
        if tokens_path.is_file() and merges_path.is_file():
            lines = merges_path.read_text(encoding="utf-8").splitlines()
            merges = [line for line in lines if line and not line.startswith("#version")]
            return json.loads(tokens_path.read_text(encoding="utf-8")), merges
    path = Path(model_dir) / TOKENIZER_FILE
    if not path.is_file():
        raise FileNotFoundError(
            f"{model_dir} has no vocabulary: expected encoder.json and vocab.bpe (OpenAI's names), or vocab.json and "
            f"merges.txt, or {TOKENIZER_FILE} (those of the Hugging Face Hub)."
        )
    content = json.loads(path.read_text(encoding="utf-8"))
    added = {token["content"]: token["id"] for token in content.get("added_tokens", [])}
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in content["model"]["merges"]]
    return {**content["model"]["vocab"], **added}, merges


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
