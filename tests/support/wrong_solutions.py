"""Solutions of the exercises, and for each message of a check a wrong one that must bring it.

A wrong solution is the right one with a few characters changed, in the way that people go wrong: ``(right, wrong)``.
"""

import inspect

from solutions import (
    exercises_00,
    exercises_01,
    exercises_02,
    exercises_03,
    exercises_04,
    exercises_05,
    exercises_06,
    exercises_07,
    exercises_08,
    exercises_09,
    exercises_10,
    workshop,
)

SOLUTIONS = {
    "check_mask_instruction": exercises_00.my_mask_instruction,
    "check_add_entries": exercises_00.my_add_entries,
    "check_split_qkv": exercises_01.my_split_qkv,
    "check_block_parameters": exercises_01.my_block_parameters,
    "check_probabilities": exercises_02.my_probabilities,
    "check_response_loss": exercises_03.my_response_loss,
    "check_perplexity": exercises_03.my_perplexity,
    "check_accumulate": exercises_04.my_accumulate,
    "check_running_average": exercises_05.my_running_average,
    "check_stopping_point": exercises_05.my_stopping_point,
    "check_cut_out": exercises_06.my_cut_out,
    "check_token_f1": exercises_06.my_token_f1,
    "check_interval": exercises_07.my_interval,
    "check_read_level": exercises_07.my_read_level,
    "check_chat_entries": exercises_08.my_chat_entries,
    "check_merge": exercises_08.my_merge,
    "check_shared_loss": exercises_10.my_shared_loss,
    "check_bytes_sent": exercises_10.my_bytes_sent,
    "check_join_qkv": exercises_09.my_join_qkv,
    "check_quantize": exercises_09.my_quantize,
    "check_format_input": workshop.my_format_input,
    "check_collate": workshop.my_collate,
    "check_attention": workshop.my_causal_attention,
    "check_generate": workshop.my_generate,
    "check_training_step": workshop.my_training_step,
}

MASKED = "scores.masked_fill(hidden, -torch.inf)"
GRADIENTS_OFF = "        with torch.no_grad():\n            logits = model"
BACKWARD, STEP = "    loss.backward()\n", "    optimizer.step()\n"
CUT = "    new_ids = token_ids[0, prompt_ids.shape[1] :].tolist()\n"
CUT_OUT = 'tokenizer.decode(new_ids).strip().removeprefix("### Response:").strip()'
ALL_TEXT = "tokenizer.decode(token_ids[0].tolist())"
PROMPT_TEXT = "tokenizer.decode(prompt_ids[0].tolist())"
TOKENS_OFF = 'if entry not in test + val'
SPLIT = "    return train + "

LEVEL = "level if 0 <= level <= 5 else float(\"nan\")"
JSON_ONLY = (
    '    import json\n    try:\n        level = int(json.loads(reply)["score"])\n'
    "    except (ValueError, KeyError):\n        level = -1\n"
)
READ_LEVEL = "    level = int(found[1]) if found else -1\n"

