"""What several tests of the builders need: writers of the small world, and the instruction data."""

import json
from pathlib import Path

import pytest

from instruction_data.build import build
from previous_chapters import load_instruction_data
from small_world.held_out import load_entries, set_held_out
from small_world.writer import Writer

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture()
def writer():
    """A writer who knows what test and validation ask for."""
    writer = Writer(seed=3)
    set_held_out(writer, load_entries())
    return writer


@pytest.fixture()
def inventive_writer(writer):
    """The same on a page on which many words are invented."""
    writer.invented_share = 0.2
    return writer


@pytest.fixture(scope="session")
def data():
    """The entries of the shipped instruction data."""
    return load_instruction_data(DATA / "instruction-data.json")


@pytest.fixture(scope="session")
def families():
    """The family of each entry."""
    return json.loads((DATA / "instruction-families.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def built():
    """The entries as the builder makes them, with their keys and parts."""
    return build()
