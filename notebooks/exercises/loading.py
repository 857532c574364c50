"""Checks of notebook 01: the parameters of a block, and OpenAI's matrices for queries, keys and values."""

import numpy as np

from exercises.looking import check

WIDTHS = (8, 24, 256)


def block_parameters(emb_dim, biases=None, norms=None, attention=None, feed_forward=None):
    """The number of parameters of a transformer block, right or with parts that people forget."""
    matrices = {"three_matrices": 3, "one_matrix": 2}.get(attention, 4)
    weights = matrices * emb_dim**2 + (2 if feed_forward else 8) * emb_dim**2
    vectors = {"no_biases": 0, "no_qkv_biases": 6 * emb_dim}.get(biases, 9 * emb_dim)
    if biases is None and feed_forward:
        vectors -= 3 * emb_dim
    if biases is None and attention:
        vectors -= (4 - matrices) * emb_dim
    return weights + vectors + (0 if norms else 4 * emb_dim)


@check(
    "weights and biases of the four matrices of attention and the two of the feed-forward part, and both layer norms, "
    "for blocks of three widths",
    no_biases="The biases are missing: each of the six matrices has one number more for each of its outputs.",
    no_qkv_biases="The biases of queries, keys and values are missing (GPT-2 has them: qkv_bias is True).",
    no_norms="The two layer norms are missing: each has a scale and a shift for every number of the vector.",
    three_matrices="Attention has four matrices: besides queries, keys and values there is the output projection.",
    one_matrix="Queries, keys and values have a matrix each, three and not one.",
    narrow="The feed-forward part widens the vectors to four times emb_dim, and back: 2 * 4 * emb_dim^2 weights.",
)
def check_block_parameters(look):
    """``my_block_parameters(emb_dim)``."""
    look.explain(
        [(width,) for width in WIDTHS], block_parameters,
        biases=["no_biases", "no_qkv_biases"], norms=["no_norms"], attention=["three_matrices", "one_matrix"],
        feed_forward=["narrow"],
    )  # fmt: skip


def split_qkv(w, transposed=None, order=None, cut=None):
    """The three matrices for ``nn.Linear``, right or with faults that people make."""
    if cut == "rows":
        parts = np.array_split(w, 3, axis=0)
    elif cut == "interleaved":
        parts = [w[:, i::3] for i in range(3)]
    else:
        parts = np.split(w, 3, axis=1)
    if order:
        parts = [parts[i] for i in {"keys_first": (1, 0, 2), "values_first": (2, 1, 0)}[order]]
    return tuple(part if transposed else part.T for part in parts)


@check(
    "for arrays of two widths, queries, keys and values each get their own columns, in this order, transposed for "
    "nn.Linear",
    not_transposed="The matrices are not transposed. OpenAI multiplies x @ w, nn.Linear multiplies with the transpose "
    "of its weight. As they are square, nothing complains: the model only gets worse.",
    keys_first="Queries and keys are exchanged: in OpenAI's array queries come first, then keys, then values.",
    values_first="Queries and values are exchanged: in OpenAI's array queries come first, then keys, then values.",
    rows="The array is cut into groups of rows. A row belongs to an input of the layer and a column to an output, so "
    "queries, keys and values lie side by side: cut the columns.",
    interleaved="Every third column is taken. The columns lie in three blocks: first all of the queries, then all of "
    "the keys, then all of the values.",
)
def check_split_qkv(look):
    """``my_split_qkv(w)``, with ``w`` a numpy array of shape ``(emb_dim, 3 * emb_dim)``."""
    random = np.random.default_rng(0)
    cases = [(random.normal(size=(width, 3 * width)).astype(np.float32),) for width in (4, 6)]
    look.explain(
        cases, split_qkv, transposed=["not_transposed"], order=["keys_first", "values_first"],
        cut=["rows", "interleaved"],
    )  # fmt: skip
