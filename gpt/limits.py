"""Numbers that a caller chooses, refused before anything is computed with them if they make no sense.

Most would fail later anyway, but in the middle of a computation, with a message about something else; on a GPU that
can end the session. Others would not fail: a temperature below 0 would be taken for 0.
"""

import math
from numbers import Integral, Real


def require_whole_number(name, value, lowest, highest=math.inf, advice=""):
    """Raise a ValueError unless ``value`` is a whole number from ``lowest`` to ``highest``.

    Args:
        name: of the argument, for the message.
        advice: a sentence about what to do, or why there is a highest value.
    """
    if isinstance(value, Integral) and lowest <= value <= highest:
        return
    wanted = f"of {lowest} or more" if highest == math.inf else f"from {lowest} to {highest}"
    raise ValueError(f"Expected {name} to be a whole number {wanted}, found {value!r}. {advice}".rstrip())


def require_sampling(temperature, top_k, vocab_size=math.inf):
    """Raise a ValueError unless tokens can be chosen with this temperature and this ``top_k``.

    Args:
        vocab_size: how many tokens there are to choose from, if that is known.
    """
    is_temperature = isinstance(temperature, Real) and 0 <= temperature < math.inf  # which NaN is not
    if is_temperature and (top_k is None or isinstance(top_k, Integral) and 1 <= top_k <= vocab_size):
        return
    tokens = "of 1 or more" if vocab_size == math.inf else f"from 1 to {vocab_size}, the size of the vocabulary"
    raise ValueError(
        f"Expected a temperature of 0 or more and a top_k {tokens}, found temperature={temperature!r} and "
        f"top_k={top_k!r}. With temperature 0 the most probable token is taken; top_k=None looks at all tokens."
    )


def require_limits(model, max_new_tokens, context_size, temperature=0.0, top_k=None):
    """Raise a ValueError unless a model can generate text within these limits.

    Args:
        model: its ``pos_emb`` tells how many tokens it can look at, its ``tok_emb`` how many it can choose from; a
            model without them is taken to have no limit.
        max_new_tokens: 0 or more.
        context_size: from 1 to the context length of the model.
        temperature, top_k: see ``gpt.generation.choose_token``.
    """
    vocab_size, context_length = (
        getattr(getattr(model, name, None), "num_embeddings", math.inf) for name in ("tok_emb", "pos_emb")
    )
    require_whole_number("max_new_tokens", max_new_tokens, 0)
    require_whole_number(
        "context_size", context_size, 1, context_length,
        "The context length of this model is the most that it can look at: context_size=model.pos_emb.num_embeddings.",
    )  # fmt: skip
    require_sampling(temperature, top_k, vocab_size)
