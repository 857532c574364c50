"""The model card: what a model is, how it was made, what it can do and what not, with the figures of its own run.

    figures = figures_of_run("outputs/gpt2-tiny6M")       # what notebooks 04 and 06 have saved
    card = write_model_card("gpt2-tiny6M-sft", "gpt2-tiny (6M)", **figures)

The text is Markdown with the heading that the Hugging Face Hub reads (YAML between two lines of dashes), kept as
``README.md`` beside the weights (``gpt.huggingface``). What is not known is left out, never made up. The idea:
Mitchell et al., "Model Cards for Model Reporting", 2019.
"""

from pathlib import Path

from gpt.files import read_json
from gpt.intervals import mean_with_interval
from gpt.scoring import score_answers
from gpt.templates import ALPACA

RESPONSES = {
    "before": "instruction-data-with-base-response.json",
    "after": "instruction-data-with-response.json",
}
STOPPED = {"before": "base", "after": "fine-tuned"}  # their names in stopped.json

# Where the weights began, what they come under, and their name on the Hub.
ORIGINS = {
    "gpt2-tiny (6M)": ("the series' own small model, pretrained on an artificial small world", "apache-2.0", None),
    "gpt2-small (124M)": ("OpenAI's GPT-2 small", "mit", "openai-community/gpt2"),
    "gpt2-medium (355M)": ("OpenAI's GPT-2 medium", "mit", "openai-community/gpt2-medium"),
    "gpt2-large (774M)": ("OpenAI's GPT-2 large", "mit", "openai-community/gpt2-large"),
    "gpt2-xl (1558M)": ("OpenAI's GPT-2 XL", "mit", "openai-community/gpt2-xl"),
}
LIMITS = {
    True: (
        "The model knows the English of an artificial small world and about 1,300 facts, and follows instructions of "
        "the kinds that it was fine-tuned on. It is for learning how such models are made, and for nothing that anyone "
        "depends on."
    ),
    False: (
        "GPT-2 was trained on web pages up to 2017: it states falsehoods fluently and can repeat the prejudices and "
        "the private matters of its texts. Fine-tuning on a thousand instructions changes the form of its answers, not "
        "what it knows, and nothing was done to make it safe. It is for learning and research, not for people who rely "
        "on it."
    ),
}


def figures_of_run(folder):
    """Gather what the notebooks have saved of a run: ``{"history": ..., "scores": ..., "tasks": ...}``.

    What a notebook has not made yet is None.

    Args:
        folder: such as ``outputs/gpt2-tiny6M``: with ``history.json`` (notebook 04), the two files of responses and
            ``stopped.json`` (notebook 06).

    Raises:
        ValueError: if a file is damaged.
    """
    folder = Path(folder)
    history = _read(folder / "history.json", "04_finetune.ipynb")
    stopped = _read(folder / "stopped.json", "06_extract_responses.ipynb") or {}
    scores, tasks = {}, None
    for when, name in RESPONSES.items():
        entries = _read(folder / name, "06_extract_responses.ipynb")
        if entries:
            responses = [entry["model_response"] for entry in entries]
            scores[when] = score_answers(entries, responses, stopped.get(STOPPED[when]))
            tasks = len(entries)
    return {"history": history, "scores": scores or None, "tasks": tasks}


def _read(path, made_by):
    return read_json(path, made_by) if path.is_file() else None


