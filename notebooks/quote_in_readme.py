"""Quote in README.md what notebooks 02 and 04 have printed: a task, the answer before fine-tuning and the one after.

    python notebooks/quote_in_readme.py

`python notebooks/run_all.py --in-place` does it, too, after it has renewed the outputs.
"""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BEGIN = "<!-- Quoted from the outputs of notebooks 02 and 04 by notebooks/quote_in_readme.py. -->\n"
END = "<!-- End of the quotation. -->\n"


def printed_by(notebook, cell_id, root=ROOT):
    """What a cell has printed, without the error stream."""
    cells = json.loads((root / "notebooks" / notebook).read_text(encoding="utf-8"))["cells"]
    outputs = next(cell["outputs"] for cell in cells if cell["id"] == cell_id)
    return "".join("".join(output["text"]) for output in outputs if output.get("name") == "stdout")


def quotation(root=ROOT):
    """The block for the README, from the outputs that are kept in the notebooks."""
    task = printed_by("02_baseline_generation.ipynb", "02-08", root).partition("### Instruction:\n")[2].strip()
    before = printed_by("02_baseline_generation.ipynb", "02-12", root).strip()
    # After each epoch the training prints prompt and continuation on one line.
    lines = printed_by("04_finetune.ipynb", "04-15", root).splitlines()
    sample = [line for line in lines if "### Response:" in line][-1]
    after = sample.partition("### Response:")[2].partition("<|endoftext|>")[0].strip()
    blocks = []
    for name, text in (
        ("Instruction", task),
        ("Before fine-tuning (notebook 02)", before),
        ("After two epochs (notebook 04)", after),
    ):
        blocks.append("\n".join([f"{name}:", *(f"    {line}".rstrip() for line in text.splitlines())]))
    return "```text\n" + "\n\n".join(blocks) + "\n```\n"


def renew(root=ROOT):
    """Write the block into the README, between its two marks."""
    readme = root / "README.md"
    before, begin, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{readme}: expected a line {BEGIN.strip()} and below it {END.strip()}; put them back.")
    readme.write_text(before + begin + quotation(root) + end + after, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    renew()
