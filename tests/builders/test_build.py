"""The builder of the instruction data: the shipped files are what it makes, and its parts keep apart."""

from collections import Counter, defaultdict

from instruction_data.unseen import unseen_items


def test_the_file_is_what_the_builder_makes(data, families, built):
    assert data == [{"instruction": i.instruction, "input": i.input, "output": i.output} for i in built]
    assert families == [{"family": item.family, "answer": item.answer} for item in built]


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
