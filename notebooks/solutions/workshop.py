"""Solutions of the workshop: the core of instruction fine-tuning, in six dozen lines."""

import torch


def my_format_input(entry):
    text = (
        "Below is an instruction that describes a task. "
        "Write a response that appropriately completes the request."
        f"\n\n### Instruction:\n{entry['instruction']}"
    )
    if entry["input"]:
        text += f"\n\n### Input:\n{entry['input']}"
    return text


def my_collate(batch, pad_token_id):
    longest = max(map(len, batch)) + 1  # the longest entry, too, gets an end of text
    inputs, targets = [], []
    for item in batch:
        padded = torch.tensor(item + [pad_token_id] * (longest - len(item)))
        target = padded[1:].clone()
        target[len(item) :] = -100  # the end of text at len(item) - 1 stays
        inputs.append(padded[:-1])
        targets.append(target)
    return torch.stack(inputs), torch.stack(targets)


def my_causal_attention(queries, keys, values):
    tokens, head_dim = queries.shape[-2:]
    scores = queries @ keys.transpose(-2, -1) / head_dim**0.5
    hidden = torch.ones(tokens, tokens, dtype=torch.bool).triu(diagonal=1)
    weights = torch.softmax(scores.masked_fill(hidden, -torch.inf), dim=-1)
    return weights @ values


def my_generate(model, idx, max_new_tokens, context_size, temperature=0.0, top_k=None, eos_id=None):
    for _ in range(max_new_tokens):
        with torch.no_grad():
            logits = model(idx[:, -context_size:])[:, -1]
        if top_k is not None:
            smallest_kept = torch.topk(logits, top_k).values[:, -1:]
            logits = logits.masked_fill(logits < smallest_kept, -torch.inf)
        if temperature > 0:
            new = torch.multinomial(torch.softmax(logits / temperature, dim=-1), num_samples=1)
        else:
            new = logits.argmax(dim=-1, keepdim=True)
        if eos_id is not None and (new == eos_id).all():
            break
        idx = torch.cat((idx, new), dim=1)
    return idx


def my_training_step(model, optimizer, inputs, targets):
    optimizer.zero_grad()
    logits = model(inputs)
    loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-100)
    loss.backward()
    optimizer.step()
    return loss.item()
