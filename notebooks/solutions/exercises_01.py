"""Solutions of notebook 01.

Exercise 3, break it: one matrix not transposed, the output projection of the attention in the first block. The small
model, 2 CPU cores, measured by running the cell with RUN_IT = True. Mean loss of six batches of four validation
entries: 5.21 as it should be, 6.00 with the fault. The text goes on "The teacher opened the door and read the book on
page." and then with an exercise: still English, no error. The same fault in the third block gives a loss of 5.11, lower
than the right one by chance. What does destroy the text is to exchange the first two blocks: a loss of 8.60, and
"...,,:::::::i:iiii.i city city city.." for a text.
"""

import numpy as np


def my_split_qkv(w):
    queries, keys, values = np.split(w, 3, axis=1)
    return queries.T, keys.T, values.T


def my_block_parameters(emb_dim):
    attention = 4 * (emb_dim * emb_dim + emb_dim)  # queries, keys, values, output projection; each with its biases
    feed_forward = (emb_dim * 4 * emb_dim + 4 * emb_dim) + (4 * emb_dim * emb_dim + emb_dim)
    norms = 2 * 2 * emb_dim  # scale and shift, twice
    return attention + feed_forward + norms
