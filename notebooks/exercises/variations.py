"""Checks of notebook 08: a conversation becomes entries, and LoRA's product is added to the weights."""

import torch

from exercises.looking import check

CONVERSATIONS = (
    [("user", "Hi."), ("assistant", "Hello."), ("user", "A color?"), ("assistant", "Green.")],
    [("system", "Be brief."), ("user", "A month?"), ("assistant", "May.")],
    [("user", "One."), ("assistant", "Two."), ("user", "Three?"), ("assistant", "Four."), ("user", "Bye.")],
)


def entries_of(turns, answers=None, before=None, system=None):
    """The entries of a conversation, right or with faults that people make."""
    found = []
    for i, (role, text) in enumerate(turns):
        if role != "assistant":
            continue
        seen = turns[: i + 1] if before == "answer_in_prompt" else turns[:i]
        if before == "history_lost":
            seen = turns[i - 1 : i]
        if system == "system_lost":
            seen = [turn for turn in seen if turn[0] != "system"]
        found.append((list(seen), text))
    return found[-1:] if answers == "last_only" else found


@check(
    "a conversation with two answers; one with a system message; one whose last question nobody answered",
    last_only="Only the last answer becomes an entry. Every answer of the assistant is one that the model can learn "
    "from.",
    history_lost="The turns before the question are missing. 'And of bring?' cannot be answered without them.",
    answer_in_prompt="The prompt already holds the answer. The model would learn to copy what it will not be given.",
    system_lost="The system message is missing in a prompt. It tells how to answer, and belongs to each of them.",
)
def check_chat_entries(look):
    """``my_chat_entries(turns)``, returning a list of ``(turns before, answer)``."""
    look.explain(
        [(turns,) for turns in CONVERSATIONS], entries_of,
        answers=["last_only"], before=["history_lost", "answer_in_prompt"], system=["system_lost"],
    )  # fmt: skip


WEIGHT = torch.arange(12.0).reshape(4, 3)
A = torch.tensor([[1.0, -2.0, 0.5], [0.0, 1.0, 3.0]])
B = torch.tensor([[1.0, 0.0], [0.5, -1.0], [0.0, 2.0], [-1.0, 1.0]])


def merge(weight, A, B, alpha, scale=None, place=None):
    """The merged weight, right or with faults that people make."""
    scale = {"not_scaled": 1, "rank_forgotten": alpha, None: alpha / len(A)}[scale]
    return (0 if place else weight) + scale * B @ A


@check(
    "a weight of 4 rows and 3 columns with a product of rank 2, for alpha 2 and alpha 16; that the weight which was "
    "passed in stays as it was",
    not_scaled="The product is added as it is. It counts alpha / rank times.",
    rank_forgotten="The product is multiplied by alpha, but not divided by the rank. A larger rank would then also "
    "mean a larger change.",
    replaced="The product stands in the place of the weight. It is a change of the weight: add it.",
    changed="The weight that was passed in has been changed. Called a second time, the function would add the product "
    "twice.",
)
def check_merge(look):
    """``my_merge(weight, A, B, alpha)``, returning the merged weight."""
    look.explain(
        [(WEIGHT, A, B, alpha) for alpha in (2.0, 16.0)], merge,
        scale=["not_scaled", "rank_forgotten"], place=["replaced"],
    )  # fmt: skip
    with look.case():
        weight = WEIGHT.clone()
        look.call(weight, A.clone(), B.clone(), 2.0)
        look.expect(torch.equal(weight, WEIGHT), "changed")
