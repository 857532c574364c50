"""What is said about instruction data before training: lengths, cuts, copies, prompts to read."""

import json
import random
import time
import warnings
from itertools import accumulate

import matplotlib.pyplot as plt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gpt import duplicates
from gpt.data_report import histogram
from helpers import instruction_entries
from previous_chapters import (
    InstructionDataset,
    create_instruction_loader,
    custom_collate_fn,
    describe_report,
    find_near_duplicates,
    find_same_tasks,
    format_input,
    plot_lengths,
    read_instruction_data,
    report_on_data,
    split_instruction_data,
)


def task(instruction, input_text="", output="An answer."):
    return {"instruction": instruction, "input": input_text, "output": output}


def unlike_entries(count, seed=0):
    """Entries of random words, none of which is like another one."""
    draw = random.Random(seed)
    words = ["".join(draw.choices("etaoinshrdlucmf", k=draw.randint(3, 9))) for _ in range(max(count, 500))]
    frequencies = list(accumulate(1 / (i + 1) for i in range(len(words))))
    return [
        task(" ".join(draw.choices(words, cum_weights=frequencies, k=draw.randint(6, 18)))) for _ in range(count)
    ]


# ---- lengths and cuts -------------------------------------------------------------------------------------------


def test_lengths_and_shares_are_those_of_the_entries(tokenizer):
    entries = instruction_entries(40)
    report = report_on_data(entries, tokenizer, 1000)
    assert report.lengths == [len(token_ids) for token_ids in InstructionDataset(entries, tokenizer)]
    assert (report.entries, report.with_input, report.cut, report.unanswered) == (40, 26, [], [])
    text = describe_report(report)
    assert "Entries: 40 (34 training, 4 test, 2 validation)\nWith an input: 26 (65%)" in text
    assert "Cut at 1,000 tokens: 0\nNothing of the answer is left to learn from: 0" in text


def test_what_is_left_of_a_cut_answer_is_what_stands_in_the_targets(tokenizer):
    entries = [task("Count to ten.", output="one two three four five six seven eight nine ten"), task("Go.")]
    (prompt,) = InstructionDataset([{**entries[0], "output": ""}], tokenizer)
    (tokens, _) = InstructionDataset(entries, tokenizer)
    for limit in range(1, len(tokens) + 2):
        report = report_on_data(entries, tokenizer, limit)
        _, targets = custom_collate_fn([tokens], tokenizer.eot_token, allowed_max_length=limit)
        left = max(0, targets.shape[1] + 1 - len(prompt))  # target i is token i + 1
        cut = {each["entry"]: each for each in report.cut}
        assert (0 in cut) == (tokenizer.eot_token not in targets)  # of a cut entry, the end is lost first
        if 0 in cut:
            assert cut[0] == {"entry": 0, "tokens": len(tokens), "answer_tokens_left": left}
            assert (0 in report.unanswered) == (left == 0)
            rest = f"{left} tokens of the answer are left" if left else "nothing of the answer is left"
            assert f"entry 0: {len(tokens)} tokens, {rest}" in describe_report(report)


def test_the_same_entries_are_said_to_be_cut_as_when_they_are_loaded(tokenizer):
    entries = instruction_entries(40)
    limit = sorted(report_on_data(entries, tokenizer, 1000).lengths)[30]
    report = report_on_data(entries, tokenizer, limit)
    with pytest.warns(UserWarning, match=f"which are cut: {len(report.cut)} of 40"):
        create_instruction_loader(entries, tokenizer, allowed_max_length=limit)


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=50), st.integers(1, 2000), st.integers(1, 20))
@settings(derandomize=True, deadline=None, database=None, max_examples=200)
def test_a_histogram_counts_each_length_once_and_no_step_goes_across_the_limit(lengths, limit, bins):
    steps = histogram(lengths, limit, bins)
    assert sum(count for _, _, count in steps) == len(lengths)
    assert sum(count for low, _, count in steps if low > limit) == sum(length > limit for length in lengths)
    assert all(low <= high and (high <= limit or low > limit) for low, high, _ in steps)
    assert [low for low, _, _ in steps[1:]] == [high + 1 for _, high, _ in steps[:-1]]
    assert len(steps) <= bins + 1


