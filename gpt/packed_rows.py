"""Rows of a batch behind each other in one row: without padding, and without what is the same in all of them.

The model and the training are written out for a rectangle of tokens, ``(batch, tokens)``, whose shorter rows are filled
up. In the batches of the series an eighth is padding, and a third repeats the sentence about the task with which all
entries begin. Left out, nothing of the result changes, only the time.
"""

import torch
from torch import nn


class PackedRows:
    """The rows of a batch behind each other in one row: first what all of them begin with, then the rest of each.

    Padding is left out, and so are copies of the beginning: what a model makes of a token depends only on the tokens
    before it, so it is the same in all these rows. Layers that treat every token alone do not notice; attention goes
    row by row. The model takes it in the place of a key-value cache: it tells which position each token has, and which
    tokens belong together.

    Args:
        lengths: tokens of each row behind the beginning, a list of positive numbers.
        shared: tokens of the beginning.
    """

    def __init__(self, lengths, shared=0):
        self.lengths, self.shared = lengths, shared
        self.longest = shared + max(lengths)
        self.positions = torch.cat([torch.arange(shared), *(torch.arange(shared, shared + n) for n in lengths)])
        # Whom the rest of a row sees: the beginning, and of itself the tokens up to its own.
        self.visible = torch.ones(1, 1, max(lengths), self.longest, dtype=torch.bool).tril(shared)

    def begin(self, tokens):
        """The positions of the tokens, ``(tokens,)``."""
        return self.positions

    def add(self, block, keys, values):
        """Nothing is kept. Return keys, values, and in the place of a mask what separates the rows."""
        return keys, values, self

    def within_rows(self, attend):
        """A function that lets ``attend`` compute attention so that no row sees another one."""

        def attend_in_rows(queries, keys, values, dropout, _):
            beginning, *rows = zip(
                *(each.split([self.shared, *self.lengths], dim=2) for each in (queries, keys, values)), strict=True
            )
            if not self.shared:
                return torch.cat([attend(*row, dropout) for row in rows], dim=2)
            found = [attend(*beginning, dropout)]
            for queries, *seen in rows:
                keys, values = (torch.cat(parts, dim=2) for parts in zip(beginning[1:], seen, strict=True))
                visible = self.visible[:, :, : queries.shape[2], : keys.shape[2]]
                found.append(attend(queries, keys, values, dropout, visible))
            return torch.cat(found, dim=2)

        return attend_in_rows


def losses_of_counted_targets(input_batch, target_batch, model):
    """What the loss of a batch is the mean of, without what is computed in vain: padding, and repetitions.

    Padding stands behind the tokens of a row, and no token sees what comes after it: left out, it changes nothing. What
    all rows begin with, such as the sentence about the task, goes through the model once and counts once for each row.
    On a CPU only: a GPU would have to be asked for the lengths of the rows, and to wait for the answer, so there only
    the head is spared the padding. With dropout at work all goes through the model, so that the random numbers are
    those of the written-out steps.

    Args:
        input_batch, target_batch: token ids, ``(batch, tokens)``, on the model's device; targets of -100 do not count.

    Returns:
        The losses' sum in nats, and how many there are, as tensors.
    """
    counted, times, rows = target_batch != -100, torch.ones_like(target_batch), None
    draws = model.training and model.drop_emb.p > 0
    if counted.device.type == "cpu" and not draws and counted.any():
        columns = torch.arange(1, counted.shape[1] + 1)
        lengths = (counted * columns).amax(dim=1)  # up to the last target that counts
        lengths, *batch = (each[lengths > 0] for each in (lengths, input_batch, target_batch, counted))
        same = torch.stack([(each == each[0]).all(dim=0) for each in batch]).all(dim=0)
        shared = min(int(same.cumprod(dim=0).sum()), int(lengths.min()) - 1) if len(lengths) > 1 else 0
        kept = columns <= lengths[:, None]
        kept[1:, :shared] = False
        times = torch.where(columns <= shared, len(lengths), 1).expand(kept.shape)
        input_batch, target_batch, counted, times = (each[kept][None] for each in (*batch, times))
        rows = PackedRows((lengths - shared).tolist(), shared)
    logits = model.out_head(model.features(input_batch, rows)[counted])
    losses = nn.functional.cross_entropy(logits.float(), target_batch[counted], reduction="none")
    times = times[counted]
    return (losses * times).sum(), times.sum()
