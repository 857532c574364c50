"""The code of the earlier chapters: everything between a sentence and a fine-tuned GPT-2.

Read it from top to bottom: configurations, tokenizer, model, generation, pretrained weights, loss and training,
plotting, instruction data, responses, scoring. Shapes are written as ``(batch, tokens, emb_dim)``.

The architecture is GPT-2's (Radford et al., "Language Models are Unsupervised Multitask Learners", 2019).
"""

import hashlib
import itertools
import json
import math
import os
import re
import warnings
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import tiktoken
import torch
from torch import nn
from torch.overrides import TorchFunctionMode
from torch.utils.data import DataLoader, Dataset
from tqdm import tqdm

from safekeeping import TrainingRun, first_line, read_saved, save_atomically, write_atomically

# ---------------------------------------------------------------------------------------------------------------
# Configurations
# ---------------------------------------------------------------------------------------------------------------

BASE_CONFIG = {
    "vocab_size": 50257,  # Vocabulary size
    "context_length": 1024,  # Context length
    "drop_rate": 0.0,  # Dropout rate
    "qkv_bias": True,  # Query-key-value bias
}

# BASE_CONFIG.update(model_configs[CHOOSE_MODEL]) gives the whole configuration of a model. The small one, which
# is shipped in data/gpt2/, has a vocabulary and a context length of its own.
model_configs = {
    "gpt2-tiny (6M)": {
        "emb_dim": 256,
        "n_layers": 5,
        "n_heads": 4,
        "vocab_size": 8192,
        "context_length": 256,
    },
    "gpt2-small (124M)": {"emb_dim": 768, "n_layers": 12, "n_heads": 12},
    "gpt2-medium (355M)": {"emb_dim": 1024, "n_layers": 24, "n_heads": 16},
    "gpt2-large (774M)": {"emb_dim": 1280, "n_layers": 36, "n_heads": 20},
    "gpt2-xl (1558M)": {"emb_dim": 1600, "n_layers": 48, "n_heads": 25},
}

# A small network needs, and bears, larger steps than a large one. Of 0.00005, 0.000075, 0.0001 and 0.00015, 0.000075
# gave the tiny one the most right answers to further tasks, which stand in no part of the data (data/README.md).
finetuning_settings = {
    "gpt2-tiny (6M)": {"lr": 0.000075, "weight_decay": 0.1},
    "gpt2-small (124M)": {"lr": 0.00005, "weight_decay": 0.1},
    "gpt2-medium (355M)": {"lr": 0.00005, "weight_decay": 0.1},
    "gpt2-large (774M)": {"lr": 0.00005, "weight_decay": 0.1},
    "gpt2-xl (1558M)": {"lr": 0.00005, "weight_decay": 0.1},
}

# The loss on instruction entries before training, for check_initial_loss: the mean of training and validation loss in
# nats per token. None where nobody has measured it.
expected_initial_losses = {
    "gpt2-tiny (6M)": 5.1,
    "gpt2-small (124M)": None,
    "gpt2-medium (355M)": 3.8,
    "gpt2-large (774M)": None,
    "gpt2-xl (1558M)": None,
}


# ---------------------------------------------------------------------------------------------------------------
# Chapter 2: from text to token ids and back
# ---------------------------------------------------------------------------------------------------------------

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


# ---------------------------------------------------------------------------------------------------------------
# Chapter 3: attention
# ---------------------------------------------------------------------------------------------------------------

_fused_in_training = False


def fused():
    """Tell whether PyTorch's fused kernels compute attention, layer norm and GELU, and not the steps written out here.

    They give the same numbers but for rounding, and are faster because they write no intermediate results to memory.
    They are used wherever no gradients are needed, and in training inside of :func:`fused_training`. (Attention in
    bf16 on a CPU is an exception, where the steps are faster.)
    """
    return _fused_in_training or not torch.is_grad_enabled()


@contextmanager
def fused_training(enabled=True):
    """Use fused kernels in training, too. Without this, training repeats the published runs digit for digit."""
    global _fused_in_training
    before, _fused_in_training = _fused_in_training, enabled
    try:
        yield
    finally:
        _fused_in_training = before


class Linear(nn.Linear):
    """``nn.Linear``, computed on CPUs by oneDNN where fused kernels are used, otherwise as PyTorch does.

    PyTorch comes with two libraries for matrix products on CPUs. For 32-bit floats it takes MKL, which was written for
    Intel's processors; on an AMD processor oneDNN took half the time. Tensors that are to be computed by it have a
    layout of their own, hence the conversions; the weights are used where they are.
    """

    def forward(self, x):
        if (
            fused()
            and x.device.type == "cpu"
            and x.dtype == self.weight.dtype == torch.float32
            and x.numel() > 0
            and torch.backends.mkldnn.is_available()
            and not torch.is_autocast_enabled("cpu")
        ):
            return nn.functional.linear(x.to_mkldnn(), self.weight, self.bias).to_dense()
        return super().forward(x)


def causal_attention(queries, keys, values, dropout, visible=None):
    """Mix, for each query, the values of the tokens up to its own, by how well their keys match it.

    Written out step by step. PyTorch's ``scaled_dot_product_attention`` computes the same at once.

    Args:
        queries, keys, values: shape ``(batch, num_heads, tokens, head_dim)``.
        dropout: what is applied to the attention weights, a ``nn.Dropout``.
        visible: which keys a query may see, ``(batch, 1, queries, keys)``, if there are more keys than queries.

    Returns:
        The mixed values, of the same shape.
    """
    tokens, head_dim = queries.shape[-2:]
    scores = queries @ keys.transpose(2, 3) / head_dim**0.5  # (batch, num_heads, tokens, tokens)
    if visible is None:  # a query (row) sees no key (column) to the right of the diagonal
        visible = torch.ones(tokens, tokens, dtype=torch.bool, device=queries.device).tril()
    weights = torch.softmax(scores.masked_fill(~visible, -torch.inf), dim=-1)
    return dropout(weights) @ values