WRONG = {
    "check_interval": {
        "without_replacement": [("size=len(values))", "size=len(values), replace=False)")],
        "of_values": [("generator.choice(values, size=len(values)).mean()", "generator.choice(values)")],
        "too_narrow": [("[0.025, 0.975]", "[0.25, 0.75]")],
        "too_wide": [("size=len(values))", "size=len(values) // 4 + 1)")],
        "beside": [("low, high\n", "low - 0.08, high - 0.08\n"), ("    return", "    low += 0.08 * (low == high)\n"
                   "    high += 0.08 * (high == 3)\n    return")],
        "ends": [("    return low, high", "    return high, low")],
    },
    "check_read_level": {
        "first_number": [('r\'\\{\\s*"score"\\s*:\\s*(\\d+)\\s*\\}\'', "r'(\\d+)'")],
        "only_json": [(READ_LEVEL, JSON_ONLY)],
        "failed_as_zero": [('float("nan")', "0")],
        "out_of_range": [("0 <= level <= 5", "0 <= level")],
        "clipped": [(LEVEL, 'min(level, 5) if 0 <= level else float("nan")')],
    },
    "check_chat_entries": {
        "last_only": [('if role == "assistant"]', 'if role == "assistant"][-1:]')],
        "history_lost": [("turns[:i]", "turns[i - 1 : i]")],
        "answer_in_prompt": [("turns[:i]", "turns[: i + 1]")],
        "system_lost": [("turns[:i]", 'turns[turns[0][0] == "system" : i]')],
    },
    "check_merge": {
        "not_scaled": [("alpha / len(A) * ", "")],
        "rank_forgotten": [("alpha / len(A)", "alpha")],
        "replaced": [("weight + ", "")],
        "changed": [("    return weight + alpha", "    weight += alpha"), ("B @ A", "B @ A\n    return weight")],
    },
    "check_shared_loss": {
        "mean_of_means": [
            ("sum(map(sum, losses)) / sum(map(len, losses))", "sum(sum(p) / len(p) for p in losses if p) / M"),
            ("/ M", "/ len([p for p in losses if p])"),
        ],
        "by_processes": [("sum(map(len, losses))", "len(losses)")],
        "summed": [(" / sum(map(len, losses))", "")],
    },
    "check_bytes_sent": {
        "not_bytes": [("2 * 4 *", "2 *")],
        "whole": [(" * (processes - 1) / processes", "")],
        "once": [("2 * 4 *", "4 *")],
    },
    "check_join_qkv": {
        "not_transposed": [("query.T, key.T, value.T", "query, key, value")],
        "keys_first": [("query.T, key.T", "key.T, query.T")],
        "values_first": [("query.T, key.T, value.T", "value.T, key.T, query.T")],
        "one_below_the_other": [("dim=1", "dim=0")],
    },
    "check_quantize": {
        "sign_forgotten": [("np.abs(values).max()", "values.max()")],
        "steps": [("/ 127", "/ 255")],
        "cut_off": [("np.rint", "np.trunc")],
        "zeros": [("if scale == 0", "if False")],
    },
    "check_mask_instruction": {
        "answer_masked": [("length - 1]", "length]")],
        "prompt_left": [("length - 1]", "length - 2]"), ("length - 2]", "max(0, length - 2)]")],
        "one_length": [("length - 1]", "prompt_lengths[0] - 1]")],
        "end_masked": [("    return result", "    result[targets == 50] = -100\n    return result")],
        "filler_counted": [("    return result", "    result[targets == -100] = 50\n    return result")],
        "zero": [("= -100", "= 0")],
        "changed": [("targets.clone()", "targets")],
    },
    "check_add_entries": {
        "moved": [("    train_end", "    data = data + new_entries\n    train_end"), ("train + [", "train or [")],
        "order": [(", test, val", ", val, test"), ("train, val, test = ", "train, test, val = ")],
        "leaked": [(TOKENS_OFF, "")],
        "left_out": [("test + val]", "test + val][1:]")],
        "lost": [("return train + [", "return [")],
    },
    "check_split_qkv": {
        "not_transposed": [("queries.T, keys.T, values.T", "queries, keys, values")],
        "keys_first": [("queries, keys, values = ", "keys, queries, values = ")],
        "values_first": [("queries, keys, values = ", "values, keys, queries = ")],
        "rows": [("np.split(w, 3, axis=1)", "np.array_split(w, 3, axis=0)")],
        "interleaved": [("np.split(w, 3, axis=1)", "(w[:, 0::3], w[:, 1::3], w[:, 2::3])")],
    },
    "check_block_parameters": {
        "no_biases": [("emb_dim * emb_dim + emb_dim", "emb_dim * emb_dim"), ("emb_dim + 4 * emb_dim)", "emb_dim)")],
        "no_qkv_biases": [("attention + feed", "attention - 3 * emb_dim + feed")],
        "no_norms": [(" + norms", "")],
        "three_matrices": [("4 * (emb", "3 * (emb")],
        "one_matrix": [("4 * (emb", "2 * (emb")],
        "narrow": [("(emb_dim * 4 * emb_dim + 4 * emb_dim) + (4 * emb_dim * emb_dim", "2 * (emb_dim * emb_dim")],
    },
    "check_probabilities": {
        "multiplied": [("/ temperature", "* temperature")],
        "temperature_ignored": [(" / temperature", "")],
        "top_k_ignored": [("top_k is not None", "False")],
        "zeroed": [("-torch.inf", "0.0")],
        "not_renormalized": [("logits = logits.masked", "return torch.softmax(logits / temperature, dim=-1).masked"),
                             ("-torch.inf", "0.0")],
        "one_less": [("logits < smallest", "logits <= smallest")],
        "one_more": [("(logits, top_k)", "(logits, top_k + 1)")],
    },
    "check_response_loss": {
        "not_shifted": [("prompt_length - 1 ", "prompt_length "), ("[first:-1]", "[first:]"),
                        ("first + 1 :", "first:")],
        "whole": [("prompt_length - 1 ", "0 ")],
        "first_missing": [("prompt_length - 1 ", "prompt_length ")],
        "one_of_the_prompt": [("prompt_length - 1 ", "prompt_length - 2 ")],
        "summed": [("first + 1 :])", 'first + 1 :], reduction="sum")')],
        "negative": [("return torch", "return -torch")],
        "probability": [("return torch.nn.functional.cross_entropy(",
                         "chances = torch.softmax(logits[first:-1], -1)\n"
                         "    return 1 - chances.gather(1, token_ids[first + 1 :, None]).mean()\n"
                         "    return torch.nn.functional.cross_entropy(")],
    },
    "check_perplexity": {
        "unweighted": [("loss * count", "loss"), ("sum(counted_targets)", "len(counted_targets)")],
        "mean_of_perplexities": [("loss * count", "math.exp(loss) * count"), ("math.exp(total", "(total")],
        "loss_itself": [("math.exp(total", "(total")],
        "base_two": [("math.exp(total", "2 ** (total")],
    },
    "check_accumulate": {
        "old_kept": [("    model.zero_grad()\n", "")],
        "only_the_last": [("        loss = ", "        model.zero_grad()\n        loss = ")],
        "added": [("loss * count / sum(counts)", "loss")],
        "unweighted": [("loss * count / sum(counts)", "loss / len(batches)")],
        "filler_weighed": [("(targets != -100).sum()", "targets.numel()")],
        "moved": [("sum(counts)).backward()", "sum(counts)).backward()\n    with torch.no_grad():\n"
                   "        for each in model.parameters():\n            each -= 0.1 * each.grad")],
        "no_gradients": [(".backward()", "")],
    },
    "check_running_average": {
        "centered": [("max(0, i - points + 1) : i + 1", "max(0, i - points // 2) : i + points // 2 + 1")],
        "ahead": [("max(0, i - points + 1) : i + 1", "i : i + points")],
        "zeros_before": [("len(last_ones)", "points")],
        "shorter": [("range(len(values))", "range(points - 1, len(values))")],
        "one_more": [("i - points + 1)", "i - points)")],
    },
    "check_stopping_point": {
        "future": [("    best, waited", "    return val_losses.index(min(val_losses))\n    best, waited", 1)],
        "impatient": [("waited == patience", "waited == 1")],
        "never_reset": [("best, waited = i, 0", "best = i")],
        "last_index": [("return best", "return i")],
    },
    "check_cut_out": {
        "prompt_kept": [(CUT, "    new_ids = token_ids[0].tolist()\n")],
        "prompt_everywhere": [("tokenizer.decode(new_ids)", f'{ALL_TEXT}.replace({PROMPT_TEXT}, "")')],
        "heading_kept": [('.removeprefix("### Response:")', "")],
        "heading_everywhere": [('removeprefix("### Response:")', 'replace("### Response:", "")')],
        "searched_first": [(CUT_OUT, f'({ALL_TEXT} + "### Response:").split("### Response:", 1)[1]'
                            '.removesuffix("### Response:").strip()')],
        "searched_last": [(CUT_OUT, f'{ALL_TEXT}.split("### Response:")[-1].strip()')],
        "space_kept": [('Response:").strip()', 'Response:")')],
    },
    "check_token_f1": {
        "sets": [("Counter(normalize_answer(text).split())", "Counter(set(normalize_answer(text).split()))")],
        "in_place": [("    shared = (answered & wanted).total()",
                      "    texts = (normalize_answer(response).split(), normalize_answer(expected).split())\n"
                      "    shared = sum(one == other for one, other in zip(*texts))")],
        "only_precision": [("2 * precision * recall / (precision + recall)", "precision")],
        "only_recall": [("2 * precision * recall / (precision + recall)", "recall")],
        "arithmetic": [("2 * precision * recall / (precision + recall)", "(precision + recall) / 2")],
        "not_normalized": [("normalize_answer(text)", "text")],
        "divided_by_zero": [("    if shared == 0:\n        return 0.0\n", "")],
    },
    "check_format_input": {
        "empty_input": [('    if entry["input"]:\n        text', "    text")],
        "no_input": [('if entry["input"]', 'if entry["input"] is None')],
        "answer_given": [("    return text", "    return text + f\"\\n\\n### Response:\\n{entry['output']}\"")],
        "response_heading": [("    return text", '    return text + "\\n\\n### Response:\\n"')],
        "line_break": [("    return text", '    return text + "\\n"')],
        "wording": [("### Instruction:", "## Instruction:")],
    },
    "check_collate": {
        "not_shifted": [("padded[1:]", "padded[:-1]"), ("target[len(item) :]", "target[len(item) + 1 :]")],
        "all_masked": [("target[len(item) :]", "target[len(item) - 1 :]")],
        "none_masked": [("        target[len(item) :] = -100", "        pass")],
        "zero": [("= -100", "= 0")],
        "inputs_masked": [("inputs.append(padded[:-1])", "inputs.append(padded[:-1].clone())\n"
                           "        inputs[-1][len(item) :] = -100")],
        "longest_without_end": [("max(map(len, batch)) + 1", "max(map(len, batch))")],
        "fixed_padding": [("[pad_token_id] *", "[50256] *")],
        "changed": [("        padded =", "        size = len(item)\n        item += [pad_token_id] * (longest - size)\n"
                     "        padded ="), ("target[len(item) :]", "target[size:]")],
        "no_integers": [("padded = torch.tensor(", "padded = torch.FloatTensor(")],
    },
    "check_attention": {
        "sees_the_future": [(MASKED, "scores")],
        "reversed": [("triu(diagonal=1)", "tril(diagonal=-1)")],
        "blind": [("triu(diagonal=1)", "triu(diagonal=0)")],
        "masked_with_zero": [("-torch.inf", "0.0")],
        "after_softmax": [(MASKED, "scores"), ("return weights @", "return weights.masked_fill(hidden, 0.0) @")],
        "not_scaled": [(" / head_dim**0.5", "")],
        "scaled_by_width": [("head_dim**0.5", "head_dim")],
        "wrong_direction": [("dim=-1", "dim=-2")],
    },
    "check_generate": {
        "first_tokens": [("-context_size:]", ":context_size]")],
        "not_cropped": [("[:, -context_size:]", "")],
        "first_position": [(")[:, -1]", ")[:, 0]")],
        "end_kept": [("            break\n", "            idx = torch.cat((idx, new), dim=1)\n            break\n")],
        "goes_on": [("if eos_id is not None", "if False")],
        "prompt_missing": [("    for _", "    length = idx.shape[1]\n    for _"),
                           ("return idx", "return idx[:, length:]")],
        "one_too_many": [("range(max_new_tokens)", "range(max_new_tokens + 1)")],
        "one_too_few": [("range(max_new_tokens)", "range(max_new_tokens - 1)")],
        "always_greedy": [("if temperature > 0", "if False")],
        "multiplied": [("logits / temperature", "logits * temperature")],
        "top_k_ignored": [("if top_k is not None", "if False")],
        "other_shares": [("(logits / temperature, dim=-1)", "(logits / temperature, dim=-1) ** 2")],
        "keeps_gradients": [(GRADIENTS_OFF, "        if True:\n            logits = model")],
    },
    "check_training_step": {
        "never_zeroed": [("    optimizer.zero_grad()\n", "")],
        "zero_too_late": [("    optimizer.zero_grad()\n", ""), (BACKWARD, f"{BACKWARD}    optimizer.zero_grad()\n")],
        "zero_afterwards": [("    optimizer.zero_grad()\n", ""), (STEP, f"{STEP}    optimizer.zero_grad()\n")],
        "no_step": [(STEP, "")],
        "step_too_early": [(BACKWARD + STEP, STEP + BACKWARD)],
        "filler_counted": [("targets.flatten(), ignore_index=-100", "targets.flatten().clamp(min=0)")],
        "summed": [("ignore_index=-100", 'ignore_index=-100, reduction="sum"')],
        "no_loss": [("    return loss.item()\n", "")],
    },
}  # fmt: skip

# Prompts for check_few_shot.
PROMPTS = {
    "no_task": "Active: The boy opens the door.\nPassive:",
    "answer_given": exercises_02.my_prompt + " The meal is cooked by the chef every day.",
    "ends_in_space": exercises_02.my_prompt + " ",
    "not_said": "The chef cooks the meal every day.",
}


def changed(function, changes):
    """The function with pieces of its source replaced."""
    source = inspect.getsource(function)
    for right, wrong, *count in changes:
        assert right in source, f"{right!r} does not stand in {function.__name__}"
        source = source.replace(right, wrong, *count)
    namespace = dict(vars(inspect.getmodule(function)))
    exec(source, namespace)
    return namespace[function.__name__]
