"""The judgements that come with the series are what they say, and notebook 07 says of them what they hold."""

import json
import re
from datetime import date

import pytest

from gpt.calibration import construct_judgements, construct_pairs, count_failed, mean_score, verdict
from helpers import REPO
from notebook_setup import DATA, load_right_answers
from previous_chapters import load_instruction_data, split_instruction_data, summarize_choices

SETS = ("reference", "shuffled", "base", "fine-tuned")


@pytest.fixture(scope="module")
def recorded():
    return json.loads((DATA / "reference" / "judgements.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def cells():
    return json.loads((REPO / "notebooks" / "07_evaluate_responses.ipynb").read_text(encoding="utf-8"))["cells"]


@pytest.fixture(scope="module")
def prose(cells):
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def test_they_are_about_the_test_data(recorded):
    test_data = split_instruction_data(load_instruction_data(DATA / "instruction-data.json"))[1]
    assert recorded["entries"] == test_data
    assert recorded["answers"]["reference"] == [entry["output"] for entry in test_data]
    assert sorted(recorded["answers"]["shuffled"]) == sorted(recorded["answers"]["reference"])


def test_each_answer_has_a_judgement_on_both_scales(recorded):
    for judge in recorded["judges"]:
        assert set(judge["judgements"]) == {"rubric", "percent"} and len(judge["pairs"]) == len(recorded["entries"])
        for judged in judge["judgements"].values():
            assert set(judged) == set(SETS)
            assert all(len(judgements) == len(recorded["entries"]) for judgements in judged.values())


def test_a_real_judge_has_name_digest_and_date_and_the_other_says_what_it_is(recorded):
    real, constructed = recorded["judges"]
    assert real["judge"].startswith("SmolLM2-135M") and json.loads(real["digest"])["n_params"] == 134515008
    assert date.fromisoformat(real["date"])
    assert constructed["judge"].startswith("constructed") and "date" not in constructed


def test_the_constructed_ones_can_be_made_again(recorded):
    constructed = construct_judgements(recorded["entries"], recorded["answers"])
    assert recorded["judges"][1]["judgements"] == constructed
    assert recorded["judges"][1]["pairs"] == construct_pairs(constructed["rubric"])


def test_calibration_tells_the_two_apart(recorded):
    right = load_right_answers(recorded["entries"], recorded["answers"]["fine-tuned"])
    assert right.count(None) == 22 and 60 < right.count(True) < 88
    found = [verdict(judge["judgements"]["rubric"], right).partition(":")[0] for judge in recorded["judges"]]
    assert found == ["Unfit", "Fit"]


def test_the_notebook_quotes_the_scores_of_the_small_judge(recorded, prose):
    judged = recorded["judges"][0]["judgements"]["percent"]
    means = {name: round(mean_score(judged[name])) for name in SETS}
    assert f"it gives the fine-tuned model **{means['fine-tuned']} of 100**" in prose
    assert f"it gives {means['reference']} to the reference answers and {means['shuffled']} to answers that" in prose
    assert sum(count_failed(judgements) for judgements in judged.values()) == 0  # "without a single failed judgement"


def test_the_notebook_says_how_the_small_judge_compared(recorded, prose):
    pairs = recorded["judges"][0]["pairs"]
    asked = int(re.search(r"that it read \*first\* in all (\d+) questions", prose)[1])
    assert asked == 2 * len(pairs) and all(pair["by_order"] for pair in pairs)


def test_the_pairs_of_an_unfit_judge_are_printed_with_the_warning_that_they_say_nothing(recorded, cells, capsys):
    right = load_right_answers(recorded["entries"], recorded["answers"]["fine-tuned"])
    panel = [{**judge, "fit": verdict(judge["judgements"]["rubric"], right)} for judge in recorded["judges"]]
    (code,) = (source for source in map("".join, (cell["source"] for cell in cells)) if "pair['winner']" in source
               and source.startswith("for one in panel"))  # fmt: skip
    exec(code, {"panel": panel, "summarize_choices": summarize_choices})
    of_small, of_constructed = capsys.readouterr().out.split(panel[1]["judge"])
    assert "say anything about the answers" in of_small and "say anything about the answers" not in of_constructed