class KeyValueCache:
    """The keys and values of the tokens that a model has read, so that it need not read them again.

    What a token looks like to later ones, its key and value in every block, depends only on the tokens before it. So
    when text grows by a token, only the new one has to go through the model. The rows of a batch may have different
    lengths: ``lengths`` tells how many tokens of each row count.

    The memory is taken at once, but only as many columns of it are in use as there are tokens, in steps of ``STEP``. A
    matrix product wants its factors without gaps and would copy the used part of wider rows each time.

    Args:
        tokens: how many tokens each row may come to have.
    """

    STEP = 32

    def __init__(self, model, rows, tokens):
        attention, weight = model.trf_blocks[0].att, model.tok_emb.weight
        # What is in use: keys and values, rows, heads, columns, numbers of a head. No columns yet.
        self.shape = (2, rows, attention.num_heads, 0, attention.head_dim)
        size = rows * attention.num_heads * tokens * attention.head_dim
        self.memory = torch.empty(len(model.trf_blocks), 2, size, dtype=weight.dtype, device=weight.device)
        self.capacity = tokens
        self.lengths = torch.zeros(rows, dtype=torch.int64, device=weight.device)
        self.longest = 0  # the largest of the lengths, known without asking the device

    def lay_out(self, rows, columns):
        """Keep these rows (their indices) only, with room for so many tokens in each."""
        _, _, num_heads, old_columns, head_dim = self.shape
        shape = (2, len(rows), num_heads, columns, head_dim)
        rows = torch.tensor(rows, dtype=torch.int64, device=self.memory.device)
        for memory in self.memory:
            kept = _front(memory, self.shape)[:, rows]  # a copy, because what follows writes over it
            _front(memory, shape)[:, :, :, :old_columns] = kept
            # Zeros, because what is not visible is multiplied by 0, and 0 times the NaN of unused memory would be NaN.
            _front(memory, shape)[:, :, :, old_columns:] = 0
        self.shape = shape

    def begin(self, tokens):
        """Make ready for so many new tokens in each row; return their positions, ``(rows, tokens)``."""
        positions = self.lengths[:, None] + torch.arange(tokens, device=self.lengths.device)
        self.is_first = self.longest == 0
        self.longest += tokens
        if self.longest > self.shape[3]:
            columns = min(math.ceil(self.longest / self.STEP) * self.STEP, self.capacity)
            self.lay_out(list(range(len(self.lengths))), columns)
        # A new token sees the columns up to its own. To the right of it there may be other rows' tokens, or none yet.
        columns = torch.arange(self.shape[3], device=self.lengths.device)
        self.visible = columns <= positions[:, None, :, None]  # (rows, 1, tokens, columns)
        self.positions = positions
        self.lengths = self.lengths + tokens
        return positions

    def add(self, block, keys, values):
        """Keep the new tokens' keys and values of a block; return those of all tokens, and who sees whom."""
        used = _front(self.memory[block], self.shape)
        if self.is_first:
            used[0, :, :, : self.longest], used[1, :, :, : self.longest] = keys, values
            return keys, values, None
        rows = torch.arange(len(self.lengths), device=self.lengths.device)[:, None]
        used[0][rows, :, self.positions] = keys.transpose(1, 2)
        used[1][rows, :, self.positions] = values.transpose(1, 2)
        return used[0], used[1], self.visible

    def keep_rows(self, rows):
        """Forget all rows but these."""
        self.lay_out(rows, self.shape[3])
        self.lengths = self.lengths[rows]
        self.longest = int(self.lengths.max()) if len(rows) else 0


def _front(memory, shape):
    """Return as much of the memory, ``(2, size)``, as the shape ``(2, ...)`` needs, in this shape."""
    return memory[:, : math.prod(shape[1:])].view(shape)


def _drop_foreign_mask(module, state_dict, prefix, *_):
    """Other implementations save their mask with the weights. It is a constant, so it is left aside on loading."""
    state_dict.pop(f"{prefix}mask", None)


class MultiHeadAttention(nn.Module):
    """Causal self-attention with several heads (Vaswani et al., "Attention Is All You Need", 2017).

    Maps ``(batch, tokens, d_in)`` to ``(batch, tokens, d_out)``; a token sees itself and the tokens before it.
    """

    def __init__(self, d_in, d_out, context_length, dropout, num_heads, qkv_bias=False):
        super().__init__()
        if d_out % num_heads != 0:
            raise ValueError(f"d_out ({d_out}) must be divisible by num_heads ({num_heads}).")
        self.num_heads = num_heads
        self.head_dim = d_out // num_heads
        self.W_query = Linear(d_in, d_out, bias=qkv_bias)
        self.W_key = Linear(d_in, d_out, bias=qkv_bias)
        self.W_value = Linear(d_in, d_out, bias=qkv_bias)
        self.out_proj = Linear(d_out, d_out)
        self.dropout = nn.Dropout(dropout)
        self.register_load_state_dict_pre_hook(_drop_foreign_mask)

    def forward(self, x, cache=None, block=0):
        batch, tokens, _ = x.shape

        def split_heads(projected):  # (batch, tokens, d_out) -> (batch, num_heads, tokens, head_dim)
            return projected.view(batch, tokens, self.num_heads, self.head_dim).transpose(1, 2)

        # The order of the projections does not matter here, but that of their creation above does: it decides
        # which random numbers each one starts from.
        keys = split_heads(self.W_key(x))
        queries = split_heads(self.W_query(x))
        values = split_heads(self.W_value(x))

        visible = None
        if cache is not None:
            keys, values, visible = cache.add(block, keys, values)
        # In bf16, the fused kernel for CPUs is slower than the steps, and for the way backward many times slower.
        slow_kernel = x.device.type == "cpu" and queries.dtype != torch.float32
        if slow_kernel or (cache is None and not fused()):
            context = causal_attention(queries, keys, values, self.dropout, visible)
        else:
            context = nn.functional.scaled_dot_product_attention(
                queries,
                keys,
                values,
                attn_mask=visible,
                dropout_p=self.dropout.p if self.training else 0.0,
                is_causal=visible is None,
            )
        context = context.transpose(1, 2).reshape(batch, tokens, -1)  # heads side by side again
        return self.out_proj(context)


# ---------------------------------------------------------------------------------------------------------------
# Chapter 4: the GPT model, and text from it
# ---------------------------------------------------------------------------------------------------------------


class LayerNorm(nn.Module):
    """Give every token's vector mean 0 and variance 1, then scale and shift it (Ba et al., 2016)."""

    def __init__(self, emb_dim):
        super().__init__()
        self.eps = 1e-5
        self.scale = nn.Parameter(torch.ones(emb_dim))
        self.shift = nn.Parameter(torch.zeros(emb_dim))

    def forward(self, x):
        if fused():
            return nn.functional.layer_norm(x, self.scale.shape, self.scale, self.shift, self.eps)
        mean = x.mean(dim=-1, keepdim=True)
        variance = x.var(dim=-1, keepdim=True, unbiased=False)
        normalized = (x - mean) / torch.sqrt(variance + self.eps)
        return self.scale * normalized + self.shift


class GELU(nn.Module):
    """Gaussian error linear unit in the tanh approximation that GPT-2 was trained with (Hendrycks and Gimpel, 2016)."""

    def forward(self, x):
        if fused():
            return nn.functional.gelu(x, approximate="tanh")
        return 0.5 * x * (1 + torch.tanh((2 / torch.pi) ** 0.5 * (x + 0.044715 * x**3)))


class FeedForward(nn.Module):
    """Two linear layers with a GELU between, applied to every token alone: ``emb_dim -> 4 * emb_dim -> emb_dim``."""

    def __init__(self, cfg):
        super().__init__()
        self.layers = nn.Sequential(
            Linear(cfg["emb_dim"], 4 * cfg["emb_dim"]),
            GELU(),
            Linear(4 * cfg["emb_dim"], cfg["emb_dim"]),
        )

    def forward(self, x):
        return self.layers(x)


class TransformerBlock(nn.Module):
    """Attention, then feed-forward; each reads a normalized copy of x and adds its result to x."""

    def __init__(self, cfg):
        super().__init__()
        self.att = MultiHeadAttention(
            d_in=cfg["emb_dim"],
            d_out=cfg["emb_dim"],
            context_length=cfg["context_length"],
            dropout=cfg["drop_rate"],
            num_heads=cfg["n_heads"],
            qkv_bias=cfg["qkv_bias"],
        )
        self.ff = FeedForward(cfg)
        self.norm1 = LayerNorm(cfg["emb_dim"])
        self.norm2 = LayerNorm(cfg["emb_dim"])
        self.drop_resid = nn.Dropout(cfg["drop_rate"])

    def forward(self, x, cache=None, block=0):
        x = x + self.drop_resid(self.att(self.norm1(x), cache, block))
        return x + self.drop_resid(self.ff(self.norm2(x)))


