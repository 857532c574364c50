"""Scoring of responses: what counts as right, and how much two answers share."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpt.scoring import first_sentence, is_right_at_first, rouge_l, score_answers, words_more
from notebook_setup import DATA
from previous_chapters import is_right, load_instruction_data, normalize_answer, token_f1


def entry(output, instruction="What is it?", given=""):
    return {"instruction": instruction, "input": given, "output": output}


@pytest.mark.parametrize(
    ("text", "normalized"),
    [
        ("Jane Austen.", "jane austen"),
        ("  The plural is 'geese'. ", "the plural is 'geese"),
        ("'geese'", "geese"),
        ('"Geese!"', "geese"),
        ("“Geese.”", "geese"),
        ("Two\n  words", "two words"),
        ("It's here", "it's here"),
        ("3.5", "3.5"),
        ("!?", ""),
        ("", ""),
    ],
)
def test_normalizing_takes_off_case_outer_quotation_marks_and_final_punctuation(text, normalized):
    assert normalize_answer(text) == normalized


@pytest.mark.parametrize("response", ["jane austen", "Jane Austen.", "'Jane Austen'", " Jane  Austen!\n"])
def test_an_answer_in_another_dress_is_right(response):
    assert is_right(entry("Jane Austen."), response)


@pytest.mark.parametrize("response", ["", "Jane", "It is Jane Austen.", "Austen Jane", "Jane Austen. Jane Austen."])
def test_another_answer_is_not(response):
    assert not is_right(entry("Jane Austen."), response)


@pytest.mark.parametrize(
    ("instruction", "given"),
    [
        ("Add the missing mark.", "Where is he"),
        ("Add the missing mark: 'Where is he'", ""),
        ('Add the missing mark: "Where is he"', ""),
        ("Add the missing mark: Where is he", ""),
    ],
)
def test_where_case_or_punctuation_are_the_task_every_character_counts(instruction, given):
    task = entry("Where is he?", instruction, given)
    assert is_right(task, "Where is he?") and is_right(task, " Where is he?\n")
    assert not any(is_right(task, wrong) for wrong in ("Where is he", "Where is he.", "where is he?"))


@pytest.mark.parametrize(
    ("instruction", "given", "output"),
    [
        ("Classify the review as 'positive' or 'negative'.", "I liked it.", "positive"),
        ("Classify the review as 'positive' or 'negative'.", "I liked it.", "Positive."),
        ("Is this 'ham', 'spam', or 'unknown'?", "Win a prize!", "Spam"),
        ("Choose one: “ham”/“spam”.", "Win a prize!", "Spam."),
        ("Repeat the word.", "cat", "cat"),
        ("Choose the synonym of 'sick'.", "ill", "ill"),
    ],
)
def test_a_label_or_word_that_the_task_gives_may_be_written_in_any_way(instruction, given, output):
    task = entry(output, instruction, given)
    assert all(is_right(task, form) for form in (output, output.upper(), output.lower(), f"'{output}'", f"{output}!"))
    assert not is_right(task, "negative" if "positive" in instruction else "other")


@pytest.mark.parametrize(
    ("instruction", "given", "output", "wrong"),
    [
        ("Add the missing mark:\nWhere is he", "", "Where is he?", "Where is he."),
        ("Add the marks.", "it is late\nwe go home", "It is late.\nWe go home.", "it is late. we go home"),
        ("Write the text with capital letters: 'i met zoe.\nshe sang.'", "", "I met Zoe.\nShe sang.",
         "i met zoe.\nshe sang."),
        ("Add the missing comma: 'Yes I do.'", "", "Yes, I do.", "yes, I do."),
        ("Add the capital letters: “i met zoe.”", "", "I met Zoe.", "i met Zoe."),
    ],
)  # fmt: skip
def test_marks_and_capitals_inside_a_text_and_in_several_lines_are_seen_to_be_the_task(
    instruction, given, output, wrong
):
    task = entry(output, instruction, given)
    assert is_right(task, output) and not is_right(task, wrong)


def test_an_answer_that_is_a_mark_is_not_any_mark():
    assert is_right(entry("?"), "?") and not is_right(entry("?"), "!")


def test_every_expected_output_is_right_and_an_unchanged_input_never_is():
    for task in load_instruction_data(DATA / "instruction-data.json"):
        assert is_right(task, task["output"]) and token_f1(task, task["output"]) == 1
        # "fish" is its own plural; everywhere else, repeating the input is no answer
        assert task["input"] in ("", task["output"]) or not is_right(task, task["input"])


def test_exactly_the_families_about_marks_and_capitals_are_compared_letter_for_letter():
    data = load_instruction_data(DATA / "instruction-data.json")
    families = json.loads((DATA / "instruction-families.json").read_text(encoding="utf-8"))
    strict = {
        family["family"]
        for task, family in zip(data, families, strict=True)
        if " " in task["output"] and not is_right(task, f"{task['output'].upper()}?")
    }
    assert strict == {"punctuation", "capital_letters"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("It is Seoul.", "It is Seoul."),
        ("It is Seoul. It is large.", "It is Seoul."),
        ("It is 'Zn'.\n\n### A list:\n\nThe word", "It is 'Zn'."),
        ("a lamb\n### A list", "a lamb"),
        ("\n\n  It is Seoul.\n", "It is Seoul."),
        ("He said: 'It is Seoul.' Then he left.", "He said: 'It is Seoul.'"),
        ("(It is Seoul.) Then he left.", "(It is Seoul.)"),
        ("It is “Seoul”! Is it?", "It is “Seoul”!"),
        ("Is it? Yes.", "Is it?"),
        ("What?! No.", "What?!"),
        ("It costs 3.5 euros. It is cheap.", "It costs 3.5 euros."),
        ("Version 2.10.1 is out. Get it.", "Version 2.10.1 is out."),
        ("Mr. Brown and Dr. Green met. They talked.", "Mr. Brown and Dr. Green met."),
        ("St. Petersburg is a city. It is old.", "St. Petersburg is a city."),
        ("J. K. Rowling wrote it. She is British.", "J. K. Rowling wrote it."),
        ("It is J. R. R. Tolkien. He was British.", "It is J. R. R. Tolkien."),
        ("Samuel F. B. Morse invented it. He also painted.", "Samuel F. B. Morse invented it."),
        ("Its symbol is H. It is a gas.", "Its symbol is H."),
        ("Fruit, e.g. pears, is sweet. Eat it.", "Fruit, e.g. pears, is sweet."),
        ("Some metals, i.e. Iron and Tin, are common. Others are not.",
         "Some metals, i.e. Iron and Tin, are common."),
        ("Well... it is Seoul. Yes.", "Well... it is Seoul."),
        ("It is Seoul... Or not.", "It is Seoul..."),
        ("B. The second one.", "B."),
        ("5.", "5."),
        ("5. It has five words.", "5."),
        ("これはソウルです。大きいです。", "これはソウルです。"),
        ("「ソウルです。」と言った。", "「ソウルです。」"),
        ("本当？はい。", "本当？"),
        ("यह सियोल है। यह बड़ा है।", "यह सियोल है।"),
        ("هل هي سيول؟ نعم.", "هل هي سيول؟"),
        ("ሴኡል ነው። ትልቅ ነው።", "ሴኡል ነው።"),
        ("no end", "no end"),
        ("...", "..."),
        ("", ""),
        (" \n ", ""),
    ],
)  # fmt: skip
def test_the_first_sentence(text, sentence):
    assert first_sentence(text) == sentence


@given(st.text(alphabet="aB1 .!?。'\n\"", max_size=20))
def test_a_first_sentence_is_a_beginning_of_its_text_and_of_one_line(text):
    sentence = first_sentence(text)
    assert text.strip().startswith(sentence) and "\n" not in sentence
    assert sentence.strip() == sentence and bool(sentence) == bool(text.strip())


CAPITAL = entry("The capital of South Korea is Seoul.", "What is the capital of South Korea?")
ODD = entry("The word that does not belong is 'violin'.", "Which word does not belong: violin, desk, stool?")


@pytest.mark.parametrize(
    ("task", "short", "response", "right"),
    [
        (CAPITAL, "Seoul", "The capital of South Korea is Seoul.", True),
        (CAPITAL, "Seoul", "It is Seoul.\n\n### A list:\n\nThe proverb begins with", True),
        (CAPITAL, "Seoul", "'SEOUL'! And so on. And on.", True),
        (CAPITAL, "Seoul", "It is Paris. Or Seoul.", False),
        (CAPITAL, "Seoul", "### Seoul:\nIt is Seoul.", True),
        (CAPITAL, "Seoul", "### A list:\nIt is Seoul.", False),
        (CAPITAL, "Seoul", "It is Seoulville.", False),
        (CAPITAL, "Seoul", "Seoul is Seoul.", False),  # it says something else
        (CAPITAL, "", "It is Seoul.", False),
        (CAPITAL, None, "It is Seoul.", False),
        (CAPITAL, None, "The capital of South Korea is Seoul. It is large.", True),
        (ODD, "violin", "It is 'violin', because the others are pieces of furniture. ### A", True),
        (ODD, "violin", "Violin, desk, stool?", False),  # the task once more
        (entry("as gentle as a lamb", "Complete the simile.", "as gentle as"), "a lamb", "a lamb.\n\n###", True),
        (entry("Two lines.\nBoth count."), None, "Two lines.\nBoth count.", True),
        (entry("Two lines.\nBoth count."), None, "Two lines.", False),
        (entry("Positive.", "Is it 'positive' or 'negative'?"), None, "positive. I liked it.", True),
        (entry("Zoe is here.", "Write with capitals.", "zoe is here."), "Zoe", "zoe is here. Yes.", False),
        (entry("Zoe is here.", "Write with capitals.", "zoe is here."), None, "Zoe is here. Yes.", True),
        (CAPITAL, "Seoul", "", False),
    ],
)
def test_right_at_first_is_what_the_first_sentence_says(task, short, response, right):
    assert is_right_at_first(task, response, short) is right


@pytest.mark.parametrize(
    ("response", "expected", "f1"),
    [
        ("The cat sat.", "the cat sat", 1.0),
        ("the cat", "the dog", 0.5),
        ("a b c", "a", 0.5),  # precision 1/3, recall 1
        ("a a a", "a", 0.5),  # a word counts as often as it stands in both
        ("dog", "cat", 0.0),
        ("", "cat", 0.0),
    ],
)
def test_token_f1(response, expected, f1):
    assert token_f1(entry(expected), response) == pytest.approx(f1)


WORDS = "the cat sat on a mat".split()


def longest_common_sequence(one, other):
    """Its length by Wagner and Fischer's table."""
    table = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i, word in enumerate(one, start=1):
        for j, other_word in enumerate(other, start=1):
            above = max(table[i - 1][j], table[i][j - 1])
            table[i][j] = table[i - 1][j - 1] + 1 if word == other_word else above
    return table[-1][-1]