def test_the_histogram_in_the_text_shows_what_is_too_long(tokenizer):
    entries = [*instruction_entries(20), task("word " * 300)]
    lines = describe_report(report_on_data(entries, tokenizer, 256)).splitlines()
    bars = [line for line in lines if "#" in line and " to " in line]
    assert sum("longer than the context" in line for line in bars) == 1
    assert max(bar.count("#") for bar in bars) == 40 and " 1 #" in bars[-1]


@pytest.mark.parametrize("limit", [64, 100, 1024])
def test_the_picture_counts_each_entry_once(limit):
    lengths = [5, 63, 64, 65, 99, 100, 101, 180, 64]
    plot_lengths(lengths, limit)
    axis = plt.gcf().axes[0]
    fit = [bar for container in axis.containers[:1] for bar in container]
    cut = [bar for container in axis.containers[1:] for bar in container]
    assert sum(bar.get_height() for bar in fit) == sum(length <= limit for length in lengths)
    assert sum(bar.get_height() for bar in cut) == sum(length > limit for length in lengths)
    assert all(bar.get_x() + bar.get_width() <= limit + 0.5 for bar in fit if bar.get_height())
    assert all(bar.get_x() >= limit + 0.5 for bar in cut if bar.get_height())
    plt.close("all")


def test_a_picture_of_nothing_can_be_kept_too(tmp_path):
    plot_lengths([], 64, save_path=tmp_path / "lengths.png")
    assert (tmp_path / "lengths.png").stat().st_size > 1000
    plt.close("all")


# ---- copies -----------------------------------------------------------------------------------------------------


def test_the_same_task_is_found_with_its_answers_and_parts(tokenizer):
    entries = unlike_entries(100)
    entries[3] = entries[1]
    entries[90] = {**entries[2], "output": "Another answer."}  # in the test part
    entries[91] = {**entries[4], "input": "with an input it is another task, and so it is no copy of that"}
    report = report_on_data(entries, tokenizer, 1000)
    assert report.same == [(3, 1), (90, 2)] == find_same_tasks(entries)
    assert report.contradicting == [(90, 2)] == report.across["same"]
    assert report.near == []
    text = describe_report(report)
    assert "The same task again: 2, 1 with another answer, 1 in another part\n  entry 90 (test), entry 2" in text
    assert "scores measure in part what was learned by heart" in text
    entries[90] = entries[2]
    with pytest.warns(UserWarning, match="Tasks that stand in two parts: 1"):  # both look at the same thing
        split_instruction_data(entries)


def test_tasks_that_are_nearly_the_same_are_found(tokenizer):
    entries = unlike_entries(100)
    entries[7] = task("Name the colours that the flag of France has, please.", output="Blue, white and red.")
    entries[88] = task("Name the colors  that the flag of France\nhas, please!", output="Blue, white and red.")
    entries[50] = task("NAME THE COLOURS that the flag of France has, please.", output="Pink.")
    entries[8] = task("Name the colours that the coat of a zebra has, please.")
    report = report_on_data(entries, tokenizer, 1000)
    assert [pair[:2] for pair in report.near] == [(50, 7), (88, 7)]  # the most similar pair first
    assert [pair[2] for pair in report.near] == [100.0, pytest.approx(97.1, abs=0.1)]
    assert report.across["near"] == report.same_answers == [report.near[1]]
    assert report.near_is_complete
    text = describe_report(report)
    assert "Nearly the same task (from 95 % on): 2, 1 with the same answer, 1 in another part" in text
    assert "  entry 88 (test), entry 7 (training), 97 %\n    Name the colors that the flag" in text


def test_an_entry_is_listed_with_the_most_similar_of_each_part():
    entries = unlike_entries(100)
    for i, text in [(1, "xxxx"), (2, "xxxy"), (86, "xxxz"), (99, "xxxx.")]:
        entries[i] = task(f"Write a poem about {text} in the style of an old captain of a ship at sea.")
    pairs, _ = find_near_duplicates(entries)
    assert {pair[:2] for pair in pairs} == {(2, 1), (86, 1), (99, 1), (99, 86)}


