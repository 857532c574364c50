"""Checks of notebook 06: cutting out a response, and token F1."""

from collections import Counter

from exercises.looking import check, describe
from previous_chapters import normalize_answer, text_to_token_ids

HEADING = "### Response:"
PROMPT = "Below is an instruction that describes a task.\n\n### Instruction:\nWrite the response."
CONTINUATIONS = (
    f"\n\n{HEADING}\nThe task is done.",
    "\n\nThe request completes.",  # a model that writes no heading
    f"\n\n{HEADING}\nWrite {HEADING} and then the response.",
    f"\n\n{HEADING}\n{PROMPT}\nThat is the task.",
)


def cut_out(prompt_ids, token_ids, tokenizer, prompt=None, heading=None, space=None):
    """The response in a generated text, right or with faults that people make."""
    prompt_text, text = (tokenizer.decode(ids[0].tolist()) for ids in (prompt_ids, token_ids))
    new = tokenizer.decode(token_ids[0, prompt_ids.shape[1] :].tolist())
    if prompt == "prompt_kept":
        new = text
    elif prompt == "prompt_everywhere":
        new = text.replace(prompt_text, "")
    if heading == "searched_first":
        new = text.split(HEADING, 1)[1] if HEADING in text else ""
    elif heading == "searched_last":
        new = text.rsplit(HEADING, 1)[1] if HEADING in text else text
    elif heading == "heading_everywhere":
        new = new.replace(HEADING, "")
    elif heading is None:
        new = new.strip().removeprefix(HEADING)
    return new if space else new.strip()


@check(
    "the response of four texts: an ordinary one, one without heading, one that speaks of the heading itself, one that "
    "repeats the prompt",
    prompt_kept="The prompt is still there: what comes back from generate begins with it.",
    prompt_everywhere="The prompt's text is removed wherever it stands, also where the response repeats it. Only the "
    "first tokens are the prompt: cut by their number.",
    heading_kept="The heading ### Response: is still there.",
    heading_everywhere="The heading is removed wherever it stands, also inside a response that speaks of it. Take it "
    "off once, at the beginning.",
    searched_first="It looks for the heading to find the response. A model that writes none would be left without an "
    "answer: cut off the prompt by its number of tokens.",
    searched_last="It takes what stands behind the last heading. A response may speak of the heading itself, or the "
    "model may write none: cut off the prompt by its number of tokens.",
    space_kept="White space around the response is left: strip it, or two equal answers differ by a line break.",
)
def check_cut_out(look, tokenizer):
    """``my_cut_out(prompt_ids, token_ids, tokenizer)``, ids of shape ``(1, tokens)``."""
    prompt_ids = text_to_token_ids(PROMPT, tokenizer)
    cases = []
    for continuation in CONTINUATIONS:
        new_ids = text_to_token_ids(continuation, tokenizer)
        cases.append((prompt_ids, prompt_ids.new_tensor([[*prompt_ids[0].tolist(), *new_ids[0].tolist()]]), tokenizer))
    look.explain(
        cases, cut_out,
        prompt=["prompt_kept", "prompt_everywhere"],
        heading=["heading_kept", "heading_everywhere", "searched_first", "searched_last"],
        space=["space_kept"],
    )  # fmt: skip


def f1(response, expected, words=None, mean=None, text=None):
    """Token F1 of two texts, right or with faults that people make."""
    normalize = str if text else normalize_answer
    answered, wanted = (normalize(each).split() for each in (response, expected))
    if words == "sets":
        answered, wanted = ([*set(each)] for each in (answered, wanted))
    shared = sum((Counter(answered) & Counter(wanted)).values())
    if words == "in_place":
        shared = sum(one == other for one, other in zip(answered, wanted, strict=False))
    if not shared:
        return 0.0
    precision, recall = shared / len(answered), shared / len(wanted)
    if mean is None:
        return 2 * precision * recall / (precision + recall)
    return {"arithmetic": (precision + recall) / 2, "only_precision": precision, "only_recall": recall}[mean]


@check(
    "equal texts, texts that share some words, words that come twice, another order, case and final punctuation, "
    "nothing shared, an empty response",
    sets="A word that comes twice counts once: compare numbers of words (collections.Counter), not sets.",
    in_place="Words are compared place by place: one word too many at the beginning, and nothing fits. The order does "
    "not count.",
    only_precision="Only precision is measured: a single right word would get all the points.",
    only_recall="Only recall is measured: an answer that rambles on loses nothing.",
    arithmetic="Precision and recall are averaged in the usual way. The harmonic mean, 2 * p * r / (p + r), is near "
    "the smaller one, so that neither can be traded away.",
    not_normalized="Case and punctuation at the end make a difference: use normalize_answer on both texts first.",
    divided_by_zero="If nothing is shared, precision and recall are 0, and their harmonic mean is 0 and not 0 / 0.",
)
def check_token_f1(look):
    """``my_token_f1(response, expected)``."""
    cases = [
        ("The sky is blue.", "The sky is blue."),
        ("the sky is blue", "The sky is blue."),
        ("It is the old red house", "the red house"),
        ("the red", "The house is red and the door is green."),
        ("no no no yes", "no yes yes"),
    ]
    look.explain(
        cases, f1, words=["sets", "in_place"], mean=["only_precision", "only_recall", "arithmetic"],
        text=["not_normalized"],
    )  # fmt: skip
    for response, expected in (("apple", "pear"), ("", "pear")):
        with look.case():
            found = look.call(response, expected, raised="divided_by_zero")
            detail = f"For {response!r} and {expected!r}: found {describe(found)}"
            look.expect(found == 0 or not look.is_sound(), "divided_by_zero", detail)