def write_model_card(
    name,
    model_name,
    *,
    history=None,
    scores=None,
    tasks=None,
    data="the instruction data of the series (935 entries to train, 55 to validate, 110 to test)",
    data_license="apache-2.0",
    template=ALPACA,
    remarks="",
):
    """Write the model card of a fine-tuned model.

    Args:
        name: what the model shall be called.
        model_name: what it was fine-tuned from, a key of ``model_configs``.
        history: as notebook 04 saves it: ``train_losses``, ``val_losses``, ``num_epochs``, and what else it has.
        scores: ``{"before": ..., "after": ...}``, each as ``gpt.scoring.score_answers`` returns it, or one.
        tasks: number of test entries that were scored.
        data: what it was fine-tuned on, in words that continue "Fine-tuned on".
        data_license: what the data come under. With data of others, theirs.
        template: what prompts are to be written in, the template of the training.
        remarks: a text of your own, added at the end.

    Returns:
        The text.
    """
    origin, license_name, hub_name = ORIGINS[model_name]
    heading = ["---", "language: en", "library_name: transformers", "pipeline_tag: text-generation"]
    heading += [f"license: {license_name}"] + ([f"base_model: {hub_name}"] if hub_name else [])
    heading += ["tags:", "- gpt2", "- instruction-finetuning", "---"]
    parts = [
        "\n".join(heading),
        f"# {name}",
        f"A GPT-2 that follows instructions: {origin}, fine-tuned on {data}. It was made with a series of notebooks in "
        "plain PyTorch, and exported from there.",
        _how_to_ask(template),
    ]
    if history:
        parts.append(_losses(history))
    if scores:
        parts.append(_score_table(scores, tasks))
    parts.append(f"## What it is not for\n\n{LIMITS[hub_name is None]}")
    parts.append(_licenses(hub_name, license_name, data_license))
    return "\n\n".join(filter(None, [*parts, remarks.strip()])) + "\n"


def _how_to_ask(template):
    example = template.prompt({"instruction": "Name the capital of France.", "input": ""})
    return (
        "## How to ask it\n\n"
        f"Prompts have the form that the training had ({template.name}), and end where the task ends:\n\n"
        "```python\n"
        "from transformers import AutoModelForCausalLM, AutoTokenizer\n\n"
        'folder = "."  # or the name of the repository\n'
        "model, tokenizer = AutoModelForCausalLM.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)\n"
        f"prompt = {example!r}\n"
        'inputs = tokenizer(prompt, return_tensors="pt")\n'
        "output = model.generate(**inputs, max_new_tokens=60)[0, inputs.input_ids.shape[1]:]\n"
        f"print(tokenizer.decode(output, skip_special_tokens=True).replace({template.heading!r}, '', 1).strip())\n"
        "```\n\n"
        f"The model itself writes `{template.heading}` before its answer, and `<|endoftext|>` after it."
    )


def _losses(history):
    train, val = history["train_losses"], history["val_losses"]
    rows = [("after the last step", train[-1], val[-1])]
    if "initial_train_loss" in history:
        rows.insert(0, ("before", history["initial_train_loss"], history["initial_val_loss"]))
    lines = ["## Training", "", f"{history['num_epochs']} epochs" + _time_of(history) + "."]
    lines += ["", "| Loss (nats per token, five batches) | Training | Validation |", "| --- | --- | --- |"]
    lines += [f"| {when} | {a:.3f} | {b:.3f} |" for when, a, b in rows]
    return "\n".join(lines)


def _time_of(history):
    minutes = history.get("minutes")
    return f", {minutes:.1f} minutes" if minutes else ""


def _score_table(scores, tasks):
    columns = [when for when in ("before", "after") if when in scores]
    names = {"before": "before fine-tuning", "after": "after"}
    lines = ["## Scores", "", f"Means over {tasks} test entries, which it was not trained on, with 95 % intervals "
             "(bootstrap). Exact match ignores case and final punctuation. An answer that runs on after a right first "
             "sentence is none; and where many answers would be good, exact match says little.", "",
             "| | " + " | ".join(names[when] for when in columns) + " |",
             "| --- |" + " --- |" * len(columns)]  # fmt: skip
    measures = [measure for measure in scores[columns[-1]] if all(measure in scores[when] for when in columns)]
    for measure in measures:
        cells = ["{:.2f} [{:.2f}, {:.2f}]".format(*mean_with_interval(scores[when][measure])) for when in columns]
        lines.append(f"| {measure} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _licenses(hub_name, license_name, data_license):
    if hub_name:
        base = (
            "The pretrained weights are OpenAI's GPT-2, published under a modified MIT licence "
            "(https://github.com/openai/gpt-2/blob/master/LICENSE)"
        )
    else:
        base = f"The pretrained weights come with the series, under its licence ({license_name})"
    return (
        f"## Licences\n\n{base}; the data of the fine-tuning come under: {data_license}. Whoever passes the model on "
        "keeps to both."
    )
