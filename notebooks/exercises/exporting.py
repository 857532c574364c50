"""Checks of notebook 09: queries, keys and values side by side again, and weights in eight bits."""

import numpy as np
import torch

from exercises.looking import check

SQUARES = [tuple(torch.arange(n * n).reshape(n, n).float() + 100 * i for i in range(3)) for n in (2, 3)]


def join_qkv(query, key, value, turned=None, order=None, side=None):
    """The one matrix of the Hub's form, right or with faults that people make."""
    parts = {None: [query, key, value], "keys_first": [key, query, value], "values_first": [value, key, query]}[order]
    if not turned:
        parts = [part.T for part in parts]
    return torch.cat(parts, dim=0 if side else 1)


@check(
    "three matrices of two widths become one with three times as many columns: queries, keys and values from left to "
    "right, transposed",
    not_transposed="The matrices are not transposed. nn.Linear keeps (outputs, inputs), the Hub's form of GPT-2 keeps "
    "(inputs, outputs).",
    keys_first="Queries and keys are exchanged: queries come first, then keys, then values.",
    values_first="Queries and values are exchanged: queries come first, then keys, then values.",
    one_below_the_other="The matrices stand one below the other. Side by side: the number of columns becomes three "
    "times as large.",
)
def check_join_qkv(look):
    """``my_join_qkv(query, key, value)``, returning an array or a tensor of shape (inputs, 3 * outputs)."""
    look.explain(
        SQUARES, join_qkv,
        turned=["not_transposed"], order=["keys_first", "values_first"], side=["one_below_the_other"],
    )  # fmt: skip


BLOCKS = (
    np.array([0.5, -1.27, 0.013, 0.3049]),
    np.array([0.02, 0.9, 0.2535, -0.4]),
    np.array([-2.54, 1.0, 2.0, 0.029]),
)
ZEROS = np.zeros(4)


def quantize(values, largest=None, rounding=None, steps=None):
    """Scale and whole numbers of a block, right or with faults that people make."""
    top = np.max(values) if largest == "sign_forgotten" else np.max(np.abs(values))
    scale = top / {None: 127, "steps": 255}[steps]
    turned = values / scale
    return scale, np.trunc(turned) if rounding else np.rint(turned)


@check(
    "blocks of numbers whose largest is positive and whose largest is negative; a block of zeros",
    sign_forgotten="The largest number is looked for with its sign. A block may hold -2 and 1: then -2 decides.",
    steps="The scale is too small: the whole numbers go from -127 to 127, so the largest magnitude stands for 127.",
    cut_off="The numbers are cut off instead of rounded: 100.9 becomes 100. The error is then up to twice as large.",
    zeros="A block of zeros has the scale 0, and nothing can be divided by that. Its whole numbers are 0.",
)
def check_quantize(look):
    """``my_quantize(values)``, returning the scale and the whole numbers."""
    look.explain(
        [(values,) for values in BLOCKS], quantize,
        largest=["sign_forgotten"], rounding=["cut_off"], steps=["steps"],
    )  # fmt: skip
    if not look.is_sound():
        return
    with look.case(), np.errstate(all="ignore"):
        scale, numbers = look.call(ZEROS.copy(), raised="zeros")
        look.expect(float(scale) == 0 and np.array_equal(np.asarray(numbers, dtype=float), ZEROS), "zeros")
