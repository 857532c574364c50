"""Tasks that stand in instruction data twice, or nearly twice.

    find_same_tasks(entries)                       # [(7, 2)]: entry 7 has the instruction and input of entry 2
    pairs, is_complete = find_near_duplicates(entries)   # [(9, 4, 97.6)]: entries 9 and 4 agree to 97.6 percent

The room compares; what to do about a copy is decided elsewhere.
"""

import re
from collections import Counter, defaultdict

import numpy as np

from gpt.conversations import earlier_text, own_input
from gpt.instructions import borders_of_parts

NEARLY_THE_SAME = 95  # percent; see find_near_duplicates
COMPARED_CHARACTERS = 400  # of a task; of a longer one, half of them from its beginning and half from its end

# What keeps the time within bounds, however many entries there are and however alike they look.
MOST_TO_COMPARE_IN_PAIRS = 2_000  # texts, each with each; of more, only those that share a rare word
MOST_NEIGHBOURS = 5_000  # texts of similar length that a text is compared with because of one word
MOST_PAIRS_PER_TEXT = 20  # found ones, on average
ROWS_AT_A_TIME = 500  # of a table of comparisons; it bounds the memory

# Words; in writing without spaces between them (Thai, Chinese, Japanese) characters.
UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff"
WORD = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+")


def part_of(index, count):
    """Which part an entry of so many is put into by ``split_instruction_data``: 0 training, 1 test, 2 validation."""
    train_end, test_end = borders_of_parts(count)
    return (index >= train_end) + (index >= test_end)


def find_same_tasks(entries):
    """Return ``(entry, first entry)`` for each one whose instruction and input stood in an earlier one already."""
    first_with = {}
    pairs = [(i, first_with.setdefault((entry["instruction"], entry["input"]), i)) for i, entry in enumerate(entries)]
    return [(i, first) for i, first in pairs if i != first]


def find_near_duplicates(entries, *, least=NEARLY_THE_SAME, leave_out=()):
    """Find tasks that are nearly the same.

    Instruction, earlier turns and input are compared letter by letter, without regard to capitals and white space; 95
    percent means that of 100 letters of both together five are to be inserted or deleted. Up to 2,000 tasks, each is
    compared with each. Of more, those are compared that share a rare word: that finds each pair with four of five words
    in common, in a time that hardly depends on the square of their number. Turns of one conversation are not counted.

    Args:
        least: percent from which on to report.
        leave_out: entries that are not compared, because they are known as copies.

    Returns:
        ``(pairs, is_complete)``: for each entry the most similar earlier one of each part, as
        ``(entry, earlier entry, percent)``, the most similar pair first; and whether nothing was passed over because
        there are too many that look alike.
    """
    found, is_complete = {}, True

    def add(i, j, percent):
        i, j = sorted((i, j))
        key = j, part_of(i, len(entries))
        if (percent, -i) > found.get(key, (0, 0)) and not _share_a_conversation(entries[i], entries[j]):
            found[key] = percent, -i

    first_with = {}
    for i, entry in enumerate(entries):
        if i not in leave_out:
            first = first_with.setdefault(_compared_text(entry), i)
            if first != i:  # alike but for capitals, white space, or what stands in the middle of a long text
                add(first, i, 100.0)
    texts, kept = list(first_with), list(first_with.values())
    blocks = [range(len(texts))] if len(texts) <= MOST_TO_COMPARE_IN_PAIRS else _blocks_with_a_rare_word(texts)
    allowed = MOST_PAIRS_PER_TEXT * len(texts)
    for block in blocks:
        for rows, columns, percents, all_compared in _similar_pairs(texts, block, least):
            is_complete = is_complete and all_compared and len(rows) <= allowed
            for a, b, percent in zip(rows[:allowed], columns[:allowed], percents[:allowed], strict=True):
                add(kept[a], kept[b], percent)
            allowed -= len(rows)
            if allowed <= 0:
                return _sorted(found), False
    return _sorted(found), is_complete


def _sorted(found):
    pairs = [(j, -minus_i, percent) for (j, _), (percent, minus_i) in found.items()]
    return sorted(pairs, key=lambda pair: (-pair[2], pair[:2]))


def task_text(entry):
    """The task of an entry in one line, without the system message, which often is the same for all."""
    parts = (entry["instruction"], earlier_text("", entry.get("history", [])), own_input(entry))
    return " | ".join(" ".join(part.split()) for part in parts if part.strip())


def _compared_text(entry):
    text = task_text(entry).casefold()
    half = COMPARED_CHARACTERS // 2
    return text if len(text) <= COMPARED_CHARACTERS else f"{text[:half]} {text[-half:]}"


def _share_a_conversation(earlier, later):
    history = later.get("history") or []
    return ["user", earlier["instruction"]] in history and ["assistant", earlier["output"]] in history


def _blocks_with_a_rare_word(texts):
    """Lists of texts that have a word in common which is among the rarest of each.

    Two texts of at most n words that have four of five in common differ in at most a fifth of n. So among one more
    than that of the rarest words of each, they share one (prefix filtering: Chaudhuri, Ganti and Kaushik, 2006).
    """
    words = [set(WORD.findall(text)) for text in texts]
    counts = Counter(word for found in words for word in found)
    blocks = defaultdict(list)
    for i, found in enumerate(words):
        rarest = sorted(found, key=lambda word: (counts[word], word))
        for word in rarest[: len(found) // 5 + 1]:
            blocks[word].append(i)
    return [block for block in blocks.values() if len(block) > 1]


def _similar_pairs(texts, block, least):
    """Compare the texts of a block; yield ``(rows, columns, percents, whether all were compared)``, lists of pairs."""
    from rapidfuzz import fuzz, process  # only needed here; the rest of the series starts without it

    order = np.array(sorted(block, key=lambda i: (len(texts[i]), texts[i])))
    lengths = np.array([len(texts[i]) for i in order])
    # With so many letters more in one of them than in the other, a pair cannot be similar enough.
    ends = np.searchsorted(lengths, lengths * (200 - least) / least, side="right")
    for start in range(0, len(order), ROWS_AT_A_TIME):
        rows = order[start : start + ROWS_AT_A_TIME]
        end = ends[start + len(rows) - 1]
        columns = order[start : min(end, start + len(rows) + MOST_NEIGHBOURS)]
        if len(columns) > 1:
            scores = process.cdist(
                [texts[i] for i in rows],
                [texts[i] for i in columns],
                scorer=fuzz.ratio,
                score_cutoff=least,
                dtype=np.float32,
            )
            a, b = np.nonzero(np.triu(scores, 1))
            is_all = len(columns) == end - start
            yield rows[a].tolist(), columns[b].tolist(), scores[a, b].round(1).tolist(), is_all
