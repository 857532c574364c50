"""Checks of the workshop: prompt, batch, attention, generation. The training step is checked in ``training``."""

import torch

from exercises.looking import check, describe
from exercises.training import CONFIG, tiny_model
from previous_chapters import causal_attention, choose_token, custom_collate_fn, format_input, generate

# ---------------------------------------------------------------------------------------------------------------
# The prompt
# ---------------------------------------------------------------------------------------------------------------

WITH_INPUT = {"instruction": "Name the colour.", "input": "snow", "output": "White."}
WITHOUT_INPUT = {"instruction": "Say hello.", "input": "", "output": "Hello."}


def prompt(entry, empty=None, input_part=None, answer=None, end=None):
    """A prompt, right or with faults that people make."""
    if input_part:
        entry = {**entry, "input": ""}
    text = format_input(entry)
    if empty and not entry["input"]:
        text += "\n\n### Input:\n"
    if answer or end == "response_heading":
        text += "\n\n### Response:\n"
    if answer:
        text += entry["output"]
    return text + {"line_break": "\n"}.get(end, "")


@check(
    "an entry with and one without input, compared with our own prompt character by character",
    empty_input="An entry without input gets the heading ### Input: all the same: the model would see a heading with "
    "nothing under it, which no training entry has.",
    no_input="The input is not in the prompt: the model would be asked to work on something that it cannot see.",
    answer_given="The expected answer stands in the prompt: there is nothing left for the model to find.",
    response_heading="The heading ### Response: is part of the prompt. In this series the model writes it itself, so "
    "it belongs to the text that is trained on, behind the prompt.",
    line_break="The prompt ends in a line break. A different end is cut into different tokens than in training.",
    wording="The wording differs from the one that the model is trained with. To a model another wording is another "
    "task: every character counts, the line breaks included.",
)
def check_format_input(look):
    """``my_format_input(entry)``."""
    faults = {
        "empty": ["empty_input"], "input_part": ["no_input"], "answer": ["answer_given"],
        "end": ["response_heading", "line_break"],
    }  # fmt: skip
    look.explain([(WITH_INPUT,), (WITHOUT_INPUT,)], prompt, **faults)
    if look.findings.pop("other", None):
        for entry in (WITH_INPUT, WITHOUT_INPUT):
            with look.case():
                found, wanted = look.call(dict(entry)), format_input(entry)
                if isinstance(found, str) and found != wanted:
                    look.find("wording", first_difference(found, wanted))


def first_difference(found, wanted):
    pairs = zip(found, wanted, strict=False)
    at = next((i for i, (one, other) in enumerate(pairs) if one != other), min(len(found), len(wanted)))
    return f"First difference at character {at}: expected {wanted[at : at + 30]!r}, found {found[at : at + 30]!r}"


# ---------------------------------------------------------------------------------------------------------------
# The batch
# ---------------------------------------------------------------------------------------------------------------


def collate(batch, pad_token_id, shift=None, mask=None, value=None, inputs_part=None, longest=None, end=None):
    """Inputs and targets of a batch, ours or with faults that people make."""
    if not any((shift, mask, value, inputs_part, longest, end)):
        return custom_collate_fn(batch, pad_token_id)
    end_id = 50256 if end else pad_token_id
    width = max(map(len, batch)) + (0 if longest else 1)
    padded = torch.tensor([item + [end_id] * (width - len(item)) for item in batch])
    inputs = padded if shift == "not_shifted@whole" else padded[:, :-1]
    targets = (inputs if shift else padded[:, 1:]).clone()
    number = {"zero": 0}.get(value, -100)
    for row, item in zip(targets, batch, strict=True):
        first_filler = len(item) + (1 if shift else 0)
        start = {"all_masked": first_filler - 1, "none_masked": width}.get(mask, first_filler)
        row[max(0, start) :] = number
    if inputs_part:
        inputs = inputs.clone()
        for row, item in zip(inputs, batch, strict=True):
            row[len(item) :] = number
    return inputs, targets


