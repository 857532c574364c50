"""A training to look at while it runs: the loss curve as it grows, and how the model learns to stop.

    view = TrainingView(entry, tokenizer, reference=reference)
    view.begin()                                              # in a cell: an empty curve and an empty table
    train_model_simple(..., on_evaluation=view)               # they fill while it runs
    print(view.summary())

Outside of a notebook nothing is shown until ``summary``. The training's numbers and printed lines stay the same with or
without it; ``gpt.training_run`` sees to that.
"""

import base64
import io
import time
from contextlib import suppress
from pathlib import Path

import torch

from gpt.files import read_json, write_json
from gpt.generation import generate
from gpt.instructions import encode_entry
from gpt.notebook_outputs import Output
from gpt.pictures import LossCurves
from gpt.reference_runs import compare
from gpt.responses import cut_out_response
from gpt.tables import table
from gpt.templates import ALPACA

SHARE = 0.02  # of the time since training began, for drawing
LONGEST_ANSWER = 40  # tokens


class TrainingView:
    """Call it with each ``gpt.training_run.Evaluation``.

    Curve and table are outputs of the cell that calls :meth:`begin`, replaced in place. The curve is drawn at an
    evaluation only if all drawing so far, this one and a last one take at most ``SHARE`` of the time since training
    began; the last one is always drawn. So with a small model some evaluations appear together with the next.

    Args:
        entry: the instruction entry that the model answers again and again, a dict.
        reference: what is drawn behind the curve, see ``gpt.reference_runs``.
        path: where to keep the table, so that a training that goes on later has its beginning, too.
    """

    def __init__(self, entry, tokenizer, *, reference=None, path=None):
        from matplotlib.figure import Figure  # without pyplot: it belongs to no window and need not be closed

        self.reference, self.latest, self.has_seen_all = reference, None, False
        self.lesson = LearningToStop(entry, tokenizer, path)
        self.figure = Figure(figsize=(6.4, 4), facecolor="white")
        self.curves = LossCurves(self.figure, reference)
        self.curves.update([], [], [], [], num_epochs=2)
        self.figure.tight_layout()
        self.curve_output, self.table_output = Output(), Output()
        self.started = None  # when the first evaluation came
        # has_seen_all: whether the training began under this view, and was never continued from a checkpoint.
        self.drawing = self.answering = self.cost = self.training = 0.0  # seconds

    def begin(self):
        """Show the empty curve and the empty table as outputs of this cell."""
        for _ in range(2):  # the first drawing also loads fonts, so that the second one tells what a drawing costs
            started = time.perf_counter()
            picture = self._picture()
            self.cost = time.perf_counter() - started
        self.curve_output.show(picture)
        self.table_output.show(self.lesson.page())

    def __call__(self, evaluation):
        now = time.perf_counter()
        if self.started is None:
            self.started, self.has_seen_all = now, True
        self.has_seen_all &= evaluation.is_new  # also if it was interrupted and goes on under the same view
        self.latest, self.training = evaluation, now - self.started
        has_changed = self.lesson.look_at(evaluation)
        self.answering += time.perf_counter() - now
        if self.curve_output.handle is None:  # not in a notebook
            return
        if has_changed:
            self._draw(lambda: self.table_output.show(self.lesson.page()))
        if not evaluation.is_new or is_last(evaluation) or self.may_draw():
            self.cost = self._draw(lambda: self.curve_output.show(self._picture()))

    def may_draw(self):
        """Whether a drawing now and one at the end stay within the share of the time so far."""
        return self.drawing + 2 * self.cost <= SHARE * self.training

    def _draw(self, function):
        started = time.perf_counter()
        function()
        seconds = time.perf_counter() - started
        self.drawing += seconds
        return seconds

    def _picture(self):
        if self.latest is not None:
            _, _, num_epochs, epochs, tokens_seen, train_losses, val_losses, _ = self.latest
            self.curves.update(epochs, tokens_seen, train_losses, val_losses, num_epochs)
        return Picture(self.figure, self.summary())

    def summary(self):
        """How far the training came and whether it lies inside of the reference runs, in a few sentences."""
        if self.latest is None:
            return "No evaluation yet."
        _, step, _, epochs, _, train_losses, val_losses, _ = self.latest
        return (
            f"{len(epochs)} evaluations, the last at step {step}: training loss {train_losses[-1]:.3f}, validation "
            f"loss {val_losses[-1]:.3f}. {compare(self.reference, epochs, train_losses, val_losses)}"
        )

    def costs(self):
        """What looking has cost, in a sentence; the time counts from the first evaluation to the last."""
        if not self.training:
            return "No step was trained under this view, so there is no time of which looking could be a share."
        drawing, answering = (as_percent(part / self.training) for part in (self.drawing, self.answering))
        return f"Of {self.training:.0f} seconds, drawing took {drawing} and the answers took {answering}."


