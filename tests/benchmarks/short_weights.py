"""Count how many answers change when the fine-tuned model generates with weights in bf16 instead of fp32.

    python tests/benchmarks/short_weights.py

It takes the small model that notebook 04 has saved in ``outputs/``, and the 110 tasks of the test part. On a processor
without instructions for bf16 it takes minutes.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "notebooks")]

from notebook_setup import SMALL_MODEL, load_data, load_vocabulary, output_folder, require, short_name  # noqa: E402
from previous_chapters import (  # noqa: E402
    GPTModel,
    config_of,
    cut_out_response,
    format_input,
    generate_batch,
    is_right,
    load_weights,
    shortened_for_generation,
    split_instruction_data,
    text_to_token_ids,
)


def main():
    folder = output_folder(SMALL_MODEL, create=False)
    weights = require(folder / f"{short_name(SMALL_MODEL)}-sft.pth", "04_finetune.ipynb")
    model, tokenizer = GPTModel(config_of(SMALL_MODEL)), load_vocabulary(SMALL_MODEL)
    load_weights(model, weights)
    model.eval()
    _, entries, _ = split_instruction_data(load_data())
    prompts = [text_to_token_ids(format_input(entry), tokenizer, special_tokens=False) for entry in entries]
    found = {}
    for precision in ("fp32", "bf16"):
        texts = generate_batch(
            shortened_for_generation(model, precision), prompts, 256, config_of(SMALL_MODEL)["context_length"],
            eos_id=tokenizer.eot_token,
        )  # fmt: skip
        found[precision] = [cut_out_response(*pair, tokenizer) for pair in zip(prompts, texts, strict=True)]
        right = sum(is_right(entry, response) for entry, response in zip(entries, found[precision], strict=True))
        print(f"{precision}: {right} of {len(entries)} are right")
    different = [i for i, (full, short) in enumerate(zip(*found.values(), strict=True)) if full != short]
    for i in different:
        print(f"\n{entries[i]['instruction']} {entries[i]['input']}")
        for precision, responses in found.items():
            print(f"  {precision}: {responses[i]}")
    print(f"\n{len(different)} of {len(entries)} answers differ")


if __name__ == "__main__":
    main()
