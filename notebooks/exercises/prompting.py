"""Checks of notebook 02: the probabilities behind a sampled token, and a prompt that shows what is wanted."""

import torch

from exercises.looking import check, describe
from previous_chapters import generate, text_to_token_ids

ACTIVE = "The chef cooks the meal every day."
PASSIVE = "The meal is cooked by the chef every day."
NEW_TOKENS = 30


def probabilities(logits, temperature, top_k, heat=None, kept=None, count=None):
    """The distribution that a token is drawn from, right or with faults that people make."""
    if heat != "temperature_ignored":
        logits = logits * temperature if heat == "multiplied" else logits / temperature
    if top_k is None or kept == "top_k_ignored":
        return torch.softmax(logits, dim=-1)
    top_k += {"one_less": -1, "one_more": 1}.get(count, 0)
    out = logits < torch.topk(logits, top_k).values[-1]
    if kept == "not_renormalized":
        return torch.softmax(logits, dim=-1).masked_fill(out, 0.0)
    return torch.softmax(logits.masked_fill(out, 0.0 if kept == "zeroed" else -torch.inf), dim=-1)


@check(
    "low and high temperatures sharpen and flatten; exactly top_k tokens keep a probability; what is left adds up to "
    "1; top_k=None keeps all",
    multiplied="Temperature works the wrong way round: the logits are divided by it, so that a high one makes the "
    "differences smaller and the choice freer.",
    temperature_ignored="The temperature has no effect.",
    top_k_ignored="top_k has no effect: tokens beyond it can still be drawn.",
    zeroed="Tokens beyond top_k get the logit 0, which is a good score where others are negative. Only minus infinity "
    "makes a probability of 0.",
    not_renormalized="The probabilities do not add up to 1: tokens are taken out after the softmax. Take them out "
    "before, and softmax shares everything among the rest.",
    one_less="One token too few is kept: the token in place top_k still belongs to them.",
    one_more="One token too many is kept.",
)
def check_probabilities(look):
    """``my_probabilities(logits, temperature, top_k)``, with ``logits`` of shape ``(vocab_size,)``."""
    logits = torch.tensor([2.0, -1.0, 0.5, 1.2, -3.0])
    cases = [(logits, 1.0, None), (logits, 2.0, None), (logits, 0.5, 3), (logits - 4, 1.5, 2)]
    look.explain(
        cases, probabilities, heat=["multiplied", "temperature_ignored"],
        kept=["top_k_ignored", "zeroed", "not_renormalized"], count=["one_less", "one_more"],
    )  # fmt: skip


@check(
    f"the prompt has the task and not its answer, and the model goes on with it: {PASSIVE}",
    no_task=f"The sentence to be changed is not in the prompt: {ACTIVE}",
    answer_given="The answer stands in the prompt already: then it is copied, not found.",
    ends_in_space="The prompt ends in white space. GPT-2's tokens carry the space before a word, so a word that shall "
    "follow would need a token that starts without one: the model has rarely seen that.",
    not_said="The passive sentence does not come. Show one or two other sentences in both forms, in the same layout, "
    "and break off where the answer is due.",
)
def check_few_shot(look, model, tokenizer):
    """The solution is a text; the model continues it greedily for 30 tokens."""
    prompt = look.solution
    if not isinstance(prompt, str):
        look.find("form", f"expected a text, found {describe(prompt)}")
        return
    look.expect(ACTIVE in prompt, "no_task")
    look.expect(PASSIVE not in prompt, "answer_given")
    look.expect(prompt == prompt.rstrip(), "ends_in_space")
    if look.findings:  # what the model makes of such a prompt says nothing
        return
    device = model.pos_emb.weight.device
    prompt_ids = text_to_token_ids(prompt, tokenizer).to(device)
    text = generate(model, prompt_ids, NEW_TOKENS, context_size=model.pos_emb.num_embeddings)
    continuation = tokenizer.decode(text[0, prompt_ids.shape[1] :].tolist())
    look.expect(PASSIVE in continuation, "not_said", f"The model goes on: {describe(continuation)}")
