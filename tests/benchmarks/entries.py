"""The log of the benchmarks as data, and the tables that bench.py and results.py make of an entry.

log.json is a list of entries, oldest first; nothing is ever changed in an old one. An entry has what was known of its
run: date, command, machine, versions, config (the model's shape), note, ceilings (what the machine can do), and

    measurements   a list of {"work", "implementation", "seconds": [...], "peak_gb": [...]}, one number a repeat; of
                   the oldest entries often only the median was kept
    ratios         {"work", "ours", "other", "ratio"}, where it is known more exactly than the seconds tell it
    figures        what other scripts measured: {"figure", "command", "value", "unit"}

"whole" is true for an entry with all works. Nothing here needs PyTorch.
"""

import json
import statistics
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE)]

from work import ALIKE, BEGINNING, NEW_TOKENS, PROMPTS, prompts, prompts_of  # noqa: E402

from gpt.files import write_atomically  # noqa: E402

LOG = HERE / "log.json"

# What is asked of us: how many times as fast as the other.
TARGETS = {
    ("load first", "ours", "reference"): 2,
    ("load later", "ours", "reference"): 20,
    ("load later", "ours", "transformers"): 1,
    ("generate", "ours", "reference"): 8,
    ("generate", "ours", "transformers"): 3,
    ("generate", "ours bf16", "transformers"): 3,
    ("generate", "ours bf16", "transformers bf16"): 1.3,
    ("responses", "ours bf16", "reference"): 60,
    ("responses", "ours bf16", "transformers"): 2,
    ("responses", "ours bf16", "transformers bf16"): 3,
    (ALIKE, "ours bf16", "transformers bf16"): 3,
    ("step", "ours bf16", "reference"): 3.5,
    ("step", "ours bf16", "transformers bf16"): 1,
    ("step", "ours fp32", "reference"): 1.2,
    ("step", "ours fp32", "transformers"): 1.2,
    ("finetune small", "ours", "reference"): 1.5,
}

# And how much of the other's, or of the weights', peak memory.
MEMORY_TARGETS = {("load first", "ours", "reference"): 0.6, ("load later", "ours", "weights"): 1.2}


# ---- the log ------------------------------------------------------------------------------------------------


def read_log(path=LOG):
    """Return the entries, oldest first; none if there is no log yet."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


def write_log(path, entries):
    """Write the entries, each measurement on a line of its own, so that a difference can be read."""
    texts = []
    for entry in entries:
        lines = []
        for name, value in entry.items():
            if name in ("measurements", "ratios", "shares", "figures"):
                rows = ",\n".join(f"   {json.dumps(row, ensure_ascii=False)}" for row in value)
                lines.append(f'  "{name}": [\n{rows}\n  ]')
            else:
                lines.append(f'  "{name}": {json.dumps(value, ensure_ascii=False)}')
        texts.append(" {\n" + ",\n".join(lines) + "\n }")
    write_atomically(path, ("[\n" + ",\n".join(texts) + "\n]\n").encode("utf-8"))


def append_entry(entry, path=LOG):
    write_log(path, [*read_log(path), entry])


# ---- numbers of an entry --------------------------------------------------------------------------------------


def medians(entry, field="seconds"):
    """Return {(work, implementation): median} of "seconds" or "peak_gb"."""
    return {
        (row["work"], row["implementation"]): statistics.median(row[field])
        for row in entry.get("measurements", [])
        if row.get(field)
    }


def ceilings(entry):
    """The most that was reached: what a median work can beat is no ceiling."""
    return {name: max(values) for name, values in entry.get("ceilings", {}).items()}


def ratio(entry, work, ours, other):
    """How many times as fast as the other we were, or None if the entry does not tell."""
    for row in entry.get("ratios", []):
        if (row["work"], row["ours"], row["other"]) == (work, ours, other):
            return row["ratio"]
    seconds = medians(entry)
    if (work, ours) in seconds and (work, other) in seconds:
        return seconds[work, other] / seconds[work, ours]
    return None


def share(entry, work, ours, other):
    """Our peak memory as a share of the other's, or of the weights; None if the entry does not tell."""
    for row in entry.get("shares", []):
        if (row["work"], row["ours"], row["other"]) == (work, ours, other):
            return row["share"]
    peaks = medians(entry, "peak_gb")
    whole = entry.get("weights_gb") if other == "weights" else peaks.get((work, other))
    return peaks[work, ours] / whole if whole and (work, ours) in peaks else None