class GPTModel(nn.Module):
    """GPT-2: embeddings, transformer blocks, a head that scores every token of the vocabulary.

    ``cfg`` has the keys of ``BASE_CONFIG`` plus ``emb_dim``, ``n_layers`` and ``n_heads``.
    """

    def __init__(self, cfg):
        super().__init__()
        self.tok_emb = nn.Embedding(cfg["vocab_size"], cfg["emb_dim"])
        self.pos_emb = nn.Embedding(cfg["context_length"], cfg["emb_dim"])
        self.drop_emb = nn.Dropout(cfg["drop_rate"])
        self.trf_blocks = nn.Sequential(*[TransformerBlock(cfg) for _ in range(cfg["n_layers"])])
        self.final_norm = LayerNorm(cfg["emb_dim"])
        self.out_head = Linear(cfg["emb_dim"], cfg["vocab_size"], bias=False)

    def forward(self, in_idx):
        """Return the logits of each next token: ``(batch, tokens) -> (batch, tokens, vocab_size)``."""
        return self.out_head(self.features(in_idx))

    def features(self, in_idx, cache=None):
        """Return what the output head reads: ``(batch, tokens) -> (batch, tokens, emb_dim)``.

        With a :class:`KeyValueCache`, ``in_idx`` are the tokens that come after those that it holds.

        Raises:
            ValueError: if there are more tokens than the context length. On a GPU, going on would break the session.
        """
        tokens, context_length = in_idx.shape[1], self.pos_emb.num_embeddings
        if tokens > context_length:
            raise ValueError(
                f"Expected at most {context_length} tokens, the context length of this model, found {tokens}. Cut the "
                f"text: allowed_max_length={context_length} in create_instruction_loader, context_size in generate."
            )
        positions = torch.arange(tokens, device=in_idx.device) if cache is None else cache.begin(tokens)
        x = self.drop_emb(self.tok_emb(in_idx) + self.pos_emb(positions))
        for i, block in enumerate(self.trf_blocks):
            x = block(x, cache, i)
        return self.final_norm(x)