def test_turns_of_a_conversation_are_no_copies_of_each_other(tmp_path):
    talk = [
        {"role": role, "content": f"{text} And this sentence about the weather at sea stands in each of the turns."}
        for i in range(4)
        for role, text in (("user", f"Question {i}."), ("assistant", f"Answer {i}."))
    ]
    path = tmp_path / "talk.json"
    path.write_text(json.dumps([{"messages": talk}]), encoding="utf-8")
    entries, _ = read_instruction_data(path)
    assert len(entries) == 4
    assert find_near_duplicates(entries, least=60) == ([], True)
    for entry in entries:
        entry["history"] = []
    assert find_near_duplicates(entries, least=60)[0]


def test_a_system_message_that_many_entries_share_does_not_make_them_alike():
    system = "You are a helpful assistant on a ship, and you answer in the voice of an old captain. " * 3
    words = ["anchor", "biscuit", "compass", "dolphin", "elephant", "flag"]
    entries = [{**task(f"Draw a {word}.", f"System: {system}"), "system": system} for word in words]
    assert find_near_duplicates(entries) == ([], True)
    assert len(find_near_duplicates([task(entry["instruction"], entry["input"]) for entry in entries])[0]) > 3
    entries.append({**entries[3], "instruction": "draw a DOLPHIN."})
    assert find_near_duplicates(entries)[0] == [(6, 3, 100.0)]


def test_long_texts_are_compared_by_their_beginnings_and_ends():
    long = " ".join(entry["instruction"] for entry in unlike_entries(20))
    entries = [task(long), task(f"{long[:1000]} something else in the middle {long[1000:]}"), task(long[::-1])]
    pairs, _ = find_near_duplicates(entries)
    assert pairs == [(1, 0, 100.0)]


def changed(text, draw):
    """The same task but for a word or a letter."""
    words = text.split()
    i = draw.randrange(len(words))
    words[i] = draw.choice([words[i][:-1], f"{words[i]}s"])
    return " ".join(words)


def test_many_tasks_are_compared_as_if_each_was_compared_with_each(monkeypatch):
    entries, draw = unlike_entries(1500), random.Random(1)
    for i in range(1000, 1500):
        entries[i] = task(changed(entries[i - 900]["instruction"], draw))
    entries[999] = task("请说出法国国旗的颜色并且解释它们的意义")
    entries[1499] = task("请说出法国国旗的颜色并且解释它们的意思")
    expected, _ = find_near_duplicates(entries, least=94)
    assert len(expected) > 450 and (1499, 999) in {pair[:2] for pair in expected}
    monkeypatch.setattr(duplicates, "MOST_TO_COMPARE_IN_PAIRS", 1)
    found, is_complete = find_near_duplicates(entries, least=94)
    assert is_complete and set(found) <= set(expected)
    assert len(found) >= 0.99 * len(expected) and (1499, 999) in {pair[:2] for pair in found}


def test_comparing_is_quick_for_the_usual_number_of_entries():
    entries = [task(" ".join(entry["instruction"] for entry in unlike_entries(40, seed))) for seed in range(100)]
    entries = [task(f"{i} {entry['instruction'][i:]}") for i in range(11) for entry in entries]  # 1,100 long ones
    started = time.process_time()
    find_near_duplicates(entries)
    assert time.process_time() - started < 3


@pytest.mark.parametrize("kind", ["different", "one template", "but for capitals"])
def test_comparing_takes_bounded_time_however_alike_the_entries_look(kind):
    count, draw = 20_000, random.Random(0)
    if kind == "different":
        entries = unlike_entries(count)
    elif kind == "one template":
        entries = [task(f"Please compute this sum for me, and explain each of the steps: {i}") for i in range(count)]
    else:
        text = "please compute the following sum for me"
        entries = [task("".join(draw.choice([c, c.upper()]) for c in text)) for _ in range(count)]
    started = time.process_time()
    pairs, is_complete = find_near_duplicates(entries)
    assert time.process_time() - started < 20  # of 52,000: under ten seconds each
    assert is_complete == (kind != "one template") and len(pairs) <= 3 * count
    assert bool(pairs) == (kind != "different")


