"""The checks of the exercises: each message has a wrong solution that brings exactly this one, the right one has none.

The wrong solutions stand in tests/support/wrong_solutions.py.
"""

import time

import pytest
import torch

import exercises
import previous_chapters
from exercises.looking import COMMON
from exercises.predictions import NOT_YET, QUESTIONS
from notebook_setup import SMALL_MODEL, load_pretrained
from solutions import exercises_02, workshop
from wrong_solutions import PROMPTS, SOLUTIONS, WRONG, changed

CASES = [(name, key) for name, wrong in WRONG.items() for key in wrong]
WITHOUT_FORM = ("check_accumulate", "check_training_step")  # they are judged by what they do to the model


def others(name, tokenizer):
    return (tokenizer,) if name == "check_cut_out" else ()


def look_at(name, solution, tokenizer):
    return getattr(exercises, name).look_at(solution, *others(name, tokenizer))


def test_every_check_and_every_message_has_a_wrong_solution():
    checks = {name for name in exercises.__all__ if hasattr(getattr(exercises, name), "messages")}
    assert checks == {*WRONG, "check_few_shot"} == {*SOLUTIONS, "check_few_shot"}
    for name, wrong in WRONG.items():
        assert set(wrong) == set(getattr(exercises, name).messages), name
    assert set(PROMPTS) == set(exercises.check_few_shot.messages)


@pytest.mark.parametrize("name", SOLUTIONS)
def test_the_right_solution_brings_no_message_and_it_says_what_was_checked(name, tokenizer, capsys):
    getattr(exercises, name)(SOLUTIONS[name], *others(name, tokenizer))
    printed = capsys.readouterr().out
    assert printed.startswith(f"{SOLUTIONS[name].__name__}: right. Checked: ") and len(printed) > 60


@pytest.mark.parametrize("name", SOLUTIONS)
def test_a_check_takes_less_than_a_second(name, tokenizer):
    torch.optim.SGD([torch.zeros(1)])  # the first optimizer of a process imports half of PyTorch
    started = time.process_time()
    look_at(name, SOLUTIONS[name], tokenizer)
    assert time.process_time() - started < 1


@pytest.mark.parametrize("name, key", CASES, ids=lambda value: value)
def test_a_wrong_solution_brings_exactly_its_message(name, key, tokenizer, capsys):
    check = getattr(exercises, name)
    check(changed(SOLUTIONS[name], WRONG[name][key]), *others(name, tokenizer))
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("- ")] == [f"- {check.messages[key]}"]
    assert lines[0] == f"{SOLUTIONS[name].__name__}: 1 thing to look at."
    assert not any(word in line for line in lines for word in ("Traceback", "assert", ".py"))


def published_collate(batch, pad_token_id):
    """As it is usually taught: a mask over all end-of-text tokens, of which the first is spared."""
    longest = max(len(item) + 1 for item in batch)
    inputs, targets = [], []
    for item in batch:
        padded = item + [pad_token_id] * (longest - len(item))
        target = torch.tensor(padded[1:])
        places = torch.nonzero(target == pad_token_id).squeeze()
        if places.numel() > 1:
            target[places[1:]] = -100
        inputs.append(torch.tensor(padded[:-1]))
        targets.append(target)
    return torch.stack(inputs), torch.stack(targets)


def attention_query_by_query(queries, keys, values):
    mixed = torch.zeros_like(values)
    for i in range(queries.shape[2]):
        scores = (queries[:, :, i : i + 1] * keys[:, :, : i + 1]).sum(-1) / queries.shape[-1] ** 0.5
        mixed[:, :, i] = (torch.softmax(scores, dim=-1)[..., None] * values[:, :, : i + 1]).sum(2)
    return mixed


def step_that_returns_a_tensor(model, optimizer, inputs, targets):
    loss = previous_chapters.calc_loss_batch(inputs, targets, model, "cpu")
    optimizer.zero_grad(set_to_none=False)
    loss.backward()
    optimizer.step()
    return loss


@pytest.mark.parametrize(
    "name, solution",
    [
        ("check_format_input", previous_chapters.format_input),
        ("check_collate", previous_chapters.custom_collate_fn),
        ("check_collate", published_collate),
        ("check_attention", attention_query_by_query),
        ("check_generate", previous_chapters.generate),
        ("check_training_step", step_that_returns_a_tensor),
        ("check_cut_out", previous_chapters.cut_out_response),
        ("check_token_f1", lambda response, expected: previous_chapters.token_f1({"output": expected}, response)),
        ("check_split_qkv", lambda w: [torch.tensor(w[:, i : i + len(w)]).T for i in range(0, 3 * len(w), len(w))]),
        ("check_block_parameters", lambda emb_dim: 12 * emb_dim**2 + 13 * emb_dim),
    ],
)
def test_another_way_that_is_right_brings_no_message(name, solution, tokenizer):
    assert look_at(name, solution, tokenizer).findings == {}


TWO_FAULTS = {
    "check_collate": ["all_masked", "longest_without_end"],
    "check_attention": ["masked_with_zero", "not_scaled", "wrong_direction"],
    "check_generate": ["keeps_gradients", "prompt_missing", "end_kept"],
    "check_training_step": ["never_zeroed", "summed", "no_loss"],
    "check_format_input": ["no_input", "line_break"],
    "check_split_qkv": ["not_transposed", "values_first"],
    "check_token_f1": ["arithmetic", "divided_by_zero"],
    "check_block_parameters": ["no_norms", "three_matrices"],
    "check_mask_instruction": ["one_length", "zero", "changed"],
}


