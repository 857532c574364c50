"""A training that is looked at: its numbers stay the same, its pictures come in place and cost little."""

import base64
import json
import signal
import sys
import time
import warnings

import numpy as np
import pytest
import torch
from jupyter_client.manager import start_new_kernel

from gpt import live
from gpt.live import LearningToStop, Output, TrainingView, as_percent, probability_of_end
from gpt.reference_runs import band_of
from gpt.training_run import Evaluation
from helpers import freshly_started_model, small_config
from previous_chapters import format_input, generate, text_to_token_ids, token_ids_to_text
from small_training import Stopped, at_call, same, stop, train

ENTRY = {"instruction": "Write <b>something</b>.", "input": "", "output": "A thing."}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "checkpoint.pt"


def losses_printed(text):
    return [line for line in text.splitlines() if line.startswith("Ep ")]


def spoil(evaluation):
    """Do what a careless function might: draw random numbers, switch the mode, leave gradients wanted."""
    torch.manual_seed(5)
    torch.rand(7)
    evaluation.model.eval()
    torch.set_grad_enabled(True)


@pytest.mark.parametrize(
    "options", [{}, {"precision": "fp32"}, {"accumulation_steps": 2}, {"own_generators": True}], ids=str
)
@pytest.mark.parametrize(
    "make", [lambda tokenizer: spoil, lambda tokenizer: TrainingView(ENTRY, tokenizer)], ids=["spoil", "view"]
)
def test_looking_changes_neither_history_nor_weights_nor_random_numbers(vocabulary, tokenizer, options, make, capsys):
    expected = train(vocabulary, **options)
    printed = capsys.readouterr().out
    found = train(vocabulary, on_evaluation=make(tokenizer), **options)
    assert same(found, expected)
    assert capsys.readouterr().out == printed


def test_each_evaluation_is_told_as_it_is_returned(vocabulary):
    seen = []
    (train_losses, val_losses, tokens_seen), *_ = train(vocabulary, on_evaluation=seen.append)
    assert len(seen) == len(val_losses) > 2
    for i, evaluation in enumerate(seen):
        assert evaluation.step == 2 * i and evaluation.num_epochs == 2 and evaluation.is_new
        assert evaluation.train_losses == train_losses[: i + 1] and evaluation.val_losses == val_losses[: i + 1]
        assert evaluation.tokens_seen == tokens_seen[: i + 1]
    assert seen[-1].epochs == torch.linspace(0, 2, len(val_losses)).tolist()  # as notebook 05 draws them
    assert not live.is_last(seen[-2]) and live.is_last(seen[-1])


def test_a_training_that_goes_on_shows_its_beginning_and_one_that_is_complete_all(vocabulary, path):
    expected, seen, again = train(vocabulary), [], []
    with pytest.raises(Stopped):
        train(vocabulary, path, prepare=at_call(14, stop))
    found = train(vocabulary, path, on_evaluation=seen.append)
    assert same(found, expected)
    assert [evaluation.is_new for evaluation in seen] == [False] + [True] * (len(seen) - 1) and len(seen) > 2
    assert len(seen[0].val_losses) > 1 and seen[1].step == seen[0].step + 2
    train(vocabulary, path, on_evaluation=again.append)
    assert [(each.is_new, each.val_losses) for each in again] == [(False, expected[0][1])]


def test_an_error_in_a_picture_does_not_stop_the_training(vocabulary):
    calls = []

    def fail(evaluation):
        calls.append(None)
        raise RuntimeError("no ink")

    expected = train(vocabulary)
    with pytest.warns(UserWarning, match=r"on_evaluation has failed \(RuntimeError: no ink\). The training goes on"):
        found = train(vocabulary, on_evaluation=fail)
    assert same(found, expected) and len(calls) == 1


# ---------------------------------------------------------------------------------------------------------------
# The table
# ---------------------------------------------------------------------------------------------------------------


def test_the_table_has_the_greedy_answers_and_the_probability_of_the_end(tokenizer):
    model = freshly_started_model(small_config())
    row = LearningToStop(ENTRY, tokenizer).answer_of(model)
    prompt = text_to_token_ids(format_input(ENTRY), tokenizer)
    text = generate(model, prompt, live.LONGEST_ANSWER, 128, eos_id=tokenizer.eot_token)
    assert row["answer"] == token_ids_to_text(text[0, prompt.shape[1] :], tokenizer).strip() and not row["has_ended"]
    expected = torch.softmax(model(text)[0, -1], dim=-1)[tokenizer.eot_token].item()
    assert row["probability"] == pytest.approx(expected, rel=1e-4)
    whole = text_to_token_ids(f"{format_input(ENTRY)}\n\n### Response:\nA thing.", tokenizer)
    assert row["after_expected"] == pytest.approx(probability_of_end(model, whole, tokenizer.eot_token))
    assert 0 < row["after_expected"] < 1


