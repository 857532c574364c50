"""Scores of a response without a judge: exact match and token F1, as in question answering, and ROUGE-L.

Whether the measure fits the question, one right answer or many good ones, is for the caller to know (notebook 06).
How sure the mean of such scores is: ``gpt.intervals``.

    token_f1({"output": "The sky is blue."}, "Blue is the sky")  # 1.0: the order of the words does not count
"""

import re
from collections import Counter

# A text in quotation marks, none of which is an apostrophe, and what comes before a text that a task is about.
QUOTED = re.compile(r"(?<!\w)(['\"“‘])(.+?)(?:\1|[”’])(?!\w)", re.DOTALL)
COLON = re.compile(r":\s")

# The end of a sentence: its marks, with what closes behind them. Where words have spaces between them, white space must
# follow, and no small letter. What ends nothing: titles and the like, and initials behind a name or before another.
END = re.compile(
    r"(?!(?<=\b[A-Z])\.\s[A-Z]\.)[.!?…؟۔]+[\"'”’»)\]]*(?=\s+(?![a-z])|$)|[。！？।።]+[\"'”’»)\]」』]*"
)
NO_END = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|St|Mt|vs|etc|e\.g|i\.e|[A-Z][\w.]*\s[A-Z])\.$")


def normalize_answer(text):
    """Lower case, single spaces, without quotation marks around it and without punctuation at the end."""
    text = " ".join(text.lower().split())
    return re.sub(r"^[\s\"'“”‘’]+|[\s\"'“”‘’.,;:!?]+$", "", text)


def is_right(entry, response):
    """Exact match: whether a response is the entry's output, but for what :func:`normalize_answer` takes away.

    Where case or punctuation are what was asked for, as in "Add the missing punctuation mark", every character counts.
    """
    if asks_for_form(entry):
        return response.strip() == entry["output"].strip()
    return normalize_answer(response) == normalize_answer(entry["output"])


def asks_for_form(entry):
    """Whether case or punctuation are what an entry asks for: its output stands in the task, but in another form.

    An output that stands there in the very same form asks for something else. So does one of several texts in quotation
    marks: in "'positive' or 'negative'?" they are a choice, and nothing is said of how the answer is to be written.
    """
    instruction, expected = entry["instruction"], entry["output"].strip()
    quoted = [text for _, text in QUOTED.findall(instruction)]
    given = [entry["input"], *COLON.split(instruction, maxsplit=1)[1:], *(quoted if len(quoted) == 1 else [])]
    given = [text.strip() for text in given]
    return expected not in given and _bare(expected) in map(_bare, given)


def _bare(text):
    """Letters and digits of a text in lower case, with single spaces between its words."""
    return " ".join(re.sub(r"[^\w\s]", "", text.lower()).split())


def first_sentence(text):
    """The first sentence of a text, or its first line where that is shorter; empty if there is nothing to read."""
    line = text.strip().partition("\n")[0].strip()
    for end in END.finditer(line):
        if not NO_END.search(line[: end.end()]):
            return line[: end.end()]
    return line


def is_right_at_first(entry, response, short=None):
    """Whether the first sentence of a response is the right answer, whatever follows it.

    It is if it is an exact match. Where a short answer is known it may be worded in another way: then it must name that
    answer, no more often than the entry's output does (*Asia is in Asia* is no answer), and not just repeat the task.
    What is denied is named, too: *It is not Seoul* would count.

    Args:
        short: the words that a right answer must have (*Seoul*), as ``load_families`` gives them; None if not known.
    """
    sentence = first_sentence(response)
    if is_right(entry, response) or is_right(entry, sentence):
        return True
    if not short or asks_for_form(entry):
        return False
    said, named, task = _words(sentence), _words(short), _words(f"{entry['instruction']} {entry['input']}")
    return 0 < said.count(named) <= _words(entry["output"]).count(named) and said not in task


def _words(text):
    """The words of a text in lower case, with a space around each."""
    return " " + "  ".join(re.findall(r"\w+", text.lower())) + " "


def token_f1(entry, response):
    """How many words response and output share, from 0 to 1 (SQuAD's F1: Rajpurkar et al., 2016).

    The harmonic mean of precision (the share of the response's words that are in the output) and recall (the share
    of the output's words that are in the response), both after :func:`normalize_answer`.
    """
    answered, expected = (normalize_answer(text).split() for text in (response, entry["output"]))
    shared = sum((Counter(answered) & Counter(expected)).values())
    return 2 * shared / (len(answered) + len(expected)) if shared else 0.0


def rouge_l(entry, response):
    """How long a sequence of words response and output share, in the same order, from 0 to 1 (ROUGE-L: Lin, 2004).

    The harmonic mean of its shares of the response's and of the output's words. Gaps are allowed. As in the ROUGE
    package, words are what is left of lower-case text when everything but letters a to z and digits is taken out.
    """
    from rapidfuzz.distance import LCSseq  # only needed here; the rest of the series starts without it

    answered, expected = (re.findall(r"[a-z0-9]+", text.lower()) for text in (response, entry["output"]))
    shared = LCSseq.similarity(answered, expected)
    return 2 * shared / (len(answered) + len(expected)) if shared else 0.0


def words_more(entry, response):
    """How many words longer the response is than the output; negative where it is shorter."""
    return len(response.split()) - len(entry["output"].split())


def score_answers(entries, responses, stopped=None, families=None):
    """Score one model's responses to all entries.

    Args:
        entries: dicts with ``instruction``, ``input`` and ``output``.
        responses: a text for each entry.
        stopped: whether each response ended by itself, if that is known.
        families: for each entry a dict that may have a ``short`` answer, as ``load_families`` gives them. With them it
            is also scored whether a response is right at first, see :func:`is_right_at_first`.

    Returns:
        ``{measure: [a number for each entry]}``; all but the last are between 0 and 1, and larger is better.
    """
    pairs = list(zip(entries, responses, strict=True))
    scores = {"exact match": [float(is_right(*pair)) for pair in pairs]}
    if families is not None:
        shorts = [family.get("short") for family in families]
        scores["right at first"] = [
            float(is_right_at_first(*pair, short)) for pair, short in zip(pairs, shorts, strict=True)
        ]
    scores["token F1"] = [token_f1(*pair) for pair in pairs]
    scores["ROUGE-L"] = [rouge_l(*pair) for pair in pairs]
    if stopped is not None:
        scores["stopped by itself"] = [float(ended) for ended in stopped]
    return {**scores, "words more than expected": [float(words_more(*pair)) for pair in pairs]}