@pytest.mark.parametrize("name", TWO_FAULTS)
def test_several_faults_are_all_reported(name, tokenizer):
    changes = [change for key in TWO_FAULTS[name] for change in WRONG[name][key]]
    look = look_at(name, changed(SOLUTIONS[name], changes), tokenizer)
    assert sorted(look.findings) == sorted(TWO_FAULTS[name])


# ---- what any solution may do ----------------------------------------------------------------------------------


def returns_nothing(*arguments, **options):
    return None


def returns_dots(*arguments, **options):
    return ...


def is_not_implemented(*arguments, **options):
    raise NotImplementedError


@pytest.mark.parametrize("name", SOLUTIONS)
@pytest.mark.parametrize("empty", [returns_nothing, returns_dots, is_not_implemented, None, ...])
def test_an_empty_exercise_gets_a_friendly_line(name, empty, tokenizer, capsys):
    getattr(exercises, name)(empty, *others(name, tokenizer))
    label = getattr(empty, "__name__", "The answer")
    assert capsys.readouterr().out == f"{label} is empty so far. Write it, then run this cell again.\n"


@pytest.mark.parametrize("name", SOLUTIONS)
def test_an_error_is_a_finding_with_its_message_and_its_input(name, tokenizer, capsys):
    def fails(*arguments, **options):
        raise KeyError("inputs")

    getattr(exercises, name)(fails, *others(name, tokenizer))
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["fails: 1 thing to look at.", f"- {COMMON['raised']}"]
    assert all(line.startswith("    For ") and line.endswith(": KeyError: 'inputs'") for line in lines[2:])


@pytest.mark.parametrize("name", [name for name in SOLUTIONS if name not in WITHOUT_FORM])
def test_a_result_of_another_form_is_a_finding(name, tokenizer):
    look = look_at(name, lambda *arguments, **options: object(), tokenizer)
    assert list(look.findings) == ["form"]
    assert "object" in look.findings["form"][0] or "three lists" in look.findings["form"][0]


@pytest.mark.parametrize("name", [name for name in SOLUTIONS if name not in WITHOUT_FORM])
def test_a_way_without_return_is_a_finding(name, tokenizer):
    calls = []

    def returns_once(*arguments, **options):
        calls.append(arguments)
        return SOLUTIONS[name](*arguments, **options) if len(calls) == 1 else None

    assert list(look_at(name, returns_once, tokenizer).findings) == ["nothing"]


def test_what_has_no_name_is_shown_as_it_is():
    look = exercises.check_running_average.look_at(lambda values, points: [value + 1 for value in values])
    assert list(look.findings) == ["other"]
    assert look.findings["other"][0] == (
        "For [4, 2, 3, 1, 0.5, 0.25, 2], 3: expected [4, 3, 3, 2, 1.5, 0.5833, 0.9167], "
        "found [5, 3, 4, 2, 1.5, 1.25, 3]"
    )


def test_a_wording_is_shown_where_it_first_differs():
    wrong = changed(workshop.my_format_input, [("### Instruction:", "### Task:")])
    look = exercises.check_format_input.look_at(wrong)
    assert "'Instruction:" in look.findings["wording"][0] and "'Task:" in look.findings["wording"][0]


@pytest.mark.parametrize("name", SOLUTIONS)
def test_a_check_leaves_the_random_numbers_of_the_notebook_alone(name, tokenizer):
    torch.manual_seed(7)
    expected = torch.rand(1)
    torch.manual_seed(7)
    look_at(name, SOLUTIONS[name], tokenizer)
    assert torch.equal(torch.rand(1), expected)


# ---- a prompt, and predictions ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small_one():
    return load_pretrained(SMALL_MODEL)


def test_the_prompt_of_the_solution_gets_the_passive(small_one):
    assert exercises.check_few_shot.look_at(exercises_02.my_prompt, *small_one).findings == {}


@pytest.mark.parametrize("key", PROMPTS)
def test_a_wrong_prompt_brings_exactly_its_message(key, small_one):
    assert list(exercises.check_few_shot.look_at(PROMPTS[key], *small_one).findings) == [key]


def test_a_prompt_that_is_empty_or_no_text(small_one, capsys):
    exercises.check_few_shot(..., None, None)
    assert capsys.readouterr().out == "The answer is empty so far. Write it, then run this cell again.\n"
    assert list(exercises.check_few_shot.look_at(7, *small_one).findings) == ["form"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_predictions_are_held_against_what_was_found(question, capsys):
    right, found, wrong = QUESTIONS[question]
    for nothing in (..., None):
        exercises.check_prediction(question, nothing)
        assert capsys.readouterr().out == f"{NOT_YET}\n"
    exercises.check_prediction(question, right)
    assert capsys.readouterr().out == f"As you predicted: {found}\n"
    for answer, misconception in wrong.items():
        exercises.check_prediction(question, answer)
        assert capsys.readouterr().out == f"Not {answer}. {misconception}\n{found}\n"
    assert len({*wrong.values(), found}) == len(wrong) + 1


def test_other_predictions():
    with pytest.raises(ValueError, match="Unknown question 'weather': expected one of 'counted targets'"):
        exercises.check_prediction("weather", "A")


def test_a_prediction_may_be_a_small_letter_and_must_be_one_of_them(capsys):
    exercises.check_prediction("dropout left on", " b ")
    assert capsys.readouterr().out.startswith("As you predicted: ")
    exercises.check_prediction("dropout left on", "D")
    assert capsys.readouterr().out == "Found 'D': answer with one of A, B, C.\n"
    exercises.check_prediction("counted targets", 12)
    assert capsys.readouterr().out.startswith("Not 12. 10 targets count")
