"""Instruction data of one's own: every format in every kind of file, every kind of damage, conversations, addresses."""

import csv
import io
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from downloads import names_in
from fault_server import FaultServer, faulty, status
from gpt import fetching
from gpt.conversations import earlier_text
from gpt.data_files import is_address
from gpt.folders import DownloadError
from helpers import REPO, instruction_entries
from previous_chapters import (
    describe_reading,
    format_input,
    load_instruction_data,
    own_input,
    read_enough,
    read_instruction_data,
)

ENTRIES = [
    {"instruction": "Say hello in Chinese.", "input": "", "output": "你好"},
    {"instruction": 'Use "a, b" and a\ttab;', "input": "", "output": "line 1\nline 2\r\nline 3"},
    {"instruction": " spaces ", "input": "", "output": "😀\u2028 the end "},
]
WITH_INPUT = [{**ENTRIES[0], "input": "Two\n\nparagraphs; 1,5"}, *ENTRIES]


def to_completions(entries):
    return [{"prompt": entry["instruction"], "completion": entry["output"]} for entry in entries]


def to_messages(entries):
    return [
        {
            "messages": [
                {"role": "user", "content": entry["instruction"]},
                {"role": "assistant", "content": entry["output"]},
            ]
        }
        for entry in entries
    ]


def to_conversations(entries):
    return [
        {
            "conversations": [
                {"from": "human", "value": entry["instruction"]},
                {"from": "gpt", "value": entry["output"]},
            ]
        }
        for entry in entries
    ]


def as_json(rows):
    return json.dumps(rows, ensure_ascii=False, indent=1).encode("utf-8")


def as_lines(rows):
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows).encode("utf-8")


def as_table(rows, delimiter=","):
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode("utf-8")


def as_tsv(rows):
    return as_table(rows, "\t")


def as_semicolons(rows):
    return as_table(rows, ";")


def same(rows):
    return rows


# kind: (what the entries become, how the kind is called)
KINDS = {
    "Alpaca": same,
    "prompt and completion": to_completions,
    "chat messages": to_messages,
    "ShareGPT conversations": to_conversations,
}
CONTAINERS = {
    "JSON": as_json,
    "JSON Lines": as_lines,
    "CSV": as_table,
    "TSV": as_tsv,
    "CSV with semicolons": as_semicolons,
}
COMBINATIONS = [
    (kind, container)
    for kind in KINDS
    for container in CONTAINERS
    if container.startswith("JSON") or kind in ("Alpaca", "prompt and completion")
]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data.txt"  # the name says nothing about the format


def read(path, content):
    path.write_bytes(content)
    return read_instruction_data(path)


