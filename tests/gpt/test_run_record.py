"""The record of a run: found again, refused for other settings, never half written."""

import pytest

from gpt.run_record import add_to_record, open_record


@pytest.fixture
def path(tmp_path):
    return tmp_path / "record.json"


def test_what_was_found_is_found_again(path):
    record = open_record(path, {"seed": 123})
    assert not path.exists()  # looking writes nothing
    add_to_record(path, record, losses=[5.0, 0.1 + 0.2])
    add_to_record(path, record, minutes=2)
    assert open_record(path, {"seed": 123}) == {"settings": {"seed": 123}, "losses": [5.0, 0.1 + 0.2], "minutes": 2}


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"seed": 1, "lora": 0}, "seed was 123, now 1"), ({"seed": 123}, "lora was 0, now None")],
    ids=["another value", "one less"],
)
def test_other_settings_are_refused_and_named(path, settings, said):
    add_to_record(path, open_record(path, {"seed": 123, "lora": 0}), minutes=2)
    content = path.read_bytes()
    with pytest.raises(ValueError, match=f"{path.parent} holds another run: {said}. Nothing was changed."):
        open_record(path, settings)
    assert path.read_bytes() == content


@pytest.mark.parametrize("content", ["", '{"settings"', "[]", "{}", '{"settings": 3}'])
def test_a_damaged_record_is_named_with_what_to_do(path, content):
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"record.json is damaged \(.*Delete it, and run again"):
        open_record(path, {})
    assert path.read_text(encoding="utf-8") == content