@pytest.mark.parametrize(
    ("eval_freq", "steps", "expected"),
    [(5, 232, [0, 5, 10, 20, 40, 80, 160, 230]), (2, 12, [0, 2, 4, 8, 10]), (1, 2, [0, 1]), (50, 20, [0])],
)
def test_it_answers_at_doubling_steps_and_at_the_end(tokenizer, monkeypatch, eval_freq, steps, expected):
    lesson = LearningToStop(ENTRY, tokenizer)
    row = {"answer": "", "has_ended": True, "probability": 0.0, "after_expected": 0.0}
    monkeypatch.setattr(lesson, "answer_of", lambda model: row)
    places = range(0, steps, eval_freq)
    for i, step in enumerate(places):
        epochs = np.linspace(0, 2, len(places)).tolist() if len(places) > 1 else [0.0]
        lesson.look_at(evaluation_of(i + 1, step=step, epochs=epochs[: i + 1]))
    assert [found["step"] for found in lesson.rows] == expected


def evaluation_of(count, step=0, epochs=None):
    losses = [3.0 / (1 + i) for i in range(count)]
    epochs = epochs or np.linspace(0, 2, 47).tolist()[:count]
    tokens_seen = [100 * (1 + i) for i in range(count)]
    return Evaluation(torch.nn.Identity(), step, 2, epochs, tokens_seen, losses, losses, is_new=True)


