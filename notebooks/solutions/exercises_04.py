"""Solutions of notebook 04.

Exercise 1: 186 steps, 62 full batches in each of three epochs.

Exercise 3, break it: the learning rate times 100. 20 steps of 4 entries with the small model, 2 CPU cores, measured by
running the cell with RUN_IT = True. The loss before the first step is 5.10, and after it 11.59, above blind guessing,
ln 8,192 = 9.01. It comes to 16.3 at most and is 10.2 at the end. The loss on the validation part is 9.9 and the answer
is a row of #. With the right rate the loss falls to 1.13, with a tenth of it to 3.27, with ten times the rate to 0.98,
faster than with ours: but then the answer is "The meal are cooked by the chef every day." (section 3 of the notebook
tells why we take smaller steps).
"""

import torch


def my_accumulate(model, batches):
    model.zero_grad()
    counts = [(targets != -100).sum() for _, targets in batches]
    for (inputs, targets), count in zip(batches, counts, strict=True):
        loss = torch.nn.functional.cross_entropy(model(inputs).flatten(0, 1), targets.flatten())
        (loss * count / sum(counts)).backward()