class _NoRandomNumbers(TorchFunctionMode):
    """Leave out the functions of ``torch.nn.init``, which fill new parameters with random numbers."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if getattr(function, "__module__", "") == "torch.nn.init":
            return (kwargs or {}).get("tensor", args[0] if args else None)
        return function(*args, **(kwargs or {}))


@contextmanager
def without_weights():
    """Build models that have only the shapes of their weights, to be filled by :func:`load_weights_into_gpt`.

    This saves the time to draw millions of random numbers, and the memory for them, only to overwrite them at once.
    """
    with torch.device("meta"), _NoRandomNumbers():
        yield


def generate(
    model, idx, max_new_tokens, context_size, temperature=0.0, top_k=None, eos_id=None, *, use_cache=True
):
    """Continue each row of ``idx`` one token at a time.

    Args:
        model: a :class:`GPTModel` in evaluation mode.
        idx: token ids, shape ``(batch, tokens)``, on the model's device.
        max_new_tokens: how many tokens to add at most.
        context_size: how many of the last tokens the model is shown; its ``context_length`` at most.
        temperature: 0 takes the most probable token; higher values sample more freely.
        top_k: sample among this many most probable tokens only.
        eos_id: stop at this token, which is not added. In a batch, a row that has reached it is filled up with
            it until the last row has stopped.
        use_cache: keep what the model has computed for earlier tokens. Without, it reads the whole text anew for
            each token: the same tokens, only slower.

    Returns:
        The prompt and what was generated, shape ``(batch, tokens + new tokens)``.
    """
    batch, length = idx.shape
    text = torch.cat((idx, idx.new_empty(batch, max_new_tokens)), dim=1)
    finished = torch.zeros(batch, 1, dtype=torch.bool, device=idx.device)
    cache = KeyValueCache(model, batch, min(text.shape[1], context_size)) if use_cache else None
    for end in range(length, text.shape[1]):
        with torch.no_grad():
            if use_cache and end <= context_size:
                features = model.features(text[:, cache.longest : end], cache)
            else:
                # The text is longer than what the model is shown, so each token moves to another position, and
                # what was computed for it at the old one is of no use.
                features = model.features(text[:, max(0, end - context_size) : end])
            logits = model.out_head(features[:, -1])  # only the last position tells what comes next

        if top_k is not None:
            smallest_kept = torch.topk(logits, top_k).values[:, -1:]
            logits = logits.masked_fill(logits < smallest_kept, -torch.inf)

        if temperature > 0.0:
            probabilities = torch.softmax(logits / temperature, dim=-1)
            idx_next = torch.multinomial(probabilities, num_samples=1)  # (batch, 1)
        else:
            idx_next = torch.argmax(logits, dim=-1, keepdim=True)

        if eos_id is not None:
            idx_next = idx_next.masked_fill(finished, eos_id)
            finished = idx_next == eos_id
            if finished.all():
                return text[:, :end]
        text[:, end : end + 1] = idx_next
    return text


def generate_batch(model, prompts, max_new_tokens, context_size, eos_id=None, *, batch_size=32):
    """Continue many prompts of different lengths by their most probable tokens, several at once.

    A processor is hardly busy while the model reads a single token: most of the time goes into fetching the weights
    from memory. For a batch they are fetched once.

    Args:
        prompts: list of token ids, each of shape ``(tokens,)`` or ``(1, tokens)``, on the model's device.
        max_new_tokens, context_size, eos_id: as for :func:`generate`.
        batch_size: how many prompts are continued at a time; the memory grows with it.

    Returns:
        A list in the order of the prompts: for each what :func:`generate` returns for it alone, ``(1, tokens)``.
    """
    prompts = [prompt.reshape(-1) for prompt in prompts]
    waiting = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))  # similar lengths share a batch
    results = [None] * len(prompts)
    with tqdm(total=len(prompts), unit="prompt") as progress_bar:
        while waiting:
            chosen, waiting = waiting[:batch_size], waiting[batch_size:]
            for row, text in _continue_rows(model, [prompts[i] for i in chosen], max_new_tokens, context_size, eos_id):
                results[chosen[row]] = text
                progress_bar.update()
    return results


def _continue_rows(model, prompts, max_new_tokens, context_size, eos_id):
    """Continue prompts side by side; yield ``(row, the whole text of shape (1, tokens))`` when one is done."""
    device, lengths = prompts[0].device, [len(prompt) for prompt in prompts]
    texts = [prompt.tolist() for prompt in prompts]
    capacity = min(max(lengths) + max_new_tokens, context_size)
    cache = KeyValueCache(model, len(prompts), capacity)
    rows = list(range(len(prompts)))  # which prompt stands in each row of the cache
    unfinished = {row for row in rows if lengths[row] <= context_size and max_new_tokens > 0}
    # Filled up on the right: no token sees what comes after it, so the filling changes nothing.
    new_tokens = nn.utils.rnn.pad_sequence(prompts, batch_first=True)[:, :capacity]
    last = torch.tensor(lengths, device=device).clamp(max=capacity) - 1  # where each row's last token stands

    def alone(row):  # the text is longer than what the model is shown, so that a cache is of no use
        rest = lengths[row] + max_new_tokens - len(texts[row])
        text = torch.tensor([texts[row]], device=device)
        return row, generate(model, text, rest, context_size, eos_id=eos_id, use_cache=False)

    yield from (alone(row) for row in rows if row not in unfinished)
    while unfinished:
        with torch.no_grad():
            features = model.features(new_tokens, cache)[torch.arange(len(rows), device=device), last]
            chosen = model.out_head(features).max(dim=-1).indices  # on a CPU in bf16, five times as fast as argmax
        if new_tokens.shape[1] > 1:
            cache.lengths = last + 1  # the filling does not count; what follows is written over it
        for row, token in zip(rows, chosen.tolist(), strict=True):
            if row not in unfinished:
                continue
            if token != eos_id:
                texts[row].append(token)
            if token == eos_id or len(texts[row]) == lengths[row] + max_new_tokens:
                unfinished.remove(row)
                yield row, torch.tensor([texts[row]], device=device)
            elif len(texts[row]) > context_size:
                unfinished.remove(row)
                yield alone(row)
        # Rows that are done leave the batch, but not one by one, because the cache is copied then.
        kept = [i for i, row in enumerate(rows) if row in unfinished]
        if len(kept) <= 0.75 * len(rows) or cache.longest == capacity:
            cache.keep_rows(kept)
            rows, chosen = [rows[i] for i in kept], chosen[kept]
        new_tokens, last = chosen[:, None], torch.zeros_like(chosen)


# ---------------------------------------------------------------------------------------------------------------
# Chapter 5: loss, training, plots, pretrained weights
# ---------------------------------------------------------------------------------------------------------------


def choose_precision(device, precision="auto"):
    """Return the number format to compute in, "fp32", "bf16" or "fp16", and print which and why.

    Weights stay in fp32 in any case; a shorter format is for the intermediate results and halves their memory.

    Raises:
        ValueError: for an unknown precision.
    """
    device = torch.device(device)
    reason = "it was asked for"
    if precision == "auto":
        if device.type == "cuda" and torch.cuda.get_device_capability(device) >= (8, 0):
            precision, reason = "bf16", "this GPU has units for it (Ampere or newer)"
        elif device.type == "cuda":
            precision, reason = "fp16", "this GPU is older than bf16; losses are scaled so that no gradient vanishes"
        elif device.type == "cpu" and any(torch.cpu.get_capabilities().get(key) for key in ("avx512_bf16", "amx_bf16")):
            precision, reason = "bf16", "this processor has instructions for it"
        else:
            precision, reason = "fp32", "this device has no known instructions for a shorter format"
    elif precision not in ("fp32", "bf16", "fp16"):
        raise ValueError(f"Unknown precision {precision!r}: choose 'auto', 'fp32', 'bf16' or 'fp16'.")
    print(f"Precision: {precision}, because {reason}.")
    return precision


@contextmanager
def computing_in(precision, device):
    """Compute losses in a precision, with fused kernels; None is fp32, step by step as it is written out."""
    short = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(precision)
    autocast = torch.autocast(torch.device(device).type, dtype=short, enabled=short is not None)
    with fused_training(precision is not None), autocast:
        yield


def calc_loss_batch(input_batch, target_batch, model, device):
    """Mean cross-entropy in nats over the targets that are not -100; both batches are ``(batch, tokens)``."""
    input_batch, target_batch = input_batch.to(device, non_blocking=True), target_batch.to(device, non_blocking=True)
    if fused() and isinstance(model, GPTModel):
        counted = target_batch != -100  # the logits of padding are not worth computing
        logits = model.out_head(model.features(input_batch)[counted])
        return nn.functional.cross_entropy(logits.float(), target_batch[counted])
    logits = model(input_batch)
    return nn.functional.cross_entropy(logits.flatten(0, 1), target_batch.flatten())


def calc_loss_loader(data_loader, model, device, num_batches=None):
    """Mean of the batch losses over the first ``num_batches`` batches (all, if None); NaN for an empty loader."""
    if len(data_loader) == 0:
        return float("nan")
    num_batches = len(data_loader) if num_batches is None else min(num_batches, len(data_loader))
    batches = itertools.islice(data_loader, num_batches)
    losses = [calc_loss_batch(inputs, targets, model, device).detach() for inputs, targets in batches]
    return sum(torch.stack(losses).tolist()) / num_batches  # asked for once: a GPU need not wait after each batch


def evaluate_model(model, train_loader, val_loader, device, eval_iter):
    """Return the training and the validation loss over ``eval_iter`` batches each, without gradients."""
    model.eval()
    with torch.no_grad():
        train_loss = calc_loss_loader(train_loader, model, device, num_batches=eval_iter)
        val_loss = calc_loss_loader(val_loader, model, device, num_batches=eval_iter)
    model.train()
    return train_loss, val_loss


def check_initial_loss(loss, expected, vocab_size):
    """Warn if the loss before training is not what the model should show, and say what that means.

    A miss is more than one nat. That leaves room for other instruction data in the same format, and for the choice of
    batches, which moves the mean of five by 0.1. What goes wrong moves it by several nats: weights that are not loaded
    by 4 to 7, a faulty Apple GPU once by 16, and an epoch of training by 3 to 4.

    Args:
        loss: the loss before training, in nats per token.
        expected: the loss that it should be near to; or the name of a model, whose loss is looked up in
            ``expected_initial_losses``; or None if it is not known. Then only losses that no pretrained GPT-2 has are
            a miss: below 2, or from about ln(vocab_size) on.

    Raises:
        ValueError: for the name of an unknown model.
    """
    if isinstance(expected, str):
        if expected not in expected_initial_losses:
            raise ValueError(f"Unknown model {expected!r}: expected one of {', '.join(expected_initial_losses)}.")
        expected = expected_initial_losses[expected]
    blind = math.log(vocab_size)
    if expected is not None and abs(loss - expected) <= 1:
        return
    if not math.isfinite(loss) or loss > blind + 1:
        meaning = (
            "Weights and data cannot cause that, so the device probably computes wrong results. On an Apple GPU update "
            "PyTorch to 2.9 or newer; elsewhere compare with the loss on the CPU."
        )
    elif loss > blind - 1:
        meaning = "The model guesses blindly: its weights are not loaded. Load the pretrained weights (notebook 01)."
    elif loss < (2 if expected is None else expected - 1):
        meaning = (
            "The model knows these answers: it has been trained already, or the data were in its training. To start "
            "from the pretrained weights, run the notebook from its beginning."
        )
    elif expected is not None:
        meaning = "Do weights, tokenizer and the number of heads belong to the same model? Is the text plain English?"
    else:
        return
    usual = "" if expected is None else f", expected about {expected:.1f}"
    warnings.warn(
        f"The loss before training is {loss:.2f}{usual} (guessing blindly: {blind:.1f}). {meaning} If you have reasons "
        "to expect this loss, for example data of another kind, just go on.",
        stacklevel=2,
    )


def train_model_simple(
    model, train_loader, val_loader, optimizer, device, num_epochs, eval_freq, eval_iter, start_context, tokenizer,
    *, precision=None, accumulation_steps=1, checkpoint_path=None, checkpoint_every=50
):  # fmt: skip
    """Train and evaluate: a line of losses every ``eval_freq`` steps, a sample text after each epoch.

    Args:
        eval_iter: number of batches of each loader that an evaluation looks at.
        start_context: the text that the sample continues.
        precision: None computes in fp32, step by step as it is written out in this file. "fp32", "bf16" and "fp16"
            use PyTorch's fused kernels in that precision, and "auto" lets :func:`choose_precision` decide.
        accumulation_steps: batches that make one step. Their gradients are added up, so that the step is that of one
            batch with all their rows, in the memory of a single one.
        checkpoint_path: a file that keeps the training from being lost. It is written every ``checkpoint_every`` steps,
            after each epoch, and when you interrupt; if it is there already, training goes on from it. See
            :class:`TrainingRun`.
        checkpoint_every: a checkpoint holds 12 bytes for each parameter (0.1 GB for the small model, written in a
            quarter of a second; 4.9 GB for GPT-2 medium). If your disk is slow, choose more.

    Returns:
        ``(train_losses, val_losses, tokens_seen)``: three lists, one entry for each evaluation.

    Raises:
        FloatingPointError: if a loss is not a finite number, naming step and batch, before it can spoil the weights.
        torch.cuda.OutOfMemoryError: saying what to reduce, and to what.
        KeyboardInterrupt: after Ctrl-C or a kernel's interrupt, at the end of the running step; a second one does not
            wait for that.
    """
    settings = {
        "eval_freq": eval_freq, "eval_iter": eval_iter, "precision": precision, "accumulation_steps": accumulation_steps
    }  # fmt: skip
    if precision == "auto":
        precision = choose_precision(device)
    # The smallest gradients would be 0 in fp16, so the loss is multiplied by a large number before it goes backward.
    scaler = torch.amp.GradScaler(torch.device(device).type, enabled=precision == "fp16")
    run = TrainingRun(
        model, train_loader, val_loader, optimizer, scaler, device, settings, checkpoint_path, checkpoint_every
    )

    with run:
        run.restore(num_epochs)
        for epoch in range(run.epoch, num_epochs):
            model.train()
            run.start_epoch()
            while parts := run.next_batches(accumulation_steps):
                optimizer.zero_grad()
                counts = [int((targets != -100).sum()) for _, targets in parts]
                for (input_batch, target_batch), count in zip(parts, counts, strict=True):
                    with computing_in(precision, device):
                        loss = calc_loss_batch(input_batch, target_batch, model, device)
                    run.require_finite(loss, input_batch, target_batch, tokenizer)
                    # Each batch's loss is a mean over its own tokens; weighted, they make the mean over all tokens.
                    scaler.scale(loss * (count / sum(counts))).backward()
                    run.tokens_seen += input_batch.numel()
                scaler.step(optimizer)
                scaler.update()
                run.global_step += 1

                if run.global_step % eval_freq == 0:
                    with computing_in(precision, device):
                        train_loss, val_loss = evaluate_model(model, train_loader, val_loader, device, eval_iter)
                    run.train_losses.append(train_loss)
                    run.val_losses.append(val_loss)
                    run.track_tokens_seen.append(run.tokens_seen)
                    print(
                        f"Ep {epoch + 1} (Step {run.global_step:06d}): "
                        f"Train loss {train_loss:.3f}, Val loss {val_loss:.3f}"
                    )
                run.end_step()

            generate_and_print_sample(model, tokenizer, device, start_context)
            run.end_epoch()

    return run.train_losses, run.val_losses, run.track_tokens_seen


def generate_and_print_sample(model, tokenizer, device, start_context):
    """Print ``start_context`` and the 50 tokens that the model finds most probable after it, on one line.

    It does not stop at ``<|endoftext|>``, so that one sees what comes after.
    """
    model.eval()
    token_ids = generate(
        model=model,
        idx=text_to_token_ids(start_context, tokenizer).to(device),
        max_new_tokens=50,
        context_size=model.pos_emb.weight.shape[0],
    )
    print(token_ids_to_text(token_ids, tokenizer).replace("\n", " "))
    model.train()


def plot_losses(epochs_seen, tokens_seen, train_losses, val_losses, *, save_path=None):
    """Plot training and validation loss over epochs (below) and tokens seen (above).

    Args:
        save_path: where to keep the picture; its suffix (``.png``, ``.pdf``) decides the format.
    """
    # Only plotting needs matplotlib; scripts that train or generate start faster without it.
    import matplotlib.pyplot as plt
    from matplotlib.ticker import MaxNLocator

    figure, epochs_axis = plt.subplots(figsize=(6.4, 4), facecolor="white")
    epochs_axis.plot(epochs_seen, train_losses, color="#0072B2", label="Training loss")
    epochs_axis.plot(epochs_seen, val_losses, color="#D55E00", linestyle="-.", label="Validation loss")
    epochs_axis.set_xlabel("Epochs")
    epochs_axis.set_ylabel("Loss (cross-entropy, nats per token)")
    epochs_axis.legend(loc="upper right")
    epochs_axis.grid(alpha=0.3)
    epochs_axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    tokens_axis = epochs_axis.twiny()  # shares the loss axis
    tokens_axis.plot(tokens_seen, train_losses, alpha=0)  # invisible: it only gives the axis its range
    tokens_axis.set_xlabel("Tokens seen")
    tokens_axis.xaxis.set_major_formatter("{x:,.0f}")
    figure.tight_layout()
    if save_path is not None:
        figure.savefig(save_path, dpi=150)
    plt.show()


def load_weights_into_gpt(model, params):
    """Copy OpenAI's weights into a :class:`GPTModel`.

    Args:
        model: a model of the same configuration as the weights, with ``qkv_bias``. If it was built
            :func:`without_weights`, it takes over the memory of ``params``: nothing is copied, and what has not been
            read from the disk yet is read when it is needed.
        params: the nested dict of :func:`gpt_download.download_and_load_gpt2`.

    Raises:
        ValueError: naming every parameter that is missing, left over, or of another shape than expected. The
            model is unchanged then.
    """
    state = model.state_dict()
    weights = _rename_openai_weights(params)
    problems = []
    for name in state.keys() | weights.keys():
        if name not in weights:
            problems.append(f"{name}: expected shape {tuple(state[name].shape)}, found nothing")
        elif name not in state:
            problems.append(f"{name}: expected nothing, found shape {tuple(weights[name].shape)}")
        elif tuple(state[name].shape) != tuple(weights[name].shape):
            expected, found = tuple(state[name].shape), tuple(weights[name].shape)
            problems.append(f"{name}: expected shape {expected}, found {found}")
    if problems:
        raise ValueError(
            "These weights do not fit the model. Was it built with the configuration of another size? "
            f"Parameters at fault: {len(problems)}\n  "
            + "\n  ".join(sorted(problems))
        )
    tensors = {name: torch.from_numpy(np.ascontiguousarray(array)) for name, array in weights.items()}
    if model.out_head.weight.is_meta:
        tensors["out_head.weight"] = tensors["out_head.weight"].clone()  # fine-tuning may let the two drift apart
        model.load_state_dict(tensors, assign=True)
    else:
        model.load_state_dict(tensors)


def _rename_openai_weights(params):
    """Flatten OpenAI's nested dict to ``{name in GPTModel: array}``; unknown entries keep OpenAI's own name."""
    weights = {}
    openai_names = {
        "wte": "tok_emb.weight",
        "wpe": "pos_emb.weight",
        "g": "final_norm.scale",
        "b": "final_norm.shift",
        "attn.c_proj.w": "att.out_proj.weight",
        "attn.c_proj.b": "att.out_proj.bias",
        "mlp.c_fc.w": "ff.layers.0.weight",
        "mlp.c_fc.b": "ff.layers.0.bias",
        "mlp.c_proj.w": "ff.layers.2.weight",
        "mlp.c_proj.b": "ff.layers.2.bias",
        "ln_1.g": "norm1.scale",
        "ln_1.b": "norm1.shift",
        "ln_2.g": "norm2.scale",
        "ln_2.b": "norm2.shift",
    }

    def add(prefix, path, array):
        # OpenAI multiplies x @ w, nn.Linear stores the transpose of that w. Embeddings are not multiplied.
        if path.endswith(".w"):
            array = array.T
        if path.startswith("attn.c_attn."):  # queries, keys and values side by side in one array
            kind = "weight" if path.endswith(".w") else "bias"
            for name, part in zip(("W_query", "W_key", "W_value"), np.array_split(array, 3), strict=True):
                weights[f"{prefix}att.{name}.{kind}"] = part
        else:
            weights[prefix + openai_names.get(path, path)] = array

    def walk(prefix, path, value):
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(prefix, f"{path}.{key}" if path else key, inner)
        else:
            add(prefix, path, value)

    walk("", "", {key: value for key, value in params.items() if key != "blocks"})
    for i, block in enumerate(params.get("blocks", [])):
        walk(f"trf_blocks.{i}.", "", block)
    # GPT-2 uses the token embedding once more, to score the next token.
    if "tok_emb.weight" in weights:
        weights["out_head.weight"] = weights["tok_emb.weight"]
    return weights


# ---------------------------------------------------------------------------------------------------------------
# Chapter 5: weights in files
# ---------------------------------------------------------------------------------------------------------------


def save_weights(model, path):
    """Write a model's weights and nothing else, so that an interruption never leaves half a file.

    The published package ``llms-from-scratch`` demands a causal mask beside the weights of each block. It is added; all
    blocks share a single one, and :func:`load_weights` leaves it out.

    Args:
        path: where to; the file can be read with :func:`load_weights`, or with ``torch.load``.

    Raises:
        OSError: if the file cannot be written, on a full disk for example. An earlier one is unchanged then.
    """
    weights = {name: tensor.cpu() for name, tensor in model.state_dict().items()}
    context_length = model.pos_emb.weight.shape[0]
    mask = torch.ones(context_length, context_length, dtype=torch.bool).triu(diagonal=1)
    weights.update({f"trf_blocks.{i}.att.mask": mask for i in range(len(model.trf_blocks))})
    try:
        save_atomically(weights, path)
    except (OSError, RuntimeError) as error:  # RuntimeError: how PyTorch reports a full disk
        raise OSError(
            f"The weights could not be written to {path} ({first_line(error)}). Make room or choose another "
            "folder, then save again: the model is unchanged, and so is an earlier file."
        ) from error


def load_weights(model, path):
    """Fill a :class:`GPTModel` with the weights of a file: of :func:`save_weights`, or a state dict from elsewhere.

    Masks that other implementations save are left out. If the weights lie in the file beside other things, such as an
    optimizer's state, this is printed.

    Args:
        model: of the configuration of the file.

    Raises:
        ValueError: if the file cannot be read, or its weights do not fit. The model is unchanged then.
    """
    try:
        content = read_saved(path)
    except ValueError as error:
        raise ValueError(f"{error} Get the file again; one of your own is made anew by notebook 04.") from None
    found = _find_weights(content)
    if found is None:
        raise ValueError(f"{path} has no weights of a GPT model: expected a state dict with tok_emb.weight.")
    expected, weights = (
        {name: tensor for name, tensor in each.items() if not name.endswith(".att.mask")}
        for each in (model.state_dict(), found)
    )
    sizes, expected_sizes = _sizes(weights), _sizes(expected)
    if sizes != expected_sizes:
        known = [name for name, config in model_configs.items() if sizes.items() <= {**BASE_CONFIG, **config}.items()]
        raise ValueError(
            f"{path} is of {known[0] if known else 'another model'}: expected {_listed(expected_sizes)}; found "
            f"{_listed(sizes)}. Build the model with the configuration of the file."
        )
    problems = [f"{name}: missing" for name in expected.keys() - weights.keys()]
    problems += [f"{name}: unknown" for name in weights.keys() - expected.keys()]
    for name in expected.keys() & weights.keys():
        shape, expected_shape = tuple(weights[name].shape), tuple(expected[name].shape)
        if shape != expected_shape:
            problems.append(f"{name}: expected shape {expected_shape}, found {shape}")
        elif not weights[name].is_floating_point():
            problems.append(f"{name}: expected floating-point numbers, found {weights[name].dtype}")
    if problems:
        raise ValueError(
            f"{path} does not fit the model, although it has its size. Weights at fault: {len(problems)}\n  "
            + "\n  ".join(sorted(problems))
        )
    if content.get("format") == TrainingRun.FORMAT:
        print(f"{path} is the checkpoint of a training, after step {content['progress']['global_step']}.")
    elif content is not found:
        print(f"{path} has more than weights ({', '.join(map(str, content))}). Only the weights were loaded.")
    # A model that was built without_weights() has no memory to copy to.
    model.load_state_dict(weights, strict=False, assign=model.tok_emb.weight.is_meta)


def _find_weights(content):
    """The state dict in what was read from a file: all of it, or one of its values. None if there is none."""
    for candidate in (content, *content.values()) if isinstance(content, dict) else ():
        if (
            isinstance(candidate, dict)
            and all(isinstance(key, str) and isinstance(value, torch.Tensor) for key, value in candidate.items())
            and "tok_emb.weight" in candidate
        ):
            return candidate
    return None


def _sizes(weights):
    """The configuration that a state dict belongs to, as far as its shapes and names tell."""
    blocks = {re.match(r"trf_blocks\.\d+\.|", name)[0] for name in weights} - {""}
    vocab_size, emb_dim = (*weights["tok_emb.weight"].shape, None, None)[:2]
    context_length, *_ = (*weights["pos_emb.weight"].shape, None) if "pos_emb.weight" in weights else (None,)
    return {
        "vocab_size": vocab_size, "context_length": context_length, "emb_dim": emb_dim, "n_layers": len(blocks)
    }  # fmt: skip


def _listed(sizes):
    return ", ".join(f"{key}={value}" for key, value in sizes.items())


# ---------------------------------------------------------------------------------------------------------------
# Chapter 7: instruction data
# ---------------------------------------------------------------------------------------------------------------


def load_instruction_data(path):
    """Read instruction entries and check them.

    Args:
        path: a JSON file: a list of objects with the strings ``instruction``, ``input`` and ``output``, in UTF-8 (or
            UTF-16 or UTF-32, which some editors on Windows write).

    Returns:
        The list of dicts. Keys beyond these three are kept.

    Raises:
        ValueError: naming the file, and where one entry is at fault its index, from 0, and key.
    """
    content = Path(path).read_bytes()
    repeated = {}  # objects in which a key stands twice, by id; kept here, so that no other object gets the same id

    def to_dict(pairs):
        result = dict(pairs)
        if len(result) < len(pairs):
            (key, _), *_ = Counter(key for key, _ in pairs).most_common(1)
            repeated[id(result)] = result, key
        return result

    try:
        data = json.loads(content, object_pairs_hook=to_dict)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is not valid JSON in UTF-8: {error}. {_describe(content)}") from error
    if not isinstance(data, list):
        raise ValueError(f"{path}: expected a list of entries, found {type(data).__name__}.")
    if not data:
        raise ValueError(f"{path}: expected at least one entry, found an empty list.")
    for i, entry in enumerate(data):
        if not isinstance(entry, dict):
            raise ValueError(f"{path}, entry {i}: expected an object, found {type(entry).__name__}.")
        if id(entry) in repeated:
            raise ValueError(f"{path}, entry {i}: the key {repeated[id(entry)][1]!r} stands twice. Remove one of them.")
        for key in ("instruction", "input", "output"):
            if key not in entry:
                raise ValueError(f"{path}, entry {i}: the key {key!r} is missing (an absent input is \"\").")
            if not isinstance(entry[key], str):
                found = type(entry[key]).__name__
                raise ValueError(f"{path}, entry {i}: {key!r} must be a string, found {found}.")
        _check_that_it_can_be_saved(entry, f"{path}, entry {i}")
    if repeated:
        _, key = next(iter(repeated.values()))
        raise ValueError(f"{path}: in an object inside an entry, the key {key!r} stands twice. Remove one of them.")
    return data


def _describe(content):
    """Say what a file that is not JSON looks like, and what to do about it."""
    first_line, _, rest = content.strip().partition(b"\n")
    if not first_line:
        return "The file is empty: get it again."
    try:
        json_lines = bool(rest) and isinstance(json.loads(first_line), dict)
    except (ValueError, RecursionError):
        json_lines = False
    if json_lines:
        return (
            "It has an object on each line (JSON Lines), where a list is expected: read it with "
            "[json.loads(line) for line in file] and save that list with json.dump."
        )
    return f"It begins with {content[:40]!r}."


_to_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def _check_that_it_can_be_saved(entry, where):
    """Refuse what Python reads from JSON but cannot write to it, before there is work to be lost.

    Raises:
        ValueError: naming the place ``where`` and the key of a number that is not finite, of half a character (the
            escape of one surrogate without the other), of what is nested too deeply or of a type that JSON has not.
    """
    try:
        _to_json(entry).encode("utf-8")
        return
    except (TypeError, ValueError, RecursionError):
        pass  # the whole entry in one go is fast; now, key by key, for the message
    for key, value in entry.items():
        try:
            _to_json({key: value}).encode("utf-8")
        except UnicodeEncodeError as error:
            half = error.object[error.start]
            problem = f"{half!r} is half of a character (an unpaired surrogate), which no file can hold"
        except (TypeError, ValueError, RecursionError) as error:
            problem = str(error)
        else:
            continue
        raise ValueError(f"{where}: {key!r} cannot be saved as JSON: {problem}. Correct or remove it.")


def split_instruction_data(data):
    """Split by position into 85 % training, 10 % test and the rest validation: ``(train, test, val)``.

    It warns when there are too few entries for three parts, and when a task (instruction and input) of one part stands
    in another one, too: scores then measure what was learned by heart.
    """
    train_end = int(len(data) * 0.85)
    test_end = train_end + int(len(data) * 0.1)
    train, test, val = data[:train_end], data[train_end:test_end], data[test_end:]
    if not test:
        warnings.warn(
            f"{len(data)} entries are too few to split: {len(train)} are for training, {len(test)} for test and "
            f"{len(val)} for validation. At least 10 are needed, for numbers that say something at least 100.",
            stacklevel=2,
        )

    first_with, shared = {}, []
    for i, entry in enumerate(data):
        if isinstance(entry, dict) and "instruction" in entry:  # what belongs to entries is split the same way
            first = first_with.setdefault((entry["instruction"], entry.get("input")), i)
            if (first < train_end, first < test_end) != (i < train_end, i < test_end):
                shared.append(f"entry {i} is entry {first} again")
    if shared:
        warnings.warn(
            f"Tasks that stand in two parts: {len(shared)} ({_some(shared)}). The model would be tested on what it has "
            "seen. Remove one of each pair, or do not trust the scores.",
            stacklevel=2,
        )
    return train, test, val


def _some(found):
    """The first few of many findings, for a message."""
    return ", ".join(found[:5]) + (f" and {len(found) - 5} more" if len(found) > 5 else "")


def format_input(entry):
    """Write an entry's instruction and input in the Alpaca prompt style (Taori et al., 2023)."""
    instruction_text = (
        f"Below is an instruction that describes a task. "
        f"Write a response that appropriately completes the request."
        f"\n\n### Instruction:\n{entry['instruction']}"
    )
    input_text = f"\n\n### Input:\n{entry['input']}" if entry["input"] else ""
    return instruction_text + input_text