def refused(path, content):
    """The message with which a file is refused."""
    path.write_bytes(content)
    with pytest.raises(ValueError) as caught:
        read_instruction_data(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    message.encode("utf-8")  # it can be printed
    return message


def left_out(path, row, kind="instruction"):
    """The reason why a row is left out, beside another one that is read, and its place."""
    good = {
        "instruction": ENTRIES[0],
        "completion": to_completions(ENTRIES)[0],
        "messages": to_messages(ENTRIES)[0],
        "conversations": to_conversations(ENTRIES)[0],
    }[kind]
    line = row if isinstance(row, str) else json.dumps(row)
    entries, reading = read(path, f"{json.dumps(good)}\n\n{line}\n".encode())
    assert len(entries) == 1 + sum(", line 3" in place for place in reading.places)
    (found,) = reading.left_out
    assert found["place"].startswith(f"{path}, line 3")
    assert f"  {path.name}, line 3" in describe_reading(reading) and found["reason"] in describe_reading(reading)
    return found["place"].removeprefix(f"{path}, ") + ": " + found["reason"]


# ---- formats ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "container"), COMBINATIONS)
def test_each_format_is_recognised_by_its_content(path, capsys, kind, container):
    expected = WITH_INPUT if kind == "Alpaca" else ENTRIES
    content = CONTAINERS[container](KINDS[kind](expected))
    for variant in (content, b"\xef\xbb\xbf" + content):  # with and without a byte-order mark
        entries, reading = read(path, variant)
        assert entries == expected
        assert not reading.left_out and not reading.notes and len(reading.places) == len(entries)
        (file,) = reading.files
        assert file == {
            "path": str(path),
            "container": container,
            "kind": kind,
            "rows": len(expected),
            "entries": len(expected),
        }
        found = f"{container}, {kind}; rows: {len(expected)}, entries: {len(expected)}"
        assert capsys.readouterr().out == f"{path.name}: {found}\n"  # without a folder: the same on each machine


@pytest.mark.parametrize("ending", [b"\r\n", b"\r"])
def test_line_ends_of_other_systems_are_read(path, ending):
    entries, reading = read(path, as_lines(ENTRIES).replace(b"\n", ending))
    assert entries == ENTRIES and reading.places[2] == f"{path}, line 3"
    entries, reading = read(path, b"instruction,output\n1,2\n\n\n3,4".replace(b"\n", ending))
    assert [entry["output"] for entry in entries] == ["2", "4"]
    assert reading.places == [f"{path}, line 2", f"{path}, line 5"]


def test_the_shipped_data_are_read_as_ever(capsys):
    path = REPO / "data" / "instruction-data.json"
    entries, reading = read_instruction_data(path)
    assert entries == load_instruction_data(path)
    assert reading.places[7] == f"{path}, entry 7"


def test_keys_that_no_format_knows_are_kept(path):
    more = {"id": 3, "source": ["a", {"b": None}], "prompt": "kept, too"}
    for rows in (ENTRIES, to_messages(ENTRIES), to_conversations(ENTRIES)):
        entries, _ = read(path, as_json([{**row, **more} for row in rows]))
        assert entries == [{**entry, **more} for entry in ENTRIES]
    entries, _ = read(path, b"ID;Instruction ;OUTPUT\n7;a;b\n")
    assert entries == [{"instruction": "a", "input": "", "output": "b", "id": "7"}]


def test_numbers_are_read_as_text_and_that_is_said(path):
    rows = [{"instruction": "What is 1 + 1?", "input": None, "output": 2}, {"instruction": 3.5, "output": "x"}]
    entries, reading = read(path, as_json(rows))
    assert [(entry["instruction"], entry["input"], entry["output"]) for entry in entries] == [
        ("What is 1 + 1?", "", "2"),
        ("3.5", "", "x"),
    ]
    assert [note["place"] for note in reading.notes] == [f"{path}, entry 0", f"{path}, entry 1"]
    assert "the number in 'output' is taken as text" in describe_reading(reading)


def test_a_table_may_hold_line_breaks_and_very_long_fields(path):
    csv.field_size_limit(before := 131_072)
    long = "x" * 1_000_000
    content = f'instruction,output\r\n"a\r\n""b""\n","{long}"\r\nshort,row,more\r\nlast,one\r\n'.encode()
    entries, reading = read(path, content)
    assert [entry["instruction"] for entry in entries] == ['a\r\n"b"\n', "last"]
    assert entries[0]["output"] == long
    assert reading.places == [f"{path}, line 2", f"{path}, line 6"]
    assert reading.left_out == [
        {"place": f"{path}, line 5", "reason": "it has 3 fields, but the first line names 2 columns"}
    ]
    assert csv.field_size_limit() == before


def test_what_is_long_to_list_is_counted(path):
    rows = [ENTRIES[0], *({**ENTRIES[0], "output": ""} for _ in range(9))]
    _, reading = read(path, as_json(rows))
    assert describe_reading(reading).endswith("  and 4 more") and "Left out: 9" in describe_reading(reading)


# ---- what is left out -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("{\"instruction\": ", "line 3: it is not valid JSON: "),
        ("[]", "line 3: expected an object, found list"),
        ("null", "line 3: expected an object, found NoneType"),
        ("[" * 100_000, "line 3: it is not valid JSON: maximum recursion depth"),
        ('{"instruction": "a", "output": "b", "output": "c"}', "line 3: the key 'output' stands twice"),
        ('{"instruction": "a", "output": "b", "more": [{"x": 1, "x": 2}]}', "line 3: the key 'x' stands twice"),
        ({"instruction": "a"}, "line 3: the key 'output' is missing"),
        ({"output": "a"}, "line 3: the key 'instruction' is missing"),
        ({}, "line 3: the key 'instruction' is missing"),
        ({"instruction": "a", "output": None}, "line 3: 'output' is null"),
        ({"instruction": None, "output": "a"}, "line 3: 'instruction' is null"),
        ({"instruction": "a", "output": " \n"}, "line 3: the answer is empty"),
        ({"instruction": " ", "input": "", "output": "a"}, "line 3: the instruction is empty"),
        ({"instruction": "a", "output": True}, "line 3: 'output' must be a text, found bool"),
        ({"instruction": ["a"], "output": "b"}, "line 3: 'instruction' must be a text, found list"),
        ({"instruction": "a", "input": {}, "output": "b"}, "line 3: 'input' must be a text, found dict"),
        ({"instruction": "a", "output": float("nan")}, "line 3: 'output' must be a text, found nan"),
        ({"instruction": "a", "output": "\ud83d"}, "line 3: 'output' cannot be saved as JSON: '\\ud83d' is half"),
        ({"instruction": "a", "output": "b", "score": 1e999}, "line 3: 'score' cannot be saved as JSON"),
        ({"instruction": "a", "output": "b", "history": [["q", "a"]]}, "line 3: expected 'history' to be a list of"),
        ({"instruction": "a", "output": "b", "history": "q"}, "line 3: expected 'history' to be a list of"),
        ({"instruction": "a", "output": "b", "system": []}, "line 3: 'system' must be a text, found list"),
    ],
)
def test_a_row_that_is_no_entry_is_left_out_with_its_reason(path, row, expected):
    assert left_out(path, row).startswith(expected)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({}, "line 3: the key 'prompt' is missing"),
        ({"prompt": "a"}, "line 3: the key 'completion' is missing"),
        ({"prompt": [{"role": "user"}], "completion": "a"}, "line 3: 'prompt' must be a text, found list"),
        ({"prompt": "a", "completion": "b", "output": "c"}, "line 3: its key 'output' belongs to another format"),
    ],
)
def test_a_row_without_prompt_or_completion_is_left_out(path, row, expected):
    assert left_out(path, row, "completion").startswith(expected)