@pytest.mark.parametrize(
    ("response", "expected", "score"),
    [
        ("The cat sat.", "the cat sat", 1.0),
        ("the cat", "the dog", 0.5),
        ("a b c", "a", 0.5),  # precision 1/3, recall 1
        ("the cat sat on the mat", "the mat sat on the cat", 8 / 12),  # the sat on the
        ("cat the sat", "the cat sat", 2 / 3),  # the order counts ...
        ("the big cat sat", "the cat sat", 6 / 7),  # ... and gaps are allowed
        ("a a a", "a", 0.5),
        ("don't", "don t", 1.0),  # every character but letters and digits separates words
        ("3.5", "3,5", 1.0),
        ("in 1999, they", "in 1999 they", 1.0),
        ("café", "caf", 1.0),
        ("dog", "cat", 0.0),
        ("", "cat", 0.0),
        ("...", "!?", 0.0),
        ("", "", 0.0),
    ],
)
def test_rouge_l(response, expected, score):
    assert rouge_l(entry(expected), response) == pytest.approx(score)


@given(st.lists(st.sampled_from(WORDS), max_size=9), st.lists(st.sampled_from(WORDS), max_size=9))
def test_rouge_l_is_the_harmonic_mean_of_the_shares_of_the_longest_common_sequence(answered, expected):
    common = longest_common_sequence(answered, expected)
    precision, recall = common / max(len(answered), 1), common / max(len(expected), 1)
    mean = 2 * precision * recall / (precision + recall) if common else 0
    response, output = " ".join(answered), " ".join(expected)
    assert rouge_l(entry(output), response) == pytest.approx(mean) == rouge_l(entry(response), output)
    assert rouge_l(entry(output), f"  {response.upper()}!\n") == pytest.approx(mean)