def _encode_entry(text, tokenizer, index):
    """Token ids of an entry's text. Whatever stands in it is text: it cannot smuggle in a special token.

    Raises:
        ValueError: naming the entry, if its text is more than the tokenizer can bear, such as a million spaces.
    """
    try:
        return tokenizer.encode(text, disallowed_special=())
    except ValueError as error:
        raise ValueError(f"Entry {index}, {len(text):,} characters, cannot be cut into tokens: {error}.") from error


class InstructionDataset(Dataset):
    """Entries as lists of token ids: the prompt, ``### Response:`` and the expected output."""

    def __init__(self, data, tokenizer):
        self.data = data
        self.encoded_texts = [
            _encode_entry(f"{format_input(entry)}\n\n### Response:\n{entry['output']}", tokenizer, i)
            for i, entry in enumerate(data)
        ]

    def __getitem__(self, index):
        return self.encoded_texts[index]

    def __len__(self):
        return len(self.data)


def custom_collate_fn(batch, pad_token_id, ignore_index=-100, allowed_max_length=None, device="cpu"):
    """Make one rectangular batch of token lists of different lengths.

    Each list gets an end-of-text token and is filled up with more of them to the longest one. The targets are the
    inputs shifted by one. All the filling is masked with ``ignore_index`` so that the loss does not count it, but
    the first end-of-text token stays: it is how the model learns to stop.

    Args:
        batch: lists of token ids.
        pad_token_id: the tokenizer's end-of-text id, ``tokenizer.eot_token``.
        allowed_max_length: cut rows to this many tokens, at most the model's context length.
        device: where the tensors are put.

    Returns:
        ``(inputs, targets)``, int64, both ``(batch, longest length)``.
    """
    batch_max_length = max(len(item) for item in batch) + 1
    inputs, targets = [], []
    for item in batch:
        padded = torch.tensor(item + [pad_token_id] * (batch_max_length - len(item)))
        target = padded[1:].clone()
        padding = (target == pad_token_id).nonzero().flatten()
        target[padding[1:]] = ignore_index
        inputs.append(padded[:-1][:allowed_max_length])
        targets.append(target[:allowed_max_length])
    return torch.stack(inputs).to(device), torch.stack(targets).to(device)