USER, ASSISTANT = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (None, "line 3: expected a list of turns, found NoneType"),
        ([], "line 3: expected a list of turns, found an empty one"),
        ("a", "line 3: expected a list of turns, found str"),
        (["a"], "line 3: turn 1: expected an object, found str"),
        ([USER, {"role": "assistant"}], "line 3: turn 2: expected either 'role' and 'content', or 'from' and 'value'"),
        ([{**USER, "from": "human", "value": "a"}, ASSISTANT], "line 3: turn 1: expected either 'role'"),
        ([USER, {"role": "tool", "content": "b"}], "line 3: turn 2: the role 'tool' is unknown; known are system, "),
        ([USER, {"role": ["x"], "content": "b"}], "line 3: turn 2: the role list is unknown"),
        ([USER, {"role": "assistant", "content": None}], "line 3: turn 2: 'content' must be a text or a list of texts"),
        (
            [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}, ASSISTANT],
            "line 3: turn 1: 'content' must be a text or a list of texts, found 'image_url'",
        ),
        ([USER, ASSISTANT, USER], "line 3, turn 3: no answer follows it"),
        ([USER], "line 3, turn 1: no answer follows it"),
        ([{"role": "system", "content": "a"}], "line 3, turn 1: no answer follows it"),
        ([ASSISTANT, USER, ASSISTANT], "line 3, turn 1: it is an answer without a message of the user"),
        (
            [USER, {"role": "system", "content": "a"}, ASSISTANT],
            "line 3, turn 3: it is an answer without a message of the user right before it",
        ),
        ([USER, {**ASSISTANT, "weight": 0}, USER, ASSISTANT], "line 3, turn 2: its weight is 0"),
        ([USER, {**ASSISTANT, "content": " "}, USER, ASSISTANT], "line 3, turn 2: the answer is empty"),
        ([{**USER, "content": ""}, ASSISTANT], "line 3, turn 2: the instruction is empty"),
    ],
)
def test_a_conversation_or_turn_that_is_no_entry_is_left_out_with_its_reason(path, turns, expected):
    assert left_out(path, {"messages": turns}, "messages").startswith(expected)