def is_last(evaluation):
    """Whether no evaluation comes after this one."""
    return evaluation.epochs[-1] >= evaluation.num_epochs - 1e-6


class LearningToStop:
    """One entry, answered at steps 0, 5, 10, 20, 40, ... and after the last evaluation: a table of what comes back.

    Args:
        path: a JSON file that keeps the rows; they are read when a training goes on from a checkpoint.
    """

    def __init__(self, entry, tokenizer, path=None):
        self.entry, self.tokenizer, self.path = entry, tokenizer, path and Path(path)
        self.rows = []  # dicts: step, answer, has_ended, probability (of end-of-text after the answer), after_expected

    def look_at(self, evaluation):
        """Answer if it is time for it; return whether the table has changed."""
        if not evaluation.is_new:
            self.rows = [row for row in self._kept_rows() if row["step"] <= evaluation.step]
            return True
        steps = [row["step"] for row in self.rows]
        if steps and evaluation.step < max(2 * steps[-1], 1) and not is_last(evaluation):
            return False
        evaluation.model.eval()
        self.rows.append({"step": evaluation.step, **self.answer_of(evaluation.model)})
        if self.path is not None:
            with suppress(OSError):  # a full disk is no reason to stop a training
                write_json(self.path, self.rows)
        return True

    def _kept_rows(self):
        if self.path is None or not self.path.is_file():
            return []
        try:
            return read_json(self.path, "the training", kind=list)
        except (OSError, ValueError):
            print(f"{self.path} is damaged: the table has only what comes from now on.")
            return []

    def answer_of(self, model):
        """The most probable answer, at most ``LONGEST_ANSWER`` tokens, and how probable end-of-text is after it."""
        device, eos_id = model.pos_emb.weight.device, self.tokenizer.eot_token
        context_size = len(model.pos_emb.weight)
        expected = encode_entry(ALPACA.full_text(self.entry), self.tokenizer, 0)
        ids = torch.tensor([encode_entry(ALPACA.prompt(self.entry), self.tokenizer, 0)], device=device)
        text = generate(model, ids, LONGEST_ANSWER, context_size, eos_id=eos_id)
        return {
            "answer": cut_out_response(ids, text, self.tokenizer),
            "has_ended": text.shape[1] < ids.shape[1] + LONGEST_ANSWER,
            "probability": probability_of_end(model, text, eos_id),
            "after_expected": probability_of_end(model, torch.tensor([expected], device=device), eos_id),
        }

    def page(self):
        """The table so far."""
        rows = [
            (
                row["step"], row["answer"].replace("\n", " / ") + ("" if row["has_ended"] else " ..."),
                "yes" if row["has_ended"] else "no", as_percent(row["probability"]), as_percent(row["after_expected"]),
            )
            for row in self.rows
        ]  # fmt: skip
        return table(
            ("Step", "Answer", "Stopped", "End of text after it", "... after the expected answer"), rows,
            numeric=(0, 3, 4), caption=f"{self.entry['instruction']} {self.entry['input']}".strip(),
            note=f"A slash is a new line. What has not stopped is cut after {LONGEST_ANSWER} tokens.",
        )  # fmt: skip


def probability_of_end(model, text, eos_id):
    """How probable the model finds end-of-text after a text of shape ``(1, tokens)``."""
    with torch.no_grad():
        features = model.features(text[:, -len(model.pos_emb.weight) :])[:, -1]
        return torch.softmax(model.out_head(features).float(), dim=-1)[0, eos_id].item()


def as_percent(share):
    """``0.974`` -> ``"97 %"``, with what is nearly nothing and nearly all told apart from nothing and all."""
    if share < 0.005:
        return "< 1 %"
    return "> 99 %" if share >= 0.995 else f"{share:.0%}".replace("%", " %")


class Picture:
    """A figure as a PNG of twice the resolution, with its message as plain text."""

    def __init__(self, figure, text):
        memory = io.BytesIO()
        figure.savefig(memory, format="png", dpi=200, pil_kwargs={"compress_level": 1})
        self.png, self.text = memory.getvalue(), text
        self.width, self.height = (round(100 * inches) for inches in figure.get_size_inches())

    def __repr__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        data = {"image/png": base64.b64encode(self.png).decode("ascii"), "text/plain": self.text}
        return data, {"image/png": {"width": self.width, "height": self.height, "alt": self.text}}
