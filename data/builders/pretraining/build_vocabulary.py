"""Train a byte-pair vocabulary on texts and write it in GPT-2's two files.

    write_vocabulary(folder, *train_vocabulary(texts, size=8192))    encoder.json, vocab.bpe

Which texts these are is decided in ``pretrain``.
"""

import json
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

END_OF_TEXT = "<|endoftext|>"


def train_vocabulary(lines, size):
    """Learn ``size - 1`` byte-pair tokens and add ``<|endoftext|>``.

    Returns:
        ``(encoder, merges)``: token to id in GPT-2's order (256 bytes, the merges, end-of-text last), and the
        merges as lines ``left right``, most frequent first.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size - 1,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=True,
    )
    tokenizer.train_from_iterator(lines, trainer)
    model = json.loads(tokenizer.to_str())["model"]
    merges = [" ".join(pair) for pair in model["merges"]]
    encoder = dict(sorted(model["vocab"].items(), key=lambda item: item[1]))
    expected = list(encoder)[:256] + [merge.replace(" ", "") for merge in merges]
    if list(encoder) != expected:
        raise ValueError("Two merges make the same token, which GPT-2's files cannot express: choose another size.")
    return {**encoder, END_OF_TEXT: len(encoder)}, merges


def write_vocabulary(folder, encoder, merges):
    """Write encoder.json and vocab.bpe as GPT-2's tokenizer reads them."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "encoder.json").write_text(json.dumps(encoder), encoding="utf-8")
    (folder / "vocab.bpe").write_text("\n".join(["#version: 0.2", *merges]) + "\n", encoding="utf-8")