def test_a_row_without_turns_is_left_out(path):
    for kind in ("messages", "conversations"):
        assert left_out(path, {"id": 1}, kind).startswith(f"line 3: the key '{kind}' is missing")


def test_two_system_messages_that_differ_are_one_too_many(path):
    row = {"conversations": [{"from": "system", "value": "x"}, *to_conversations(ENTRIES)[0]["conversations"]]}
    expected = "line 3: it has two system messages"
    assert left_out(path, {**row, "system": "y"}, "conversations").startswith(expected)


# ---- conversations ----------------------------------------------------------------------------------------------

CHAT = [
    {"role": "system", "content": "Be terse."},
    {"role": "user", "content": "What is the capital of France?"},
    {"role": "assistant", "content": "Paris."},
    {"role": "user", "content": [{"type": "text", "text": "And of Italy?"}]},
    {"role": "assistant", "content": "Rome."},
]


def test_each_answer_of_a_conversation_becomes_an_entry_with_all_that_was_said_before(path):
    entries, reading = read(path, as_json([{"messages": CHAT, "id": 1}]))
    assert entries == [
        {
            "instruction": "What is the capital of France?",
            "input": "System: Be terse.",
            "output": "Paris.",
            "system": "Be terse.",
            "id": 1,
        },
        {
            "instruction": "And of Italy?",
            "input": "System: Be terse.\n\nUser: What is the capital of France?\n\nAssistant: Paris.",
            "output": "Rome.",
            "system": "Be terse.",
            "history": [["user", "What is the capital of France?"], ["assistant", "Paris."]],
            "id": 1,
        },
    ]
    assert reading.places == [f"{path}, entry 0, turn 3", f"{path}, entry 0, turn 5"]
    assert "### Input:\nSystem: Be terse.\n\nUser: What is the capital of France?\n\nAssistant: Paris." in format_input(
        entries[1]
    )
    assert [own_input(entry) for entry in entries] == ["", ""]


def test_a_system_message_may_stand_beside_the_turns(path):
    expected, _ = read(path, as_json([{"messages": CHAT}]))
    assert read(path, as_json([{"messages": CHAT[1:], "system": "Be terse."}]))[0] == expected
    assert read(path, as_json([{"messages": CHAT, "system": "Be terse."}]))[0] == expected


def test_neighbours_of_the_same_role_are_joined_and_that_is_said(path):
    row = {"messages": [USER, USER, ASSISTANT, ASSISTANT, USER, ASSISTANT]}
    entries, reading = read(path, as_json([row]))
    assert [(entry["instruction"], entry["output"]) for entry in entries] == [("a\n\na", "b\n\nb"), ("a", "b")]
    assert entries[1]["history"] == [["user", "a\n\na"], ["assistant", "b\n\nb"]]
    assert [note["note"].split(" is joined")[0] for note in reading.notes] == ["turn 2", "turn 4"]


def test_turns_that_are_no_entry_are_still_part_of_the_prompts_after_them(path):
    turns = [ASSISTANT, USER, {**ASSISTANT, "weight": 0}, {"role": "system", "content": "s"}, USER, ASSISTANT]
    (entry,), _ = read(path, as_json([{"messages": turns}]))
    assert entry["history"] == [["assistant", "b"], ["user", "a"], ["assistant", "b"], ["system", "s"]]
    assert entry["input"] == "Assistant: b\n\nUser: a\n\nAssistant: b\n\nSystem: s"


def test_alpaca_with_a_system_message_shows_it_to_the_model(path):
    row = {"instruction": "Add.", "input": "1 and 2", "output": "3", "system": "Be terse."}
    (entry,), _ = read(path, as_json([row]))
    assert entry == {**row, "input": "System: Be terse.\n\n1 and 2"}
    assert read(path, as_json([entry]))[0] == [entry]  # and not twice, when it is read again
    assert own_input(entry) == "1 and 2"
    (entry,), _ = read(path, as_json([{"prompt": "Add.", "completion": "3", "system": "Be terse."}]))
    assert entry == {"instruction": "Add.", "input": "System: Be terse.", "output": "3", "system": "Be terse."}


