"""The writer's choices: verbs that do not exist, and what is held out."""

from small_world.clauses import PRESENT, PRESENT_CONTINUOUS
from small_world.phrases import ACTIONS
from small_world.spelling import with_ending
from small_world.writer import Writer

PLAIN_VERBS = frozenset(verb.base for verb in ACTIONS)


def test_an_invented_verb_has_all_the_forms_of_a_sentence(inventive_writer):
    found = 0
    for _ in range(400):
        clause = inventive_writer.action(PRESENT)
        base = clause.verb.base
        if clause.verb.past == with_ending(base, "ed") and base not in PLAIN_VERBS:
            found += 1
            assert with_ending(base, "ing") in clause.statement(PRESENT_CONTINUOUS)
            assert clause.passive(PRESENT).split(" by ")[0].endswith(with_ending(base, "ed"))
    assert found > 20


def test_a_phrase_is_held_out_where_all_its_parts_stand_in_the_same_prompt():
    writer = Writer(seed=3)
    writer.held_out_prompts = (" convert one decade to years ", " how long is an hour in seconds ")
    assert writer.is_held_out("one decade", "years") and writer.is_held_out("seconds")
    assert not writer.is_held_out("one decade", "seconds") and not writer.is_held_out("second")
