"""A safetensors file with 32-bit floats, written one tensor after another, so that they never are in memory together.

    beginning = beginning_of({"wte.weight": (8192, 256)}, {"format": "pt"})

Eight bytes tell the length of the JSON text that follows; it tells where each tensor lies behind it. The format is the
package's own (safetensors, "Format"), and that package reads these files: ``safetensors.safe_open``.
"""

import json
import math


def beginning_of(shapes, metadata):
    """The bytes that stand before the numbers.

    Args:
        shapes: ``{name: shape}``, in the order in which the tensors will follow.
        metadata: a dict of texts that is kept beside them.
    """
    header = {"__metadata__": metadata}
    end = 0
    for name, shape in shapes.items():
        start, end = end, end + 4 * math.prod(shape)
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [start, end]}
    text = json.dumps(header).encode("utf-8")
    text += b" " * (-(8 + len(text)) % 4096)  # the numbers begin where a page of memory does
    return len(text).to_bytes(8, "little") + text