def test_words_more_are_negative_where_the_response_is_shorter():
    task = entry("Two words")
    assert [words_more(task, text) for text in ("one", "just two", " and  three\nwords ", "")] == [-1, 0, 1, -2]


def test_answers_are_scored_entry_by_entry():
    entries = [entry("The cat sat."), entry("blue")]
    scores = score_answers(entries, ["the cat sat", "sat the blue cat"], stopped=[True, False])
    assert scores == {
        "exact match": [1.0, 0.0],
        "token F1": [1.0, pytest.approx(0.4)],
        "ROUGE-L": [1.0, pytest.approx(0.4)],
        "stopped by itself": [1.0, 0.0],
        "words more than expected": [0.0, 3.0],
    }
    assert all(type(number) is float for numbers in scores.values() for number in numbers)
    assert "stopped by itself" not in score_answers(entries, ["a", "b"])


def test_with_families_it_is_scored_how_many_are_right_at_first():
    families = [{"family": "capital", "answer": "closed", "short": "Seoul"}, {"family": "all", "answer": "closed"}]
    scores = score_answers([CAPITAL, entry("blue")], ["It is Seoul. And so on.", "It is blue."], families=families)
    assert scores["exact match"] == [0.0, 0.0] and scores["right at first"] == [1.0, 0.0]
    assert "right at first" not in score_answers([CAPITAL], ["It is Seoul."])
    with pytest.raises(ValueError):
        score_answers([CAPITAL], ["It is Seoul."], families=families)


def test_a_response_for_each_entry_is_needed():
    with pytest.raises(ValueError):
        score_answers([entry("a"), entry("b")], ["a"])