def create_instruction_loader(
    data, tokenizer, *, allowed_max_length, batch_size=8, shuffle=False, drop_last=False, device="cpu"
):
    """Return a ``DataLoader`` over instruction entries that yields what :func:`custom_collate_fn` makes.

    Entries of more than ``allowed_max_length`` tokens are cut, with a warning that tells which.

    Raises:
        ValueError: if ``drop_last`` leaves no batch.
    """
    if drop_last and 0 < len(data) < batch_size:
        raise ValueError(
            f"Expected at least one batch of {batch_size} entries, found {len(data)} entries, and drop_last leaves out "
            "what fills no batch. Choose a smaller batch_size, or drop_last=False."
        )
    dataset = InstructionDataset(data, tokenizer)
    _warn_of_cut_entries(dataset, tokenizer, allowed_max_length)

    def collate(batch):
        return custom_collate_fn(
            batch, tokenizer.eot_token, allowed_max_length=allowed_max_length, device=device
        )

    return DataLoader(
        dataset,
        batch_size=batch_size,
        collate_fn=collate,
        shuffle=shuffle,
        drop_last=drop_last,
        pin_memory=torch.cuda.is_available() and str(device) == "cpu",  # copied to the GPU while that computes
    )


def _warn_of_cut_entries(dataset, tokenizer, allowed_max_length):
    """Say which entries are longer than allowed, and whether anything is left of their responses."""
    cut = []
    for i, token_ids in enumerate(dataset):
        if allowed_max_length is not None and len(token_ids) > allowed_max_length:
            prompt = _encode_entry(f"{format_input(dataset.data[i])}\n\n### Response:\n", tokenizer, i)
            lost = "the end" if len(prompt) < allowed_max_length else "the whole"
            cut.append(f"entry {i} ({len(token_ids)} tokens, {lost} of its response is lost)")
    if cut:
        warnings.warn(
            f"Entries longer than {allowed_max_length} tokens, which are cut: {len(cut)} of {len(dataset)}: "
            f"{_some(cut)}. From these the model does not learn to stop. Shorten or remove them.",
            stacklevel=3,
        )


