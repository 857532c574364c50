"""Solutions of notebook 02.

Exercise 1: the prompt below, with one sentence in both forms. (For the small model even "Active: ... Passive:" without
an example is enough: it has read such lines in its small world.)
"""

import torch

my_prompt = """Active: The teacher reads the book every day.
Passive: The book is read by the teacher every day.

Active: The chef cooks the meal every day.
Passive:"""


def my_probabilities(logits, temperature, top_k):
    if top_k is not None:
        smallest_kept = torch.topk(logits, top_k).values[-1]
        logits = logits.masked_fill(logits < smallest_kept, -torch.inf)
    return torch.softmax(logits / temperature, dim=-1)