@check(
    "inputs and targets of batches of equal and of different lengths; targets are one ahead; one end of text per row "
    "stays, also in the longest; all other filler is -100 in the targets and a token in the inputs; any pad_token_id; "
    "the lists that were handed in are unchanged",
    not_shifted="The targets are not shifted: at each position the right answer would be the very token that is read "
    "there. The model would learn to repeat, not to go on.",
    all_masked="All end-of-text tokens are masked: the model would never learn to stop.",
    none_masked="The filler counts as a target: the model would be praised for predicting filler, most of all in short "
    "rows.",
    zero="Filler is masked with 0, which is a token like any other. Cross-entropy leaves out -100 only.",
    inputs_masked="The inputs are masked, too. -100 is no token: the embedding cannot look it up. Only targets are "
    "masked.",
    longest_without_end="The longest row has no end of text as its last target: make room for one token more than the "
    "longest entry has.",
    fixed_padding="It fills up with 50256 whatever pad_token_id is: that ends a text in OpenAI's vocabulary only.",
    changed="The lists that were handed in are changed. They are the data set's own: in the second epoch the entries "
    "would be filled up already. Work on copies.",
    no_integers="Token ids must be integers (torch.int64): an embedding cannot look up other numbers.",
)
def check_collate(look):
    """``my_collate(batch, pad_token_id)`` returns ``(inputs, targets)``."""
    cases = [
        ([[0, 1, 2, 3, 4], [5, 6], [7, 8, 9]], 50),
        ([[3, 4], [5, 6]], 50),
        ([[9], [8, 7, 6, 5]], 31),
    ]
    look.explain(
        cases, collate, shift=["not_shifted", "not_shifted@whole"], mask=["all_masked", "none_masked"], value=["zero"],
        inputs_part=["inputs_masked"], longest=["longest_without_end"], end=["fixed_padding"],
    )  # fmt: skip
    batch = [[0, 1, 2], [3]]
    with look.case():
        result = look.call(batch, 50)
        look.expect(batch == [[0, 1, 2], [3]], "changed", f"[[0, 1, 2], [3]] has become {describe(batch)}")
        if isinstance(result, tuple) and all(isinstance(part, torch.Tensor) for part in result):
            kinds = {str(part.dtype) for part in result}
            look.expect(kinds == {"torch.int64"}, "no_integers", f"Found {', '.join(sorted(kinds))}")


# ---------------------------------------------------------------------------------------------------------------
# Attention
# ---------------------------------------------------------------------------------------------------------------


def attention(queries, keys, values, mask=None, scale=None, direction=None):
    """Causal attention, ours or with faults that people make."""
    if not any((mask, scale, direction)):
        return causal_attention(queries, keys, values, dropout=torch.nn.Identity())
    tokens, head_dim = queries.shape[-2:]
    scores = queries @ keys.transpose(-2, -1)
    scores = scores / {"not_scaled": 1, "scaled_by_width": head_dim}.get(scale, head_dim**0.5)
    hidden = torch.ones(tokens, tokens, dtype=torch.bool).triu(1)
    dim = -2 if direction else -1
    if mask == "after_softmax":
        return torch.softmax(scores, dim=dim).masked_fill(hidden, 0.0) @ values
    if mask == "reversed":
        hidden = hidden.T
    elif mask == "blind":
        hidden = torch.ones(tokens, tokens, dtype=torch.bool).triu(0)
    elif mask == "sees_the_future":
        hidden = torch.zeros(tokens, tokens, dtype=torch.bool)
    scores = scores.masked_fill(hidden, 0.0 if mask == "masked_with_zero" else -torch.inf)
    return torch.softmax(scores, dim=dim) @ values