# ---- what is refused --------------------------------------------------------------------------------------------

GOOD = json.dumps(ENTRIES[0])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "it is empty"),
        (b"\xef\xbb\xbf \r\n\n", "it is empty"),
        (b"  <!DOCTYPE html><html>Sign in</html>", "it is a web page or XML"),
        (GOOD.encode("utf-16"), "is in UTF-16 or UTF-32: expected UTF-8. Save it again as UTF-8"),
        (GOOD.encode("utf-16-be"), "is in UTF-16 or UTF-32"),
        (GOOD.encode("utf-32-le"), "is in UTF-16 or UTF-32"),
        (b"instruction,output\nq,1\nq,caf\xe9\n", ", line 3: expected text in UTF-8, found the byte 0xe9"),
        (b"PK\x03\x04\x14\x00", "it is a ZIP archive or an Excel file"),
        (b"\x1f\x8b\x08\x00", "it is compressed with gzip"),
        (b"PAR1\x15\x04", "it is a Parquet file"),
        (b"\x7fELF\x02\x00\x01", "it is no text"),
        (f"[{GOOD},".encode(), "is neither valid JSON nor JSON Lines: "),
        (f"[{GOOD}".encode()[:40], "is neither valid JSON nor JSON Lines: "),
        (b"{" * 1_000_000, "is neither valid JSON nor JSON Lines: "),
        (b"[" * 1_000_000, "is neither valid JSON nor JSON Lines: maximum recursion depth"),
        (b"[]", "it is JSON without a single row"),
        (b"[1, 2]", "2 rows, but of no known format. Expected one of the keys 'instruction', 'completion', "),
        (b"[1, 2]", "found no object"),
        (f'{{"data": [{GOOD}]}}'.encode(), "found the keys ['data']. If the rows lie inside of another object"),
        (b'[{"question": "a", "answer": "b"}]', "found the keys ['question', 'answer']"),
        (b"question,answer\na,b\n", "'output'] or ['completion', 'prompt'], found ['question', 'answer']"),
        (b"Dear reader,\n\nthis is a letter.\n", "its first line does not name columns of a table"),
        (b"instruction,output\n", "it is CSV without a single row"),
        (b"instruction,output,Output\na,b,c\n", ", line 1: the column 'output' stands twice"),
        (b'instruction,output\na,b\n"c,d\n', ", line 3: unexpected end of data. A field with quotation marks"),
        (b'instruction,output\na,"b" c\n', ", line 2: "),
        (b'[{"instruction": "a", "output": ""}]', "expected at least 1 entry, found 0. Left out: "),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said(path, content, expected):
    assert expected in refused(path, content)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [ENTRIES[0], {**ENTRIES[0], **to_messages(ENTRIES)[0]}],
            ", entry 1: has the keys of more than one format: 'instruction' (Alpaca), 'messages' (chat messages)",
        ),
        (
            [*to_messages(ENTRIES), ENTRIES[0], *to_conversations(ENTRIES)],
            " mixes formats: {path}, entry 0 has 'messages' (chat messages); {path}, entry 3 has 'instruction' "
            "(Alpaca); {path}, entry 4 has 'conversations'",
        ),
        ([{**ENTRIES[0], **to_completions(ENTRIES)[0]}], ", entry 0: has the keys of more than one format: "),
    ],
)
def test_a_file_that_can_be_read_in_two_ways_is_refused(path, rows, expected):
    assert expected.format(path=path) in refused(path, as_json(rows))


def test_a_table_that_can_be_read_in_two_ways_is_refused(path):
    content = b"instruction,output,prompt,completion\na,b,c,d\n"
    assert ", line 2: has the keys of more than one format" in refused(path, content)


def test_a_format_is_not_ambiguous_because_of_nulls(path):
    rows = [{**row, "messages": None, "conversations": None} for row in ENTRIES]
    entries, _ = read(path, as_json(rows))
    assert len(entries) == 3