# ---------------------------------------------------------------------------------------------------------------
# Chapter 7: responses
# ---------------------------------------------------------------------------------------------------------------

def cut_out_response(prompt_ids, token_ids, tokenizer):
    """Return what a model has written after a prompt, without the heading of the response.

    The prompt is cut off by its number of tokens. Its number of characters would not do: a text that is encoded and
    decoded can come back with another length. Only the first heading is taken off; a response may speak of others.

    Args:
        prompt_ids: token ids of the prompt, shape ``(1, tokens)`` or ``(tokens,)``.
        token_ids: what :func:`generate` has made of it: the same ids, then new ones.

    Raises:
        ValueError: if ``token_ids`` do not begin with the prompt.
    """
    prompt, text = prompt_ids.reshape(-1).tolist(), token_ids.reshape(-1).tolist()
    if text[: len(prompt)] != prompt:
        raise ValueError(
            f"Expected a text that begins with the {len(prompt)} tokens of its prompt, found another beginning. "
            "Do prompts and texts stand in the same order?"
        )
    return tokenizer.decode(text[len(prompt) :]).strip().removeprefix("### Response:").strip()


def extract_responses(model, tokenizer, entries, path, *, max_new_tokens=256, batch_size=32):
    """Let a model respond to entries, and save them with its responses as JSON.

    After each batch, its responses are added to ``<path>.progress``. When the call is interrupted, by whatever, the
    next one goes on behind the last complete batch and comes to the same file. That file is written at the end, in
    one step: until then ``path`` holds what it held before. Called once more, it has nothing left to compute.
    With other weights, prompts or limits it starts anew.

    Args:
        model: a :class:`GPTModel` in evaluation mode.
        entries: dicts with ``instruction`` and ``input``; they are not changed.
        path: the JSON file to write.
        max_new_tokens: where to stop a response that does not end.
        batch_size: how many entries are responded to at a time; the memory grows with it, and so does the work that
            an interruption costs.

    Returns:
        ``(entries, stopped)``: new entries in the same order, each with its ``model_response``, and a list that tells
        for each whether the model ended by itself.

    Raises:
        ValueError: naming an entry that could not be read or saved, before anything is computed.
        OSError: when a file cannot be written. What is in ``path`` and in the progress stays.
    """
    path = Path(path)
    progress = path.with_name(f"{path.name}.progress")
    for i, entry in enumerate(entries):
        _check_that_it_can_be_saved(entry, f"Entry {i}")
    prompts = [torch.tensor(_encode_entry(format_input(entry), tokenizer, i)) for i, entry in enumerate(entries)]
    position_weights, eos_id = model.pos_emb.weight, tokenizer.eot_token
    context_size, device = len(position_weights), position_weights.device
    long = [f"entry {i} ({len(prompt)} tokens)" for i, prompt in enumerate(prompts) if len(prompt) > context_size]
    if long:
        warnings.warn(
            f"Prompts longer than the {context_size} tokens that the model can look at: {len(long)}: {_some(long)}. "
            "It sees only their ends. Shorten them.",
            stacklevel=2,
        )

    run = _fingerprint_of_run(model, prompts, max_new_tokens, eos_id)
    responses = _read_progress(progress, run)  # index of an entry: (response, whether it stopped by itself)
    # Batches as in generate_batch. Only whole ones are kept, so that after an interruption the rest falls into the
    # same batches as without it: the size of a batch can decide how a number is rounded.
    waiting = sorted(set(range(len(prompts))) - responses.keys(), key=lambda i: (len(prompts[i]), i))
    if responses:
        print(
            f"{len(responses)} of {len(prompts)} responses are kept from an earlier run of the same model "
            f"({progress}); delete that file to compute them anew."
        )
    with tqdm(total=len(prompts), initial=len(responses), unit="response") as progress_bar:
        while waiting:
            chosen, waiting = waiting[:batch_size], waiting[batch_size:]
            batch, found = [prompts[i].to(device) for i in chosen], {}
            try:
                for row, text in _continue_rows(model, batch, max_new_tokens, context_size, eos_id):
                    stopped = text.shape[1] < len(batch[row]) + max_new_tokens
                    found[chosen[row]] = cut_out_response(batch[row], text, tokenizer), stopped
                    progress_bar.update()
                _add_progress(progress, json.dumps(list(found.items())))
            except KeyboardInterrupt:
                print(f"Interrupted. {len(responses)} of {len(prompts)} responses are kept: run this again to go on.")
                raise
            responses.update(found)

    entries = [{**entry, "model_response": responses[i][0]} for i, entry in enumerate(entries)]
    text = json.dumps(entries, indent=4, ensure_ascii=False, allow_nan=False)  # "indent" for pretty-printing
    write_atomically(path, text.encode("utf-8"))
    return entries, [responses[i][1] for i in range(len(entries))]