@check(
    "two shapes, compared with our own attention to 1e-5: each token sees itself and those before it, scores are "
    "divided by the square root of head_dim, the weights of each query add up to 1",
    sees_the_future="Tokens see those after them. In training the answer stands there: the loss would fall to nearly "
    "nothing, and generation, where nothing stands there yet, would fail.",
    reversed="The mask is turned round: each token sees itself and those after it, and none before.",
    blind="A token does not see itself, and the first one sees nothing at all: its softmax has nothing to share out "
    "(nan).",
    masked_with_zero="Hidden scores are set to 0 before the softmax. A score of 0 still gets a weight: exp(0) is 1. "
    "Minus infinity gets none.",
    after_softmax="Hidden weights are taken away after the softmax: the rest no longer adds up to 1, and the early "
    "tokens get less than the late ones.",
    not_scaled="The scores are not divided by the square root of head_dim: the softmax would put nearly everything "
    "on one token.",
    scaled_by_width="The scores are divided by head_dim; it is its square root by which dot products grow.",
    wrong_direction="The softmax runs over the queries. It is each query that shares out its attention among the keys: "
    "the last dimension.",
)
def check_attention(look):
    """``my_causal_attention(queries, keys, values)``, each ``(batch, num_heads, tokens, head_dim)``."""
    generator = torch.Generator().manual_seed(0)
    cases = [tuple(torch.randn(shape, generator=generator) for _ in range(3)) for shape in ((2, 3, 5, 4), (1, 2, 3, 9))]
    look.explain(
        cases, attention,
        mask=["sees_the_future", "reversed", "blind", "masked_with_zero", "after_softmax"],
        scale=["not_scaled", "scaled_by_width"], direction=["wrong_direction"],
    )  # fmt: skip


# ---------------------------------------------------------------------------------------------------------------
# Generation
# ---------------------------------------------------------------------------------------------------------------

DRAWS = 4000  # rows that are sampled at once; a share is then right to about 0.02


def continued(
    model, idx, max_new_tokens, context_size, temperature=0.0, top_k=None, eos_id=None,
    *, crop=None, position=None, end=None, prompt_part=None, count=None, heat=None, kept=None
):  # fmt: skip
    """Text continued token by token, by our own function or with faults that people make."""
    if not any((crop, position, end, prompt_part, count, heat, kept)):
        return generate(model, idx, max_new_tokens, context_size, temperature, top_k, eos_id)
    text = idx
    if kept == "top_k_ignored":
        top_k = None
    for _ in range(max_new_tokens + {"one_too_many": 1, "one_too_few": -1}.get(count, 0)):
        shown = {"first_tokens": text[:, :context_size], "not_cropped": text}.get(crop, text[:, -context_size:])
        logits = model(shown)[:, 0 if position else -1]
        if heat and temperature:
            new = choose_token(logits * temperature, 1.0, top_k)
        else:
            new = choose_token(logits, temperature, top_k)
        has_ended = eos_id is not None and end != "goes_on" and bool((new == eos_id).all())
        if not has_ended or end == "end_kept":
            text = torch.cat((text, new), dim=1)
        if has_ended:
            break
    return text[:, idx.shape[1] :] if prompt_part else text


def model_of_known_scores():
    """A model that scores five tokens in the same way whatever it reads, so that draws can be counted."""
    model = tiny_model(vocab_size=5)
    with torch.no_grad():
        model.final_norm.scale.zero_()  # the same vector at each position: 1, 0, 0, ...
        model.final_norm.shift.zero_()[0] = 1
        model.out_head.weight.zero_()[:, 0] = torch.tensor([1.5, -0.5, 0.8, -2.0, 0.2])
    return model


def shares(draw, temperature, top_k):
    """How often each of five tokens is drawn."""
    torch.manual_seed(0)
    start = torch.zeros(DRAWS, 1, dtype=torch.int64)
    drawn = draw(model_of_known_scores(), start, 1, 8, temperature=temperature, top_k=top_k)
    return torch.bincount(torch.as_tensor(drawn)[:, -1], minlength=5) / DRAWS


