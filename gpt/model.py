"""GPT-2, written out: configurations, attention, transformer blocks, the model (chapters 3 and 4 of the book).

Read it from top to bottom; shapes are written as ``(batch, tokens, emb_dim)``. The architecture is GPT-2's (Radford et
al., "Language Models are Unsupervised Multitask Learners", 2019). What is only there for speed is in ``gpt.kernels``,
what makes text of the logits in ``gpt.generation``; pretrained weights come from ``gpt.weights``.

    model = GPTModel(config_of("gpt2-tiny (6M)"))
    model(torch.tensor([[11, 12, 13]])).shape  # (1, 3, 8192): a score for each token that may come next
"""

import torch
from torch import nn

from gpt.kernels import Linear, fused, fused_attention, has_fast_attention
from gpt.packed_rows import PackedRows

# ---------------------------------------------------------------------------------------------------------------
# Configurations
# ---------------------------------------------------------------------------------------------------------------

BASE_CONFIG = {
    "vocab_size": 50257,  # Vocabulary size
    "context_length": 1024,  # Context length
    "drop_rate": 0.0,  # Dropout rate
    "qkv_bias": True,  # Query-key-value bias
}

# BASE_CONFIG.update(model_configs[CHOOSE_MODEL]) gives the whole configuration of a model. Each row has all that one
# model does not share with every other, so that a second choice leaves nothing of the first one behind.
_OPENAI = {"vocab_size": 50257, "context_length": 1024}
model_configs = {
    "gpt2-tiny (6M)": {"emb_dim": 256, "n_layers": 5, "n_heads": 4, "vocab_size": 8192, "context_length": 256},
    "gpt2-small (124M)": {"emb_dim": 768, "n_layers": 12, "n_heads": 12, **_OPENAI},
    "gpt2-medium (355M)": {"emb_dim": 1024, "n_layers": 24, "n_heads": 16, **_OPENAI},
    "gpt2-large (774M)": {"emb_dim": 1280, "n_layers": 36, "n_heads": 20, **_OPENAI},
    "gpt2-xl (1558M)": {"emb_dim": 1600, "n_layers": 48, "n_heads": 25, **_OPENAI},
}


def config_of(model_name):
    """The whole configuration of a model, as :class:`GPTModel` takes it."""
    return {**BASE_CONFIG, **model_configs[model_name]}


# ---------------------------------------------------------------------------------------------------------------
# Chapter 3: attention
# ---------------------------------------------------------------------------------------------------------------


def causal_attention(queries, keys, values, dropout, visible=None):
    """Mix, for each query, the values of the tokens up to its own, by how well their keys match it.

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
        attend = fused_attention if has_fast_attention(queries) else causal_attention
        if isinstance(visible, PackedRows):  # rows of different lengths behind each other, instead of padding
            attend = visible.within_rows(attend)
        context = attend(queries, keys, values, self.dropout, visible)
        context = context.transpose(1, 2).reshape(batch, tokens, -1)  # heads side by side again
        return self.out_proj(context)


def _drop_foreign_mask(module, state_dict, prefix, *_):
    """Other implementations save their mask with the weights. It is a constant, so it is left aside on loading."""
    state_dict.pop(f"{prefix}mask", None)


# ---------------------------------------------------------------------------------------------------------------
# Chapter 4: the GPT model
# ---------------------------------------------------------------------------------------------------------------


class LayerNorm(nn.Module):
    """Give every token's vector mean 0 and variance 1, then scale and shift it (Ba et al., 2016)."""

    def __init__(self, emb_dim):
        super().__init__()
        self.eps = 1e-5
        self.scale = nn.Parameter(torch.ones(emb_dim))
        self.shift = nn.Parameter(torch.zeros(emb_dim))

    def forward(self, x):
        if not fused():
            mean = x.mean(dim=-1, keepdim=True)
            variance = x.var(dim=-1, keepdim=True, unbiased=False)
            normalized = (x - mean) / torch.sqrt(variance + self.eps)
            return self.scale * normalized + self.shift
        return nn.functional.layer_norm(x, self.scale.shape, self.scale, self.shift, self.eps)


class GELU(nn.Module):
    """Gaussian error linear unit in the tanh approximation that GPT-2 was trained with (Hendrycks and Gimpel, 2016)."""

    def forward(self, x):
        if not fused():
            return 0.5 * x * (1 + torch.tanh((2 / torch.pi) ** 0.5 * (x + 0.044715 * x**3)))
        return nn.functional.gelu(x, approximate="tanh")


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

        With a ``gpt.generation.KeyValueCache``, ``in_idx`` are the tokens that come after those that it holds; with
        ``gpt.packed_rows.PackedRows``, several rows behind each other, ``(1, tokens of all rows)``.

        Raises:
            ValueError: if there are more tokens than the context length, those in the cache included, or (on a CPU)
                ids that the vocabulary has not. On a GPU, going on would break the session.
        """
        if in_idx.device.type == "cpu" and not torch.compiler.is_compiling():  # a GPU would have to wait for the answer
            require_known_ids(self, in_idx)
        tokens, context_length = in_idx.shape[1], self.pos_emb.num_embeddings
        longest = 0 if cache is None else cache.longest
        if not isinstance(cache, PackedRows):  # which know how long each of their rows will be
            longest += tokens
        if longest > context_length:
            raise ValueError(
                f"Expected at most {context_length} tokens, the context length of this model, found {longest}. Cut "
                f"the text: allowed_max_length={context_length} in create_instruction_loader, context_size in generate."
            )
        positions = torch.arange(tokens, device=in_idx.device) if cache is None else cache.begin(tokens)
        x = self.drop_emb(self.tok_emb(in_idx) + self.pos_emb(positions))
        for i, block in enumerate(self.trf_blocks):
            x = block(x, cache, i)
        return self.final_norm(x)


def require_known_ids(model, input_ids, target_ids=None):
    """Refuse token ids that the model's vocabulary does not have, best while they are still on the CPU.

    A GPU would notice them in the middle of a kernel: then every later call in the session fails, with a message that
    names another place. Ids that are on a GPU already are looked at, too, but it has to wait for that.

    Args:
        model: with a ``tok_emb``; one without is not looked at.
        target_ids: may also be -100, which no loss counts.

    Raises:
        ValueError: naming an id and the size of the vocabulary.
    """
    vocab_size = getattr(getattr(model, "tok_emb", None), "num_embeddings", None)
    for token_ids in (input_ids, target_ids):
        if vocab_size is None or token_ids is None or token_ids.numel() == 0:
            continue
        if token_ids is target_ids:
            token_ids = token_ids.masked_fill(token_ids == -100, 0)
        smallest, largest = torch.stack(token_ids.aminmax()).tolist()
        if smallest < 0 or largest >= vocab_size:
            raise ValueError(
                f"Expected token ids from 0 to {vocab_size - 1}, the vocabulary of this model, found "
                f"{largest if largest >= vocab_size else smallest}. Text and model belong to different vocabularies: "
                "encode with load_tokenizer(...) of this model's checkpoint folder, and fill up batches with "
                "pad_token_id=tokenizer.eot_token."
            )
