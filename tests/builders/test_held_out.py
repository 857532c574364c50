"""What the instruction data asks for, and what of it may stand in the small world."""

import itertools
import re

import pytest

from small_world.corpus import documents
from small_world.held_out import set_held_out, words_only
from small_world.stages import STAGES
from small_world.writer import Writer


@pytest.fixture(scope="module")
def corpus():
    """About ten megabytes of the small world, of all its stages."""
    stages = STAGES.values()
    return [text for kinds in stages for text in itertools.islice(documents(5, kinds), 8_000)]


def test_the_small_world_has_no_instruction_format_and_no_instruction(corpus, data):
    text = "\n".join(corpus)
    for heading in ("### Instruction", "### Input", "### Response", "Below is an instruction"):
        assert heading not in text
    assert text.count("\n### ") > 100  # headings there are, so that their marks are known
    found = [entry["instruction"] for entry in data if entry["instruction"] in text and " " in entry["instruction"]]
    assert found == []


def test_no_sentence_to_be_rewritten_occurs_in_the_small_world(corpus, data):
    sentences = {
        sentence
        for entry in data
        for text in (entry["input"], *re.findall(r"['\"](.+?)['\"]", entry["instruction"]))
        for sentence in re.findall(r"[A-Z][^.!?]*[.!?]", text)
        if len(sentence.split()) > 3
    }
    assert len(sentences) > 100
    text = "\n".join(corpus)
    assert [sentence for sentence in sentences if sentence in text] == []


FACT_FAMILIES = (
    "adverb animal_class animal_young antonym author capital category cloud_type color comparative continent "
    "definition element_name element_symbol inventor language material plural singular superlative synonym "
    "word_from_definition"
).split()


def test_the_small_world_states_the_facts_that_test_and_validation_ask_for_and_asks_for_none(data, families, corpus):
    writer = Writer(seed=1)
    set_held_out(writer, data)
    words = words_only
    rows = set()
    for entry, family in zip(data[935:], families[935:], strict=True):
        if family["family"] in FACT_FAMILIES:
            prompt, answer = f" {words(entry['instruction'] + ' ' + entry['input'])} ", f" {words(entry['output'])} "
            known = {(x, y) for x, y in writer.only_stated if f" {words(x)} " in prompt and f" {words(y)} " in answer}
            assert known, f"no table of the small world answers {entry}"
            rows |= known
    assert len(rows) > 60
    asked, stated = [], 0
    # These begin questions about something else: "What do people call a young swan?" asks for no form of "call".
    corpus = [re.sub(r"What (do people call|color are)\b", "What", text) for text in corpus]
    lowered = [text.lower() for text in corpus]  # the search by patterns is slow: only where the words occur at all
    for x, y in rows:
        candidates = [text for text, low in zip(corpus, lowered, strict=True) if x.lower() in low]
        x, y = (rf"(?<![\w-]){re.escape(part)}(?![\w-])" for part in (x, y))
        documents = [text for text in candidates if re.search(x, text, re.IGNORECASE)]
        question = re.compile(rf"[^.?!\n]*{x}[^.?!\n]*\?[\s\"']*[^.?!\n]*{y}[^.?!\n]*", re.IGNORECASE)
        asked += [found for text in documents for found in question.findall(text)]
        stated += any(re.search(y, text, re.IGNORECASE) for text in documents)
    assert asked == []
    assert stated >= 0.95 * len(rows)
