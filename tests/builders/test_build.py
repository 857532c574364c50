"""The builder of the instruction data: the shipped files are what it makes, and its parts keep apart."""

from collections import Counter, defaultdict

from gpt.scoring import is_right_at_first
from instruction_data.unseen import unseen_items


def test_the_file_is_what_the_builder_makes(data, families, built):
    assert data == [{"instruction": i.instruction, "input": i.input, "output": i.output} for i in built]
    assert families == [
        {"family": i.family, "answer": i.answer} | ({"short": i.short} if i.short else {}) for i in built
    ]


def test_a_short_answer_is_the_part_of_the_answer_that_the_task_does_not_show(data, families):
    short_of = {
        (entry["instruction"], entry["input"]): family.get("short")
        for entry, family in zip(data, families, strict=True)
    }
    for task, short in {
        ("What is the capital of South Korea?", ""): "Seoul",
        ("Name the capital city of the country.", "Sudan"): "Khartoum",
        ("Which word means the same as 'stone': 'rock' or 'letter'?", ""): "rock",
        ("Which word does not belong: violin, desk, stool, bookcase?", ""): "violin",
        ("Complete the common simile.", "as gentle as"): "a lamb",
        ("What is 11 minus 2?", ""): "9",
        ("What do we call a young whale?", ""): "calf",
        # A changed sentence has no part that says it all, and an open question no answer that all must give.
        ("Change the sentence from active to passive voice.", "The driver will drive the bus tomorrow."): None,
        ("Add the missing punctuation mark to the sentence.", "What a big ship"): None,
        ('What is another word for "high"?', ""): None,
    }.items():
        assert short_of[task] == short


def test_each_answer_with_a_short_one_gives_it_once_or_as_often_as_needed(data, families):
    for entry, family in zip(data, families, strict=True):
        short = family.get("short")
        if short:
            assert family["answer"] == "closed" and short.lower() in entry["output"].lower()
            # A single initial looks like the end of a sentence: "Its symbol is F. It is a gas."
            said = is_right_at_first(entry, f"It is '{short}'\nAnd so on.", short)
            assert said or short == "F. Scott Fitzgerald"
            assert not is_right_at_first(entry, f"{entry['instruction']} {entry['input']}", short)


def test_the_families_are_many_and_each_is_phrased_in_several_ways(built):
    in_training = Counter(item.family for item in built if item.part == "train")
    assert len(in_training) >= 25 and min(in_training.values()) >= 12
    assert {item.family for item in built} == set(in_training)
    phrasings = defaultdict(set)
    for item in built:
        if item.part == "train":
            phrasings[item.family].add(item.phrasing)
    assert min(len(found) for found in phrasings.values()) >= 4
    # What is asked in the test in one way only is asked in that way in training, too: the form of the answer
    # follows from the phrasing.
    assert all(item.phrasing in phrasings[item.family] for item in built if item.answer == "closed")


def test_what_is_asked_in_test_and_validation_is_not_asked_in_training(built):
    trained = {(item.family, item.key) for item in built if item.part == "train"}
    assert [item for item in built if item.part != "train" and (item.family, item.key) in trained] == []


def test_the_parts_of_the_builder_are_the_parts_of_the_split(built):
    assert [item.part for item in built] == ["train"] * 935 + ["test"] * 110 + ["validation"] * 55


def test_unseen_tasks_are_of_the_same_families_and_about_nothing_that_the_data_asks_for(built):
    unseen = unseen_items()
    used, phrasings = defaultdict(set), defaultdict(set)
    for item in built:
        used[item.family].update(item.key.split(", "))
        phrasings[item.family].add(item.phrasing)
    assert len(unseen) > 400 and {item.answer for item in unseen} == {"closed"}
    assert {item.family for item in unseen} == {item.family for item in built if item.answer == "closed"}
    assert [item for item in unseen if not used[item.family].isdisjoint(item.key.split(", "))] == []
    assert [item for item in unseen if item.phrasing not in phrasings[item.family]] == []
    tasks = [(item.instruction, item.input) for item in [*built, *unseen]]
    assert len(set(tasks)) == len(tasks)
    assert unseen == unseen_items()
