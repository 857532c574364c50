"""The log of the benchmarks: RESULTS.md and the documents say what it holds, and bench.py adds to it."""

import json
import re
import sys

import pytest

from helpers import REPO

BENCHMARKS = REPO / "tests" / "benchmarks"
sys.path.append(str(BENCHMARKS))
import bench  # noqa: E402
import entries  # noqa: E402
import results  # noqa: E402

SPEED, MODELS = "docs/proof-and-speed.md", "docs/models.md"
TWENTY = "355M, fp32, the first 20 steps with 4 evaluations"
SMALLER = "124M, fp32, two epochs with 47 evaluations"
LARGER = "355M, fp32, two epochs with 47 evaluations"
README, TRAINING = "README.md", "notebooks/04_finetune.ipynb"

# Where a figure stands (its place in the sentence is the group), and what of the newest entry that tells it it is.
# If a test fails after a new entry, write into the document what it expects.
FIGURES = [
    (SPEED, r"first start is ([\d.]+) times", entries.ratio, ("load first", "ours", "reference")),
    (SPEED, r"a later one ([\d.]+) times", entries.ratio, ("load later", "ours", "reference")),
    (SPEED, r"generation ([\d.]+) times", entries.ratio, ("generate", "ours", "reference")),
    (SPEED, r"110 responses are ([\d.]+) times", entries.ratio, ("responses", "ours bf16", "reference")),
    (SPEED, r"training step ([\d.]+) times in fp32", entries.ratio, ("step", "ours fp32", "reference")),
    (SPEED, r"training step ([\d.]+) times in bf16", entries.ratio, ("step", "ours bf16", "reference")),
    (SPEED, r"evaluations took ([\d.]+) seconds", entries.figure, (f"{TWENTY}, ours",)),
    (SPEED, r"the reference's ([\d.]+) seconds", entries.figure, (f"{TWENTY}, reference",)),
    (SPEED, r"small model takes ([\d.]+) instead", entries.seconds, ("finetune small", "ours")),
    (SPEED, r"instead of ([\d.]+) seconds", entries.seconds, ("finetune small", "reference")),
    (MODELS, r"at most ([\d.]+) GB for GPT-2 medium", entries.figure, (f"{LARGER}, peak",)),
    (MODELS, r"([\d.]+) GB for GPT-2 small, in fp32 over two", entries.figure, (f"{SMALLER}, peak",)),
    (MODELS, r"which took ([\d.]+) and", entries.figure, (f"{LARGER}, time",)),
    (MODELS, r"and ([\d.]+) minutes on 2 cores", entries.figure, (f"{SMALLER}, time",)),
    (MODELS, r"47 evaluations\) took ([\d.]+) minutes", entries.figure, (f"{LARGER}, time",)),
    (MODELS, r"steps took ([\d.]+) seconds in a run", entries.figure, (f"{TWENTY}, ours",)),
    (MODELS, r"the reference's loop ([\d.]+) \(", entries.figure, (f"{TWENTY}, reference",)),
    (MODELS, r"`make refresh` \(([\d.]+) minutes", entries.figure, ("6M, all twelve notebooks",)),
    (README, r"two epochs took ([\d.]+) minutes", entries.figure, (f"{LARGER}, time",)),
    (README, r"minutes and ([\d.]+) GB on 2 CPU cores", entries.figure, (f"{LARGER}, peak",)),
    (TRAINING, r"with random weights, it took us ([\d]+)", entries.figure, (f"{LARGER}, time",)),
]  # fmt: skip


def check_figure(text, pattern, function, arguments):
    (written,) = re.findall(pattern, text)
    value = entries.newest(function, entries.read_log(), *arguments)
    expected = f"{value:.{len(written.partition('.')[2])}f}"
    assert written == expected, f"the log holds {expected} for {arguments}, the document says {written}"


@pytest.mark.parametrize(("name", "pattern", "function", "arguments"), FIGURES)
def test_a_figure_is_the_one_that_the_log_holds(name, pattern, function, arguments):
    text = (REPO / name).read_text(encoding="utf-8")
    check_figure(text, pattern, function, arguments)
    (written,) = re.findall(pattern, text)
    changed = re.sub(pattern, lambda match: match[0].replace(written, f"9{written}"), text)
    with pytest.raises(AssertionError, match="the log holds"):
        check_figure(changed, pattern, function, arguments)


def test_no_figure_of_speed_is_forgotten():
    text = (REPO / SPEED).read_text(encoding="utf-8")
    (sentence,) = re.findall(r"^On 2 CPU cores, in the shape .*$", text, re.M)
    found = re.findall(r"([\d.]+) (?:times|instead|seconds)", sentence)
    assert len(found) == sum(name == SPEED for name, *_ in FIGURES)


def test_results_are_what_the_log_holds():
    """If it fails: python tests/benchmarks/results.py."""
    findings = (BENCHMARKS / "findings.md").read_text(encoding="utf-8")
    assert results.RESULTS.read_text(encoding="utf-8") == results.page(entries.read_log(), findings)


MADE = {
    "date": "2026-01-01", "command": "made", "note": "", "machine": {"cores": 1, "instructions": []},
    "config": {"vocab_size": 1000, "context_length": 64, "emb_dim": 100, "n_layers": 1}, "weights_gb": 1.0,
    "ceilings": {"GFLOP/s fp32": [1.0], "GFLOP/s fp32 (oneDNN)": [2.0, 4.0, 3.0], "GB/s read": [0.1]},
    "measurements": [
        {"work": "load first", "implementation": "ours", "seconds": [1.0, 9.0, 2.0], "peak_gb": [0.5]},
        {"work": "load first", "implementation": "reference", "seconds": [3.0], "peak_gb": [1.0]},
        {"work": "step", "implementation": "ours fp32", "seconds": [5.0]},
    ],
}  # fmt: skip


