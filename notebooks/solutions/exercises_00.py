"""Solutions of notebook 00.

Exercise 1: 10 targets, one for every token of an entry but the first, and one for the end of text.

Exercise 4, break it: every end of text masked. 30 steps of 4 entries with the small model, 2 CPU cores, measured by
running the cell with RUN_IT = True. The probability of end of text behind the expected answers of 12 validation entries
is 0.29 before training. With the right targets it rises to 0.75, and the answer is "The meal is cooked by the chef
every day." and nothing more. With every end of text masked it is 0.21: the answer begins with the same sentence and
goes on, with a task that the model invents, the heading of a response, an answer to it, until the limit of 60 tokens.
"""


def my_mask_instruction(targets, prompt_lengths):
    result = targets.clone()
    for row, length in zip(result, prompt_lengths, strict=True):
        row[: length - 1] = -100  # targets are one ahead: the first token of the prompt is no target
    return result


def my_add_entries(data, new_entries):
    """No place in the list is right: the split is by share and position, so the borders move. Split first."""
    train_end, test_end = int(len(data) * 0.85), int(len(data) * 0.85) + int(len(data) * 0.1)
    train, test, val = data[:train_end], data[train_end:test_end], data[test_end:]
    return train + [entry for entry in new_entries if entry not in test + val], test, val