def test_it_is_said_when_too_many_look_alike(tokenizer):
    entries = [task(f"Please compute this sum for me, and explain each of the steps: {i} + 7") for i in range(3000)]
    report = report_on_data(entries, tokenizer, 1000)
    assert not report.near_is_complete
    assert "Very many tasks look alike; not all of these pairs were searched for." in describe_report(report)


@given(st.lists(st.builds(task, st.text(max_size=8), st.text(max_size=3)), max_size=12), st.integers(1, 5))
@settings(
    derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_texts_can_be_compared_and_described(tokenizer, entries, limit):
    report = report_on_data(entries, tokenizer, limit)
    assert all(j > i for j, i, *_ in [*report.same, *report.near])
    assert f"Entries: {len(entries)} (" in describe_report(report)


# ---- conversations, samples, places -----------------------------------------------------------------------------


def test_a_conversation_that_goes_across_the_border_of_two_parts_is_named(tokenizer):
    entries = unlike_entries(100)
    entries[84] = task("Who?", output="He.")
    entries[85] = {**task("Why?"), "history": [["user", "Who?"], ["assistant", "He."]]}
    report = report_on_data(entries, tokenizer, 1000)
    assert report.cut_conversations == [85] and report.with_history == 1
    assert "A border between two parts goes through a conversation: entry 85" in describe_report(report)
    entries[85]["history"] = [["user", "Who?"], ["assistant", "She."]]
    assert report_on_data(entries, tokenizer, 1000).cut_conversations == []


def test_there_are_prompts_to_read(tokenizer):
    entries = unlike_entries(50)
    entries[10]["input"] = "something"
    entries[20]["instruction"] = "long " * 300
    report = report_on_data(entries, tokenizer, 1000, samples=4)
    assert [i for i, _ in report.samples] == [0, 10, 20, 12]
    text = describe_report(report)
    assert f"{format_input(entries[10])}\n\n### Response:\nAn answer." in text
    assert "characters ...]" in text and "long " * 200 not in text
    assert report_on_data(entries, tokenizer, 1000, samples=0).samples == []
    assert len(report_on_data(entries[:2], tokenizer, 1000, samples=9).samples) == 2


def test_places_are_those_of_the_files(tokenizer, tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("instruction,output\nName a colour,Red\nName a colour,Red\nx,\n", encoding="utf-8")
    entries, reading = read_instruction_data(path)
    text = describe_report(report_on_data(entries, tokenizer, 10, reading=reading))
    assert text.startswith("data.csv: CSV, Alpaca; rows: 3, entries: 2\nLeft out: 1\n  data.csv, line 4: the answer is")
    assert "entry 1 [line 3] (validation), entry 0 [line 2] (training)" in text
    assert "Too few: the series needs at least 30 entries." in text
    assert "---- entry 0 [line 2], " in text
    (tmp_path / "more.csv").write_text("instruction,output\nName a flower,Rose\n", encoding="utf-8")
    entries, reading = read_instruction_data(tmp_path)
    text = describe_report(report_on_data(entries, tokenizer, 10, reading=reading))
    assert "entry 2 [more.csv, line 2]: " in text


def test_an_empty_report_can_be_read(tokenizer):
    assert describe_report(report_on_data([], tokenizer, 10)).startswith("Entries: 0 (0 training, 0 test, 0 valid")


# ---- small data -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [*range(30, 60), 100, 199, 200])
def test_thirty_entries_are_enough_for_three_parts_and_a_batch(tokenizer, count):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        train, test, val = split_instruction_data(instruction_entries(count))
        loader = create_instruction_loader(train, tokenizer, allowed_max_length=256, drop_last=True)
    assert len(train) + len(test) + len(val) == count and min(len(test), len(val)) >= 1
    assert len(loader) >= 3
    assert report_on_data(train + test + val, tokenizer, 256).entries == count