def test_a_source_that_is_not_there_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match="does not exist: expected a file, a folder, or an address"):
        read_instruction_data(tmp_path / "nothing.json")
    with pytest.raises(ValueError, match="^ftp://x/y: expected a file, a folder, or an address that begins with http"):
        read_instruction_data("ftp://x/y")
    with pytest.raises(ValueError, match="^https://x/y: expected a cache_folder"):
        read_instruction_data("https://x/y")
    assert not is_address(Path("https:/x")) and is_address("HTTPS://x".lower())


# ---- folders ----------------------------------------------------------------------------------------------------


def test_all_files_of_a_folder_are_read_and_named(tmp_path, capsys):
    (tmp_path / "b.jsonl").write_bytes(as_lines(to_messages(ENTRIES)))
    (tmp_path / "a.csv").write_bytes(as_table(ENTRIES))
    (tmp_path / "README.md").write_text("# Data\n\nMade by me, for you.\n", encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\r")
    (tmp_path / ".hidden").write_text("x", encoding="utf-8")
    (tmp_path / "more").mkdir()
    entries, reading = read_instruction_data(tmp_path)
    assert entries == [*ENTRIES, *ENTRIES]
    names = [Path(file["path"]).name for file in reading.files]
    assert names == ["README.md", "a.csv", "b.jsonl", "more", "picture.png"]
    assert [name for name, file in zip(names, reading.files, strict=True) if "reason" in file] == [
        "README.md",
        "more",
        "picture.png",
    ]
    printed = capsys.readouterr().out
    assert "\npicture.png: left out, cannot be read: it is no text" in printed
    assert "\nmore: left out, cannot be read: it is a folder inside of a folder" in printed


def test_a_damaged_file_in_a_folder_is_not_passed_over(tmp_path):
    (tmp_path / "a.json").write_bytes(as_json(ENTRIES))
    (tmp_path / "b.json").write_bytes(as_json(ENTRIES)[:-10])
    with pytest.raises(ValueError, match="b.json is neither valid JSON nor JSON Lines"):
        read_instruction_data(tmp_path)


def test_a_folder_without_data_is_refused(tmp_path):
    with pytest.raises(ValueError, match="expected at least 1 entry, found 0. Nothing was left out"):
        read_instruction_data(tmp_path)
    (tmp_path / "a.txt").write_text("Dear reader", encoding="utf-8")
    (tmp_path / "b.txt").write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match="found 0. Left out: .*a.txt cannot be read.*b.txt cannot be read: it is emp"):
        read_instruction_data(tmp_path)


# ---- addresses --------------------------------------------------------------------------------------------------

MANY = as_json(instruction_entries(2000))


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(fetching, "BACKOFF_SECONDS", 0.01)
    with FaultServer({"instruction-data.json": MANY, "page": b"<html>Sign in</html>"}) as server:
        yield server


def test_an_address_is_downloaded_once(server, tmp_path, capsys):
    address = f"{server.url}/main/instruction-data.json"
    for _ in range(2):
        entries, reading = read_instruction_data(address, tmp_path / "cache")
        assert entries == instruction_entries(2000)
    assert len(server.log) == 1
    (name,) = names_in(tmp_path / "cache")
    file = tmp_path / "cache" / name
    assert file.read_bytes() == MANY and file.name.startswith("instruction-data-") and file.suffix == ".json"
    assert reading.files[0]["path"] == str(file)
    assert f"From {address}, kept in {file.parent}:\n{file.name}: JSON, Alpaca" in capsys.readouterr().out
    read_instruction_data(f"{server.url}/other/instruction-data.json", tmp_path / "cache")
    assert len(server.log) == 2 and len(names_in(tmp_path / "cache")) == 2