def _fingerprint_of_run(model, prompts, max_new_tokens, eos_id):
    """SHA-256 of all that decides about the responses: the weights, the prompts, the limit, the end-of-text token."""
    digest = hashlib.sha256()
    for name, tensor in model.state_dict().items():
        digest.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}\n".encode())
        digest.update(tensor.cpu().reshape(-1).view(torch.uint8).numpy())
    digest.update(json.dumps([[prompt.tolist() for prompt in prompts], max_new_tokens, eos_id]).encode())
    return digest.hexdigest()


def _read_progress(path, run):
    """Return the responses of this run that are in a progress file; begin the file anew if it is another run's.

    The file's first line is the run's fingerprint. Then comes a line for each batch, in JSON, with pairs of an
    entry's index and ``[response, stopped]``.
    """
    try:
        first_line, *lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    except FileNotFoundError:
        first_line = None
    if first_line != run:
        path.write_text(run, encoding="utf-8")
        return {}
    responses = {}
    for line in lines:
        try:
            responses.update((i, tuple(found)) for i, found in json.loads(line))
        except ValueError:
            pass  # cut off while it was written: that batch is computed once more
    return responses


def _add_progress(path, line):
    # The line break comes first: what follows a line that was cut off still begins on a line of its own.
    with open(path, "a", encoding="utf-8") as file:
        file.write(f"\n{line}")
        file.flush()
        os.fsync(file.fileno())


# ---------------------------------------------------------------------------------------------------------------
# Chapter 7: scoring responses
# ---------------------------------------------------------------------------------------------------------------


def normalize_answer(text):
    """Lower case, single spaces, without quotation marks around it and without punctuation at the end."""
    text = " ".join(text.lower().split())
    return re.sub(r"^[\s\"'“”‘’]+|[\s\"'“”‘’.,;:!?]+$", "", text)


def is_right(entry, response):
    """Exact match: whether a response is the entry's output, but for what :func:`normalize_answer` takes away.

    Where case or punctuation are what was asked for, as in "Add the missing punctuation mark", the output without
    them stands in the entry already. There every character counts.
    """
    instruction = entry["instruction"]
    given = [entry["input"], instruction.partition(": ")[2], *re.findall(r"['\"](.+?)['\"](?!\w)", instruction)]
    expected = normalize_answer(entry["output"])
    if expected in map(normalize_answer, given):
        return response.strip() == entry["output"]
    return normalize_answer(response) == expected


def token_f1(entry, response):
    """How many words response and output share, from 0 to 1 (SQuAD's F1: Rajpurkar et al., 2016).

    The harmonic mean of precision (the share of the response's words that are in the output) and recall (the share
    of the output's words that are in the response), both after :func:`normalize_answer`.
    """
    answered, expected = (normalize_answer(text).split() for text in (response, entry["output"]))
    shared = sum((Counter(answered) & Counter(expected)).values())
    return 2 * shared / (len(answered) + len(expected)) if shared else 0.0