@check(
    "greedy text equal to ours, also beyond the context size and from prompts of several rows; end of text; the shares "
    f"of tokens in {DRAWS} draws, at two temperatures and with top_k; no gradients are kept",
    first_tokens="When the text is longer than the context, the model is shown the first tokens, so that it never sees "
    "what it has written: show it the last context_size.",
    not_cropped="A text longer than the context is shown to the model as a whole, and it has no positions for that: "
    "show it the last context_size tokens.",
    first_position="The next token is read from the logits of the first position. Only the last position has seen the "
    "whole text.",
    end_kept="The end of text stands in the result. It says that the text is over; it is not part of it.",
    goes_on="It goes on after the end of text.",
    prompt_missing="The prompt is missing: the prompt and what follows come back as one text.",
    one_too_many="It adds one token too many.",
    one_too_few="It adds one token too few.",
    always_greedy="A temperature has no effect: the most probable token is taken each time.",
    multiplied="Temperature works the wrong way round: divide the logits by it.",
    top_k_ignored="top_k has no effect: tokens beyond it are still drawn.",
    other_shares="Tokens are drawn with other probabilities than softmax(logits / temperature) among the top_k gives.",
    keeps_gradients="The model's work is kept for gradients, which nobody will ask for: memory grows with each token. "
    "Put torch.no_grad() around it.",
)
def check_generate(look):
    """``my_generate(model, idx, max_new_tokens, context_size, temperature=0.0, top_k=None, eos_id=None)``."""
    model = tiny_model(3)
    for parameter in model.parameters():
        parameter.data.mul_(3)  # so that the most probable token changes with the text
    size = CONFIG["context_length"]
    prompts = torch.randint(CONFIG["vocab_size"], (2, 4), generator=torch.Generator().manual_seed(1))
    text = continued(model, prompts[:1], 6, size)
    new = text[0, 4:].tolist()
    end_id = next(token for token in new[1:] if token != new[0])
    cases = [(model, prompts, 5, size), (model, prompts[:1], 8, 6), (model, prompts[:1], 6, size, 0.0, None, end_id)]
    look.explain(
        cases, continued, crop=["first_tokens", "not_cropped"], position=["first_position"],
        end=["end_kept", "goes_on"], prompt_part=["prompt_missing"], count=["one_too_many", "one_too_few"],
    )  # fmt: skip
    with look.case():  # the model refuses more tokens than its context has
        look.call(model, prompts[:1], size, size, raised="not_cropped")
    with look.case():
        watched, with_gradients = tiny_model(), []
        watched.tok_emb.register_forward_hook(lambda *_: with_gradients.append(torch.is_grad_enabled()))
        look.call(watched, prompts, 2, size)
        look.expect(not any(with_gradients), "keeps_gradients")
    if look.is_sound() and "one_too_few" not in look.findings:
        check_draws(look)


def check_draws(look):
    """Count what is drawn, and name the fault whose shares are found."""
    solution, found = look.solution, {}
    for temperature, top_k in ((1.0, None), (3.0, None), (2.0, 2)):
        with look.case():
            look.solution = lambda *arguments, **options: shares(solution, *arguments, **options)
            found[temperature, top_k] = look.call(temperature, top_k)
    look.solution = solution
    known = {
        "always_greedy": lambda heat, k: shares(lambda *a, **o: continued(*a[:4]), heat, k),
        "multiplied": lambda heat, k: shares(lambda *a, **o: continued(*a, **o, heat="multiplied"), heat, k),
        "top_k_ignored": lambda heat, k: shares(lambda *a, **o: continued(*a, **o, kept="top_k_ignored"), heat, k),
    }
    if all(near(drawn, shares(continued, *how)) for how, drawn in found.items()):
        return
    for key, draw in known.items():
        if all(near(drawn, draw(*how)) for how, drawn in found.items()):
            look.find(key)
            return
    for how, drawn in found.items():
        wanted = shares(continued, *how)
        if not near(drawn, wanted):
            look.find("other_shares", f"temperature={how[0]}, top_k={how[1]}: expected {describe(wanted)}, "
                                      f"found {describe(drawn)}")  # fmt: skip


def near(one, other):
    return one.shape == other.shape and (one - other).abs().max() < 0.04
