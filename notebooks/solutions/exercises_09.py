"""Solutions of notebook 09."""

import numpy as np
import torch


def my_join_qkv(query, key, value):
    return torch.cat([query.T, key.T, value.T], dim=1)


def my_quantize(values):
    scale = np.abs(values).max() / 127
    if scale == 0:
        return 0.0, np.zeros(len(values))
    return scale, np.rint(values / scale)
