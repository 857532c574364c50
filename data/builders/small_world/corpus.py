"""The pretraining corpus: an endless stream of documents, plain English about a small world.

A small GPT-2 cannot learn the whole of English, so it is pretrained on a part of it that is made to measure: stories
with few words but all sentence patterns, true facts told in many ways, and scenes in which people talk about language.

    next(documents(seed=7))                      the first document of the whole world
    next(documents(7, STAGES["practice"]))       the first one of a later stage

Two pairs of marks stand for quotation marks until a document is finished: «...» for something quoted and ‹...› for
speech. One choice for each document turns them into 'single' and "double" marks or the other way round, because a
byte-pair tokenizer sees a word after each kind of mark as a different token.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from small_world.held_out import HeldOut, held_out_lists, load_entries, set_held_out
from small_world.stages import WORLD
from small_world.writer import Writer

DOCUMENT_SEPARATOR = "<|endoftext|>"
QUOTATION_MARKS = (("'", '"'), ("'", '"'), ('"', "'"))  # for something quoted, and for speech


def documents(seed: int, kinds: tuple[Callable[[Writer], str], ...] = WORLD) -> Iterator[str]:
    """Yield documents without end, the same ones for the same seed, of the kinds that a stage has."""
    writer = Writer(seed)
    entries = load_entries()
    held_out = HeldOut(entries)
    set_held_out(writer, entries)
    lists = held_out_lists(writer)
    while True:
        writer.new_people()
        document = writer.pick(kinds)(writer)
        if held_out.is_in(document):
            continue
        quoted, spoken = writer.pick(QUOTATION_MARKS)
        if not any(text in document for text in lists):
            document = document.replace("«", quoted).replace("»", quoted)
            yield document.replace("‹", spoken).replace("›", spoken)


def write_corpus(path: Path, megabytes: float, seed: int, kinds: tuple[Callable[[Writer], str], ...] = WORLD) -> int:
    """Write documents with a separator after each until the file has the wanted size; return their number."""
    wanted, written, count = int(megabytes * 1_000_000), 0, 0
    with Path(path).open("w", encoding="utf-8", newline="\n") as file:
        for document in documents(seed, kinds):
            text = f"{document}\n{DOCUMENT_SEPARATOR}\n"
            file.write(text)
            written += len(text.encode("utf-8"))
            count += 1
            if written >= wanted:
                return count
    return count
