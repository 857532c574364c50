"""What to know about instruction data before a model is trained with it: lengths, cuts, duplicates, prompts to read.

    report = report_on_data(entries, tokenizer, allowed_max_length=1024, reading=reading)
    print(describe_report(report))

Nothing is changed or removed here.
"""

from collections import Counter
from dataclasses import dataclass, field

from gpt.data_formats import FEWEST_ENTRIES, Reading, describe_reading
from gpt.duplicates import NEARLY_THE_SAME, find_near_duplicates, find_same_tasks, part_of, task_text
from gpt.instructions import InstructionDataset, borders_of_parts, encode_entry, some_of
from gpt.templates import ALPACA

BINS = 12  # of the histogram
BAR = 40  # characters of its longest bar
PARTS = ("training", "test", "validation")
SHOWN_CHARACTERS = 700  # of each text to read
SHOWN_OF_TASKS = 90  # characters of each of two tasks that are alike


@dataclass
class DataReport:
    """What :func:`report_on_data` has found. Entries are named by their index, from 0.

    Attributes:
        entries: how many there are.
        with_input, with_history: how many have an input, and how many are later turns of a conversation.
        allowed_max_length: tokens to which entries are cut.
        lengths: tokens of each entry, prompt and answer together.
        cut: for each entry that is longer a dict: ``entry``, ``tokens``, ``answer_tokens_left``.
        unanswered: the entries of which no token of the answer is left, so that none can be learned from.
        same: ``(entry, earlier entry)`` with the same instruction and input; ``contradicting``: those of them whose
            outputs differ.
        near: ``(entry, earlier entry, percent)`` whose tasks are nearly the same; ``near_is_complete``: whether these
            are all of them (see ``gpt.duplicates``).
        same_answers: those of ``near`` whose outputs are the same.
        across: for ``same`` and ``near`` those pairs whose entries fall into different parts.
        cut_conversations: the first entry behind the border of two parts that goes through a conversation.
        tasks: the beginning of the tasks of ``same`` and ``near``, by entry.
        samples: ``(entry, text)``, whole texts as the model will see them.
        reading: how the entries were read, or None.
    """

    entries: int
    allowed_max_length: int
    with_input: int = 0
    with_history: int = 0
    lengths: list = field(default_factory=list)
    cut: list = field(default_factory=list)
    unanswered: list = field(default_factory=list)
    same: list = field(default_factory=list)
    contradicting: list = field(default_factory=list)
    near: list = field(default_factory=list)
    near_is_complete: bool = True
    same_answers: list = field(default_factory=list)
    across: dict = field(default_factory=dict)
    cut_conversations: list = field(default_factory=list)
    tasks: dict = field(default_factory=dict)
    samples: list = field(default_factory=list)
    reading: Reading | None = None


def report_on_data(entries, tokenizer, allowed_max_length, *, reading=None, samples=3):
    """Look at entries as training will see them.

    Args:
        allowed_max_length: tokens to which entries are cut, usually the context length of the model.
        reading: the second result of ``read_instruction_data``; its places are then named.
        samples: how many texts to show.

    Returns:
        A :class:`DataReport`.

    Raises:
        ValueError: naming an entry that the tokenizer cannot bear, such as a million spaces.
    """
    report = DataReport(len(entries), allowed_max_length, reading=reading)
    report.with_input = sum(bool(entry["input"]) for entry in entries)
    report.with_history = sum(bool(entry.get("history")) for entry in entries)
    report.lengths = [len(token_ids) for token_ids in InstructionDataset(entries, tokenizer)]
    for i, tokens in enumerate(report.lengths):
        if tokens > allowed_max_length:
            left = answer_tokens_left(entries[i], tokens, tokenizer, allowed_max_length, i)
            report.cut.append({"entry": i, "tokens": tokens, "answer_tokens_left": left})
    report.unanswered = [each["entry"] for each in report.cut if each["answer_tokens_left"] == 0]

    _look_for_copies(report, entries)
    for border in borders_of_parts(len(entries)):
        if 0 < border < len(entries) and _is_one_conversation(entries[border - 1], entries[border]):
            report.cut_conversations.append(border)
    report.samples = [(i, ALPACA.full_text(entries[i])) for i in _choose_samples(entries, report.lengths, samples)]
    return report


def _look_for_copies(report, entries):
    def outputs(pair):
        return {entries[i]["output"].strip() for i in pair[:2]}

    report.same = find_same_tasks(entries)
    report.contradicting = [pair for pair in report.same if len(outputs(pair)) == 2]
    report.near, report.near_is_complete = find_near_duplicates(entries, leave_out={i for i, _ in report.same})
    report.same_answers = [pair for pair in report.near if len(outputs(pair)) == 1]
    for name in ("same", "near"):
        pairs = getattr(report, name)
        report.across[name] = [pair for pair in pairs if len({part_of(i, len(entries)) for i in pair[:2]}) == 2]
        for i in {i for pair in pairs for i in pair[:2]}:
            report.tasks[i] = task_text(entries[i])[:SHOWN_OF_TASKS]


def answer_tokens_left(entry, tokens, tokenizer, allowed_max_length, index):
    """How many tokens of the answer are still targets when an entry of so many tokens is cut.

    Targets are the inputs moved by one, so that the last of ``allowed_max_length`` targets is the token behind the cut.
    """
    prompt = encode_entry(ALPACA.full_text({**entry, "output": ""}), tokenizer, index)
    return max(0, min(tokens, allowed_max_length + 1) - len(prompt))


def _is_one_conversation(earlier, later):
    """Whether an entry goes on where the one before it ends."""
    history = later.get("history") or []
    turns = [["user", earlier["instruction"]], ["assistant", earlier["output"]]]
    return any(history[i : i + 2] == turns for i in range(len(history) - 1))