def test_a_training_that_goes_on_under_the_same_view_was_not_timed_as_a_whole(vocabulary, tokenizer, path):
    """A reader interrupts the cell and runs it again: its minutes are those since then."""
    view = TrainingView(ENTRY, tokenizer)
    interrupt = at_call(100, lambda: signal.raise_signal(signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        train(vocabulary, path, prepare=interrupt, on_evaluation=view)
    assert view.has_seen_all
    train(vocabulary, path, on_evaluation=view)
    assert not view.has_seen_all


def test_rows_are_kept_for_a_training_that_goes_on(vocabulary, tokenizer, path, tmp_path):
    kept = tmp_path / "rows.json"
    whole = TrainingView(ENTRY, tokenizer)
    train(vocabulary, on_evaluation=whole)
    assert [row["step"] for row in whole.lesson.rows] == [0, 2, 4, 8] and whole.has_seen_all
    interrupt = at_call(100, lambda: signal.raise_signal(signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        train(vocabulary, path, prepare=interrupt, on_evaluation=TrainingView(ENTRY, tokenizer, path=kept))
    before = json.loads(kept.read_text(encoding="utf-8"))
    again = TrainingView(ENTRY, tokenizer, path=kept)
    train(vocabulary, path, on_evaluation=again)
    assert 0 < len(before) < 4
    assert again.lesson.rows == whole.lesson.rows and not again.has_seen_all
    complete = TrainingView(ENTRY, tokenizer, path=kept)
    train(vocabulary, path, on_evaluation=complete)
    assert complete.lesson.rows == whole.lesson.rows and complete.summary() == whole.summary()
    assert complete.costs().startswith("No step was trained under this view") and "%" in whole.costs()


def test_a_new_training_begins_a_new_table(vocabulary, tokenizer, tmp_path):
    kept = tmp_path / "rows.json"
    for text in ('[{"step": 0, "answer": "old"}]', "not JSON"):
        kept.write_text(text, encoding="utf-8")
        view = TrainingView(ENTRY, tokenizer, path=kept)
        train(vocabulary, on_evaluation=view)
        assert len(view.lesson.rows) == 4 and all(row["answer"] != "old" for row in view.lesson.rows)


def test_text_of_the_model_is_escaped(tokenizer):
    lesson = LearningToStop(ENTRY, tokenizer)
    lesson.rows.append({
        "step": 0, "answer": "<script>x</script>\nnext & last", "has_ended": False, "probability": 0.001,
        "after_expected": 0.998,
    })  # fmt: skip
    page = lesson.page()
    assert "<script>" not in page.html and "&lt;script&gt;x&lt;/script&gt; / next &amp; last ..." in page.html
    assert "<b>" not in page.html
    assert "<script>x</script> / next & last ..." in page.text and "< 1 %" in page.text and "> 99 %" in page.text


def test_percentages_tell_nearly_from_quite():
    assert [as_percent(share) for share in (0.0, 0.004, 0.01, 0.5, 0.994, 0.999)] == [
        "< 1 %", "< 1 %", "1 %", "50 %", "99 %", "> 99 %"
    ]  # fmt: skip


# ---------------------------------------------------------------------------------------------------------------
# The curve
# ---------------------------------------------------------------------------------------------------------------


class Handle:
    """Stands for a notebook's output: takes time for each update and keeps what was shown."""

    def __init__(self, seconds=0.0):
        self.seconds, self.shown = seconds, []

    def update(self, what):
        time.sleep(self.seconds)
        self.shown.append(what)


@pytest.fixture
def view(tokenizer, monkeypatch):
    run = {"train_losses": [3, 1], "val_losses": [3, 1]}
    view = TrainingView(ENTRY, tokenizer, reference=band_of("some", 2, [run, run]))
    monkeypatch.setattr(view.lesson, "look_at", lambda evaluation: False)
    view.curve_output.handle, view.table_output.handle = Handle(), Handle()
    return view


def test_drawing_stays_within_two_percent_of_the_time_whatever_it_costs(view, monkeypatch):
    """With a clock of its own: a step takes 0.2 seconds, a drawing 0.07, as measured with the small model."""
    clock = [100.0]
    monkeypatch.setattr(live.time, "perf_counter", lambda: clock[0])

    def picture():
        clock[0] += 0.07
        return "a picture"

    monkeypatch.setattr(view, "_picture", picture)
    view.begin()
    view.curve_output.handle.shown.clear()
    for count in range(1, 48):
        clock[0] += 1.0
        view(evaluation_of(count))
    drawings = len(view.curve_output.handle.shown)
    assert view.drawing == pytest.approx(0.07 * drawings)
    assert view.drawing <= 0.02 * view.training + 1e-9
    assert drawings > 10  # it is drawn as often as that allows
    view.answering = 0.46
    assert view.costs() == "Of 47 seconds, drawing took 2 % and the answers took 1 %."
    assert view.latest.epochs[-1] == 2  # and the last one is


def test_the_last_evaluation_is_drawn_however_slow_drawing_is(view, monkeypatch):
    view.cost = 1000.0
    for count in range(1, 48):
        view(evaluation_of(count))
    (picture,) = view.curve_output.handle.shown
    assert list(view.curves.val_line.get_ydata()) == view.latest.val_losses
    assert "47 evaluations" in picture.text and "band of 2 runs" in picture.text


def test_a_picture_is_sharp_and_carries_its_message(view):
    view.latest = evaluation_of(3)
    data, metadata = view._picture()._repr_mimebundle_()
    png = base64.b64decode(data["image/png"])
    width, height = (int.from_bytes(png[i : i + 4], "big") for i in (16, 20))
    assert (width, height) == (2 * metadata["image/png"]["width"], 2 * metadata["image/png"]["height"])
    assert data["text/plain"] == metadata["image/png"]["alt"] == view.summary()


def test_the_live_curve_ends_as_the_static_figure(view):
    from matplotlib.figure import Figure

    from gpt.pictures import LossCurves

    final = evaluation_of(47)
    static = LossCurves(Figure(), view.reference)
    static.update(final.epochs, final.tokens_seen, final.train_losses, final.val_losses)
    for count in range(1, 48):
        view(evaluation_of(count))
    for one, other in ((view.curves.epochs_axis, static.epochs_axis), (view.curves.tokens_axis, static.tokens_axis)):
        assert len(one.lines) == len(other.lines)
        for line, expected in zip(one.lines, other.lines, strict=True):
            assert np.array_equal(line.get_xydata(), expected.get_xydata())
        assert one.get_ylim() == pytest.approx(other.get_ylim())
        assert one.get_xlim() == pytest.approx(other.get_xlim(), rel=1e-6)


def test_in_a_terminal_nothing_is_shown(vocabulary, tokenizer, capsys):
    train(vocabulary)
    printed = capsys.readouterr().out
    view = TrainingView(ENTRY, tokenizer)
    view.begin()
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="on_evaluation has failed")
        train(vocabulary, on_evaluation=view)
    assert capsys.readouterr().out == printed and view.drawing == 0
    assert "evaluations, the last at step 8" in view.summary()
    assert Output().show("anything") is None


def test_in_a_notebook_both_outputs_are_replaced_in_place(vocabulary):
    """A real kernel: the cell that trains gets updates of the other cell's outputs, and no output but its lines."""
    manager, client = start_new_kernel(kernel_name="python3")

    def run(code):
        messages = []
        client.execute_interactive(
            f"import sys; sys.path[:0] = {sys.path}\n{code}", timeout=120,
            output_hook=messages.append,
        )  # fmt: skip
        assert [message["content"] for message in messages if message["msg_type"] == "error"] == []
        kinds = ("display_data", "update_display_data", "stream")
        return [message for message in messages if message["msg_type"] in kinds]

    try:
        begun = run(
            "from pathlib import Path; from small_training import train; from previous_chapters import *\n"
            f"vocabulary = Path({str(vocabulary)!r})\n"
            f"view = TrainingView({ENTRY}, load_tokenizer(vocabulary)); view.begin()"
        )
        trained = run("_ = train(vocabulary, on_evaluation=view)")
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    ids = [message["content"]["transient"]["display_id"] for message in begun]
    assert len(set(ids)) == 2
    assert {"image/png", "text/plain"} == set(begun[0]["content"]["data"])
    assert {"text/html", "text/plain"} == set(begun[1]["content"]["data"])
    updates = [message for message in trained if message["msg_type"] == "update_display_data"]
    assert {message["content"]["transient"]["display_id"] for message in updates} == set(ids)
    assert {message["msg_type"] for message in trained} == {"stream", "update_display_data"}
    last = [m["content"]["data"] for m in updates if m["content"]["transient"]["display_id"] == ids[0]][-1]
    assert last["text/plain"].startswith("5 evaluations, the last at step") and last["image/png"] != ""