def newest(function, entries, *arguments):
    """The value of a function above in the newest entry that tells it.

    Raises:
        LookupError: if none does, naming what was looked for.
    """
    for entry in reversed(entries):
        found = function(entry, *arguments)
        if found is not None:
            return found
    raise LookupError(f"No entry of the log tells {function.__name__} of {arguments}: run bench.py with --log.")


def seconds(entry, work, implementation):
    return medians(entry).get((work, implementation))


def figure(entry, name):
    return next((row["value"] for row in entry.get("figures", []) if row["figure"] == name), None)


# ---- the least that a work must cost ----------------------------------------------------------------------------


def billions_of_operations(config, work):
    """Multiplications and additions that a piece of work cannot do without: 2 for each weight and token it reads.

    Padding can be done without, so it is not counted, and what all prompts begin with counts once.
    """
    weights = 12 * config["n_layers"] * config["emb_dim"] ** 2
    head = config["vocab_size"] * config["emb_dim"]
    if work == "generate":
        return 2 * (weights * (50 + NEW_TOKENS[work] - 1) + head * NEW_TOKENS[work]) / 1e9
    if work in ("responses", ALIKE):
        read = sum(map(len, prompts_of(work, config))) + PROMPTS * (NEW_TOKENS[work] - 1)
        read -= (PROMPTS - 1) * BEGINNING if work == ALIKE else 0
        return 2 * (weights * read + head * PROMPTS * NEW_TOKENS[work]) / 1e9
    if work == "step":  # the lengths of work.training_batch; backward costs twice as much as forward
        return 6 * (weights + head) * (70 + sum(map(len, prompts(config, 7, 40, 70)))) / 1e9
    return None


def gigabytes_read(config, work, implementation):
    """Weights that a piece of work must read from memory: all of them for each token."""
    weights = 12 * config["n_layers"] * config["emb_dim"] ** 2 + config["vocab_size"] * config["emb_dim"]
    bytes_each = 2 if implementation.endswith("bf16") else 4
    times = {"load first": 1, "load later": 1, "generate": NEW_TOKENS["generate"]}.get(work, 0)
    return times * bytes_each * weights / 1e9


def floor(entry, work, implementation):
    """The least seconds that a work can take at the measured speed of the machine, or None if that was not measured.

    Loads and generation: bytes of the weights over the measured bandwidth of reading memory (a disk is slower).
    Responses and steps: operations over the measured peak of the number format, in fp32 the better of two libraries.
    """
    can, config = ceilings(entry), entry.get("config")
    if config is None:
        return None
    if read := gigabytes_read(config, work, implementation):
        return read / can["GB/s read"] if "GB/s read" in can else None
    names = ["GFLOP/s bf16"] if implementation.endswith("bf16") else ["GFLOP/s fp32", "GFLOP/s fp32 (oneDNN)"]
    peak = max((can[name] for name in names if name in can), default=None)
    operations = billions_of_operations(config, work)
    return operations / peak if operations and peak else None