def _choose_samples(entries, lengths, count):
    """The first entry, the first with an input and with a history, the longest, then others at equal distances."""
    wanted = [0] if entries else []
    wanted += [next((i for i, entry in enumerate(entries) if entry.get(key)), None) for key in ("input", "history")]
    wanted += [lengths.index(max(lengths))] if entries else []
    wanted += [i * len(entries) // max(count, 1) for i in range(count)]
    return list(dict.fromkeys(i for i in wanted if i is not None and i < len(entries)))[:count]


# ---- the report to read -----------------------------------------------------------------------------------------


def describe_report(report, *, most=5):
    """Write a report as text for a terminal; of each kind of finding at most so many."""
    sections = [describe_reading(report.reading, most)] if report.reading else []
    sections += [_about_entries(report), _about_lengths(report, most), _about_copies(report, most)]
    return "\n\n".join(sections + [_shown_text(report, i, text) for i, text in report.samples])


def _about_entries(report):
    count = report.entries
    parts = Counter(PARTS[part_of(i, count)] for i in range(count))
    lines = [
        f"Entries: {count:,} ({', '.join(f'{parts[part]:,} {part}' for part in PARTS)})",
        f"With an input: {report.with_input:,} ({report.with_input / max(count, 1):.0%})",
    ]
    if report.with_history:
        lines.append(f"Later turns of a conversation: {report.with_history:,}")
    if report.cut_conversations:
        borders = some_of([_place(report, i) for i in report.cut_conversations])
        lines.append(f"A border between two parts goes through a conversation: {borders}")
    if count < FEWEST_ENTRIES:
        lines.append(f"Too few: the series needs at least {FEWEST_ENTRIES} entries.")
    return "\n".join(lines)


def _about_lengths(report, most):
    if not report.lengths:
        return "Lengths: none"
    lengths, limit = sorted(report.lengths), report.allowed_max_length
    bins = histogram(lengths, limit)
    highest = max(count for _, _, count in bins)
    width = len(f"{bins[-1][1]:,}")
    lines = [f"Tokens of an entry: {lengths[0]:,} to {lengths[-1]:,}, median {lengths[len(lengths) // 2]:,}"]
    for low, high, count in bins[next(i for i, each in enumerate(bins) if each[2]) :]:
        bar = "#" * -(-BAR * count // highest)
        beyond = "  <- longer than the context, cut" if low > limit else ""
        lines.append(f"  {low:>{width},} to {high:>{width},} {count:>7,} {bar}{beyond}".rstrip())
    lines.append(f"Cut at {limit:,} tokens: {len(report.cut):,}")
    for each in report.cut[:most]:
        left = each["answer_tokens_left"]
        rest = f"{left:,} tokens of the answer are left" if left else "nothing of the answer is left"
        lines.append(f"  {_place(report, each['entry'])}: {each['tokens']:,} tokens, {rest}")
    lines += [f"  and {len(report.cut) - most:,} more"] * (len(report.cut) > most)
    lines.append(f"Nothing of the answer is left to learn from: {len(report.unanswered):,}")
    return "\n".join(lines)


def _about_copies(report, most):
    lines = []
    near = f"Nearly the same task (from {NEARLY_THE_SAME} % on)"
    for name, title, answers in (
        ("same", "The same task again", f"{len(report.contradicting):,} with another answer"),
        ("near", near, f"{len(report.same_answers):,} with the same answer"),
    ):
        pairs, across = getattr(report, name), report.across.get(name, [])
        lines.append(f"{title}: {len(pairs):,}, {answers}, {len(across):,} in another part")
        for i, earlier, *percent in list(dict.fromkeys([*across, *pairs]))[:most]:
            parts = [PARTS[part_of(each, report.entries)] for each in (i, earlier)]
            similarity = f", {percent[0]:.0f} %" if percent else ""
            lines.append(f"  {_place(report, i)} ({parts[0]}), {_place(report, earlier)} ({parts[1]}){similarity}")
            lines += [f"    {report.tasks[each]}" for each in (i, earlier)[: len(percent) + 1]]
    if not report.near_is_complete:
        lines.append("  Very many tasks look alike; not all of these pairs were searched for.")
    if report.across.get("same"):
        lines.append("  With tasks that stand in two parts, scores measure in part what was learned by heart.")
    return "\n".join(lines)


def _shown_text(report, i, text):
    if len(text) > SHOWN_CHARACTERS:
        half = SHOWN_CHARACTERS // 2
        text = f"{text[:half]}\n[... {len(text) - 2 * half:,} characters ...]\n{text[-half:]}"
    title = f"---- {_place(report, i)}, {report.lengths[i]:,} tokens "
    return f"{title:-<80}\n{text}"


def _place(report, i):
    """An entry for people: its index, and where it was read if that tells more; a single file is not named again."""
    reading = report.reading or Reading("")
    place = reading.places[i] if i < len(reading.places) else f"entry {i}"
    place = reading.shown(place)
    if len(reading.files) == 1:
        place = place.removeprefix(f"{reading.shown(reading.files[0]['path'])}, ")
    return f"entry {i}" if place == f"entry {i}" else f"entry {i} [{place}]"


def histogram(lengths, limit, bins=BINS):
    """Count lengths in equal steps: ``[(shortest, longest, count), ...]``; no step goes across the limit."""
    longest = max(lengths)
    step = -(-min(longest, limit) // bins)
    edges = list(range(0, min(longest, limit), step)) + [min(longest, limit)]
    if longest > limit:
        edges.append(longest)
    steps = zip(edges[:-1], edges[1:], strict=True)
    return [(low + 1, high, sum(low < each <= high for each in lengths)) for low, high in steps]
