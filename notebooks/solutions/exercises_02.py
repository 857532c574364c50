"""Solutions of notebook 02.

Exercise 1: the prompt below, with one sentence in both forms. (For the small model even "Active: ... Passive:" without
an example is enough: it has read such lines in its small world.)

Exercise 3: no family, but questions. The pretrained small model, 40 tokens, first sentence scored with
is_right_at_first, 2 CPU cores. The 88 test tasks with one right answer, 22 questions and 66 commands: 10 and 3 right
without chance; with temperature=1.0, top_k=10 it was 11 and 3 after torch.manual_seed(123), 12 and 6 after
torch.manual_seed(1). The 44 of the validation part, 10 and 34: 5 and 2 without chance; 5 and 2, 7 and 3 with it.
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
