"""Ask your fine-tuned model in a terminal: the same as "Ask it yourself" in notebook 06.

    python notebooks/chat.py                                      the model and weights that notebook 04 has made
    python notebooks/chat.py --temperature 0.7 --top-k 20         answers that differ from time to time
    python notebooks/chat.py --model "gpt2-medium (355M)" --weights my-weights.pth
"""

import argparse
import math
import os
import sys
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parent
sys.path[:0] = [str(NOTEBOOKS), str(NOTEBOOKS.parent)]

from notebook_setup import (  # noqa: E402
    choose_device,
    choose_model,
    config_of,
    load_vocabulary,
    output_folder,
    require,
    short_name,
)
from previous_chapters import (  # noqa: E402
    GPTModel,
    chat,
    load_weights,
    model_configs,
    shortened_for_generation,
    without_weights,
)


def at_least(kind, lowest, highest=math.inf):
    """A type for argparse: a finite number that is not below the lowest, nor above the highest."""

    def read(text):
        number = kind(text)
        if not lowest <= number <= highest or number == math.inf:  # which NaN is not, either
            wanted = f"{lowest} or more" if highest == math.inf else f"a number from {lowest} to {highest}"
            raise argparse.ArgumentTypeError(f"expected {wanted}, found {text}")
        return number

    read.__name__ = kind.__name__  # argparse names it for what is no number at all
    return read


def parse_arguments(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", choices=model_configs, metavar="NAME", help="default: that of the notebooks")
    parser.add_argument("--temperature", type=at_least(float, 0), default=0.0, help="0: the most probable token")
    parser.add_argument("--top-k", type=at_least(int, 1), help="sample among this many tokens only")
    parser.add_argument("--max-new-tokens", type=at_least(int, 1), default=256, help="where an endless answer is cut")
    parser.add_argument("--weights", type=Path, help="a .pth file (default: what notebook 04 has saved for the model)")
    return parser.parse_args(arguments)


def main():
    arguments = parse_arguments()
    if arguments.model:
        os.environ["CHOOSE_MODEL"] = arguments.model
    try:
        device = choose_device()
        name = choose_model(device)
        made_here = output_folder(name, create=False) / f"{short_name(name)}-sft.pth"
        path = require(arguments.weights or made_here, "04_finetune.ipynb")
        with without_weights():
            model = GPTModel(config_of(name))
        load_weights(model, path)
        tokenizer = load_vocabulary(name)
    except (ValueError, OSError) as error:
        sys.exit(str(error))
    model = shortened_for_generation(model.to(device).eval())
    try:
        chat(
            model, tokenizer, temperature=arguments.temperature, top_k=arguments.top_k,
            max_new_tokens=arguments.max_new_tokens,
        )  # fmt: skip
    except ValueError as error:  # more for --top-k than this model has tokens
        sys.exit(str(error))


if __name__ == "__main__":
    main()