# ---- tables -------------------------------------------------------------------------------------------------------


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "| --- " * len(head) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def short(value):
    """Three digits or so: 126, 13.0, 2.18."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def machine_line(entry):
    machine = entry.get("machine", {})
    parts = [f"{machine['cores']} cores" if "cores" in machine else "", machine.get("processor", "")]
    if "instructions" in machine:
        parts.append(" and ".join(machine["instructions"]) or "no bf16 instructions")
    parts += [f"{machine['memory_gb']} GB" if "memory_gb" in machine else "", machine.get("system", "")]
    versions = [f"{name} {number}" for name, number in entry.get("versions", {}).items()]
    model = [f"{entry['model']}, random weights"] if "model" in entry else []
    return "; ".join([*model, ", ".join(filter(None, parts)), ", ".join(versions)])


def ceilings_line(entry):
    can = ", ".join(f"{name} {value:.0f}" for name, value in ceilings(entry).items())
    return f"The machine reached: {can}." if can else ""


def measurements_table(entry, ending=""):
    """Of implementations whose names end so."""
    config, peaks, rows = entry["config"], medians(entry, "peak_gb"), []
    for key, spent in medians(entry).items():
        if not key[1].endswith(ending):
            continue
        operations, read = billions_of_operations(config, key[0]), gigabytes_read(config, *key)
        least = floor(entry, *key)
        rows.append(
            [
                *key, f"{spent:.2f}", f"{peaks[key]:.2f}" if key in peaks else "",
                f"{operations / spent:.0f}" if operations else "", f"{read / spent:.1f}" if read else "",
                f"{short(spent / least)} times" if least else "",
            ]
        )  # fmt: skip
    head = ["Work", "Implementation", "Seconds (median)", "Peak GB", "GFLOP/s", "GB/s", "The floor"]
    return table(head, rows)


def ratios_table(entry, ending=""):
    """Every implementation of ours that ends so beside every peer that did the same work, with the target if any."""
    keys, rows = list(medians(entry)), []
    for work, ours in keys:
        for same, other in keys:
            if work != same or not (ours.startswith("ours") and ours.endswith(ending)) or other.startswith("ours"):
                continue
            found, target = ratio(entry, work, ours, other), TARGETS.get((work, ours, other))
            verdict = "" if target is None else "met" if found >= target else "missed"
            rows.append([work, f"{ours} / {other}", short(found), "" if target is None else str(target), verdict])
    return table(["Work", "", "Times as fast", "Target", ""], rows)


def memory_table(entry):
    rows = []
    for key, target in MEMORY_TARGETS.items():
        found = share(entry, *key)
        if found is not None:
            verdict = "met" if found <= target else "missed"
            rows.append([key[0], f"{key[1]} / {key[2]}", f"{found:.2f}", str(target), verdict])
    return table(["Work", "", "Share of the peak memory", "Target", ""], rows)


def entry_tables(entry):
    """The tables of an entry of bench.py, as Markdown."""
    parts = [machine_line(entry), ceilings_line(entry), measurements_table(entry)]
    parts += [ratios_table(entry), memory_table(entry)]
    compared = entry.get("same_tokens", [])
    if compared:
        said = (f"{row['work']}, {row['other']}: {'yes' if row['same'] else 'NO'}" for row in compared)
        parts.append(f"The same tokens as ours: {'; '.join(said)}.")
    return "\n\n".join(filter(None, parts))


def over_time_table(entries):
    """The ratios with a target, one column for each entry that has any."""
    columns = [(i, entry) for i, entry in enumerate(entries, 1) if any(ratio(entry, *key) for key in TARGETS)]
    head = ["Work", "", "Target", *(f"{i}: {entry['date']}" for i, entry in columns)]
    said = [entry.get("machine", {}).get("instructions") for _, entry in columns]
    kinds = ["not noted" if names is None else "bf16" if names else "no bf16" for names in said]
    rows = [["instructions", "", "", *kinds]]
    for key, target in TARGETS.items():
        found = [ratio(entry, *key) for _, entry in columns]
        cells = ["" if value is None else short(value) for value in found]
        rows.append([key[0], f"{key[1]} / {key[2]}", str(target), *cells])
    return table(head, rows)