def test_a_download_that_breaks_off_is_continued(server, tmp_path, capsys):
    server.plans["instruction-data.json"] = [faulty(cut=len(MANY) // 2)]
    entries, _ = read_instruction_data(f"{server.url}/instruction-data.json", tmp_path)
    assert entries == instruction_entries(2000)
    assert server.ranges("instruction-data.json") == [None, f"bytes={len(MANY) // 2}-"]
    assert len(names_in(tmp_path)) == 1


def test_what_an_earlier_call_left_is_continued(server, tmp_path):
    address = f"{server.url}/instruction-data.json"
    server.plans["instruction-data.json"] = [faulty(cut=len(MANY) // 2)] + [status(403)] * 9
    with pytest.raises(DownloadError, match="Could not get the data at .*HTTPError: 403"):
        read_instruction_data(address, tmp_path)
    # The part, and the note about it.
    assert sorted(Path(name).suffix for name in names_in(tmp_path)) == [".json", ".part"]
    server.plans.clear()
    entries, _ = read_instruction_data(address, tmp_path)
    assert entries == instruction_entries(2000)
    assert server.ranges("instruction-data.json")[-1] == f"bytes={len(MANY) // 2}-"
    assert len(names_in(tmp_path)) == 1


@pytest.mark.parametrize("head", [(501, 20), (403, 0), (200, 0), (200, "many")])
def test_a_server_that_announces_no_size_is_enough(server, tmp_path, head):
    server.head = head
    server.plans["instruction-data.json"] = [faulty(cut=1000)]
    entries, _ = read_instruction_data(f"{server.url}/instruction-data.json", tmp_path)
    assert entries == instruction_entries(2000)
    assert server.ranges("instruction-data.json") == [None, None]
    assert len(names_in(tmp_path)) == 1


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (status(404), "HTTPError: 404"),
        (faulty(headers={"Content-Type": "text/html; charset=utf-8"}), "a web page instead of the file"),
        (faulty(headers={"Content-MD5": "AAAAAAAAAAAAAAAAAAAAAA=="}), "the server announced the MD5 AAAA"),
        (faulty(announced=len(MANY) + 1), "expected"),
    ],
)
def test_what_is_wrong_with_an_address_is_said_and_nothing_is_left(server, tmp_path, answer, expected):
    server.plans["instruction-data.json"] = [answer] * 10
    with pytest.raises(DownloadError) as caught:
        read_instruction_data(f"{server.url}/instruction-data.json", tmp_path / "cache")
    assert expected in str(caught.value) and "the button \"Raw\"" in str(caught.value)
    assert not (tmp_path / "cache").exists()


def test_a_download_that_is_no_data_says_where_it_came_from(server, tmp_path):
    with pytest.raises(ValueError) as caught:
        read_instruction_data(f"{server.url}/page?token=1", tmp_path)
    assert "it is a web page" in str(caught.value)
    assert f"It was downloaded from {server.url}/page" in str(caught.value)


# ---- for the series ---------------------------------------------------------------------------------------------


def test_the_series_needs_thirty_entries(tmp_path):
    path = tmp_path / "own.csv"
    path.write_bytes(as_table(instruction_entries(30)))
    assert read_enough(path)[0] == instruction_entries(30)
    path.write_bytes(as_table(instruction_entries(29)))
    with pytest.raises(ValueError, match="expected at least 30 entries, found 29. Nothing was left out"):
        read_enough(path)


# ---- for any input ----------------------------------------------------------------------------------------------

repeatable = settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
proper_texts = texts.filter(str.strip)
proper_entries = st.lists(
    st.fixed_dictionaries({"instruction": proper_texts, "input": texts, "output": proper_texts}), min_size=1, max_size=4
)


@repeatable
@given(proper_entries, st.sampled_from(COMBINATIONS), st.booleans())
def test_entries_that_are_written_in_a_format_are_read_back_as_they_were(path, entries, combination, with_mark):
    kind, container = combination
    if kind != "Alpaca":
        entries = [{**entry, "input": ""} for entry in entries]
    content = CONTAINERS[container](KINDS[kind](entries))
    found, reading = read(path, b"\xef\xbb\xbf" * with_mark + content)
    assert found == entries
    # A single line of JSON Lines is also a file with a single object.
    assert reading.files[0]["kind"] == kind and reading.files[0]["container"].startswith(container[:3])
    assert not reading.left_out and not reading.notes


@repeatable
@given(st.lists(st.tuples(proper_texts, proper_texts), min_size=1, max_size=4), st.none() | proper_texts, st.booleans())
def test_a_conversation_is_read_without_losing_a_word_and_comes_back_from_its_entries(path, pairs, system, is_chat):
    turns = [[role, text] for pair in pairs for role, text in zip(("user", "assistant"), pair, strict=True)]
    all_turns = ([["system", system]] if system else []) + turns
    if is_chat:
        row = {"messages": [{"role": role, "content": text} for role, text in all_turns]}
    else:
        names = {"system": "system", "user": "human", "assistant": "gpt"}
        row = {"conversations": [{"from": names[role], "value": text} for role, text in all_turns]}
    entries, reading = read(path, as_json([row]))
    assert len(entries) == len(pairs) and not reading.left_out
    for i, entry in enumerate(entries):
        assert (entry["instruction"], entry["output"]) == pairs[i]
        assert entry.get("history", []) == turns[: 2 * i] and entry.get("system") == system
        assert entry["input"] == earlier_text(system, turns[: 2 * i]) and own_input(entry) == ""
        prompt, at = format_input({**entry, "instruction": ""}), 0
        for _, text in all_turns[: len(all_turns) - 2 * (len(pairs) - i)]:
            at = prompt.index(text, at) + len(text)  # every word of it, in order
    for container in (as_json, as_lines):
        assert read(path, container(entries))[0] == entries


def mutated(content):
    """Strategy for bytes that differ a little from the given ones."""
    places, changed_bits = st.integers(0, len(content) - 1), st.integers(1, 255)
    pieces = st.sampled_from([b'"', b"{", b"[", b"}", b"\n", b"\r", b",", b"null", b"1", b"\xff", b"\0", b"\\ud800"])
    return st.one_of(
        st.builds(lambda i, bits: content[:i] + bytes([content[i] ^ bits]) + content[i + 1 :], places, changed_bits),
        places.map(lambda i: content[:i]),
        st.builds(lambda i, more: content[:i] + more + content[i:], places, pieces | st.binary(min_size=1, max_size=8)),
        st.builds(lambda i, j: content[: min(i, j)] + content[max(i, j) + 1 :], places, places),
        st.binary(max_size=300),
    )


SMALL = [{"instruction": "Add é.", "input": "1", "output": "<|endoftext|>\n"}, ENTRIES[0]]
GOOD_FILES = [
    CONTAINERS[container](KINDS[kind](SMALL if kind == "Alpaca" else ENTRIES[:2])) for kind, container in COMBINATIONS
]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
turns = st.lists(
    st.fixed_dictionaries({}, optional={key: json_values | st.sampled_from(["user", "assistant", "system", "gpt"])
                                        for key in ("role", "content", "from", "value", "weight")}),
    max_size=4,
)  # fmt: skip
odd_rows = st.lists(
    st.fixed_dictionaries({}, optional={"instruction": json_values, "output": json_values, "history": json_values,
                                        "system": json_values, "input": json_values})
    | st.fixed_dictionaries({}, optional={"messages": turns | json_values, "system": json_values}),
    min_size=1, max_size=3,
).map(lambda rows: json.dumps(rows).encode())  # fmt: skip


@settings(repeatable, max_examples=400)
@given(st.sampled_from(GOOD_FILES).flatmap(mutated) | odd_rows)
def test_any_bytes_give_entries_or_a_message_with_the_name_of_the_file(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data"
        path.write_bytes(content)
        try:
            entries, reading = read_instruction_data(path)
        except ValueError as error:
            assert str(error).startswith(str(path))
            str(error).encode("utf-8")
            return
    assert entries and len(entries) == len(reading.places)
    for entry in entries:
        assert all(isinstance(entry[key], str) for key in ("instruction", "input", "output"))
        assert entry["output"].strip()
        format_input(entry)
    json.dumps(entries, ensure_ascii=False, allow_nan=False).encode("utf-8")
    describe_reading(reading, most=1000).encode("utf-8")
    for each in reading.left_out:
        assert each["place"].startswith(str(path)) and each["reason"]