def test_ratios_shares_and_floors():
    assert entries.ratio(MADE, "load first", "ours", "reference") == 1.5  # medians
    assert entries.share(MADE, "load first", "ours", "reference") == 0.5
    assert entries.ratio(MADE, "load first", "ours", "transformers") is None
    # 12 * 100 * 100 weights in the block and 1,000 * 100 in the head, 4 bytes each
    assert entries.floor(MADE, "load first", "ours") == pytest.approx(4 * 220_000 / 1e9 / 0.1)
    assert entries.floor(MADE, "generate", "ours") == pytest.approx(128 * 4 * 220_000 / 1e9 / 0.1)
    operations = entries.billions_of_operations(MADE["config"], "step")
    assert entries.floor(MADE, "step", "ours fp32") == pytest.approx(operations / 4)  # the better library's best
    assert entries.floor(MADE, "step", "ours bf16") is None  # its peak was not measured
    assert "| load first | ours / reference | 1.50 | 2 | missed |" in entries.ratios_table(MADE)
    assert "| load first | ours / reference | 0.50 | 0.6 | met |" in entries.memory_table(MADE)
    (line,) = [line for line in entries.measurements_table(MADE).splitlines() if "| load first | ours |" in line]
    assert line.endswith("| 227 times |")  # 2 s over 0.0088


def test_bf16_of_an_older_run_stands_on_the_page_until_a_newer_one_has_it():
    bf16 = {"work": "step", "implementation": "ours bf16", "seconds": [1.0]}
    without, having = {**MADE, "whole": True}, {**MADE, "whole": True, "measurements": [bf16]}
    assert "## In bf16: entry 1, " in results.page([having, without], "")
    for others in ([having], [without], [without, having]):
        assert "## In bf16" not in results.page(others, "")


def test_a_figure_that_was_measured_again_stands_there_once():
    entry = {"figures": [{"figure": "a step", "command": "old", "value": 9, "unit": "s"}]}
    again = {"figures": [{"figure": "a step", "command": "new", "value": 5, "unit": "s"}]}
    assert results.figures_list([entry, again]) == "- `new`, entry 2. a step: 5 s."


def test_the_steps_floor_counts_the_tokens_of_the_batch():
    from work import training_batch

    targets = training_batch({"vocab_size": 1000})[1]
    per_token = 6 * 220_000 / 1e9
    found = entries.billions_of_operations(MADE["config"], "step")
    assert found == pytest.approx(per_token * int((targets != -100).sum()))


def test_the_floor_of_prompts_that_begin_alike_counts_their_beginning_once():
    from work import ALIKE, BEGINNING, PROMPTS, prompts_of

    config = {**MADE["config"], "vocab_size": 50257}
    alike, others = prompts_of(ALIKE, config), prompts_of("responses", config)
    assert [len(prompt) for prompt in alike] == [len(prompt) for prompt in others]
    assert len({tuple(prompt[:BEGINNING]) for prompt in alike}) == 1 < len({prompt[BEGINNING] for prompt in alike})
    operations = [entries.billions_of_operations(config, work) for work in ("responses", ALIKE)]
    blocks = 12 * config["n_layers"] * config["emb_dim"] ** 2
    assert operations[0] - operations[1] == pytest.approx(2 * blocks * (PROMPTS - 1) * BEGINNING / 1e9)


def test_an_entry_is_appended_and_the_older_ones_stay(tmp_path, monkeypatch, capsys):
    """bench.py as it is called, but for the works themselves."""
    path = tmp_path / "log.json"
    entries.append_entry(MADE, path)
    folder = tmp_path / "outputs" / "benchmarks" / "6M"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(MADE["config"]), encoding="utf-8")
    (folder / "state.pt").write_bytes(b"weights")
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    monkeypatch.setattr(bench, "append_entry", lambda entry: entries.append_entry(entry, path))
    monkeypatch.setattr(bench, "version", lambda name: "1.0")
    done = {"seconds": 2.0, "peak_gb": 1.0, "tokens": [1], "GB/s read": 10.0}
    monkeypatch.setattr(bench, "run", lambda folder, work, implementation: done)
    command = ["bench.py", "--model", "gpt2-tiny (6M)", "--repeats", "2", "--only", "generate", "ceilings"]
    monkeypatch.setattr(sys, "argv", command)
    bench.main()
    assert entries.read_log(path) == [MADE]  # not asked to
    monkeypatch.setattr(sys, "argv", [*command, "--log", "a note"])
    bench.main()
    old, new = entries.read_log(path)
    assert old == MADE
    assert (new["note"], new["whole"]) == ("a note", False) and "a note" not in new["command"]
    assert new["measurements"][0] == {
        "work": "generate", "implementation": "ours", "seconds": [2.0, 2.0], "peak_gb": [1.0, 1.0],
    }  # fmt: skip
    assert "| generate | ours / transformers | 1.00 | 3 | missed |" in capsys.readouterr().out


@pytest.mark.parametrize("instructions", [True, False])
def test_bf16_is_left_out_without_instructions_and_done_when_asked(instructions, monkeypatch, capsys):
    import torch

    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": instructions}, raising=False)
    assert (("step", "ours bf16") in bench.chosen_works(["step"], bf16=False)) == instructions
    assert ("Left out" in capsys.readouterr().out) != instructions
    assert ("step", "ours bf16") in bench.chosen_works(["step"], bf16=True)
