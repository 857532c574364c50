"""The index of a checkpoint is read as TensorFlow reads it, or it is an error: never something else."""

import shutil

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

import table_writer
from gpt.checkpoint_files import INDEX_FILE, WEIGHTS_FILE, open_checkpoint
from gpt.checkpoint_index import UnknownKind, read_index
from gpt.crc32c import crc32c, masked
from helpers import REPO, small_config, write_random_checkpoint

FLOATS = {
    "a": np.float32([[1, 2, 3], [4, 5, 6]]),
    "ab/c": np.float32([-0.0, np.nan, np.inf, 1e-42]),
    "b": np.float32(7),
}


def save(folder, tensors, slices=None, name="model.ckpt"):
    """Let TensorFlow write tensors."""
    folder.mkdir(parents=True, exist_ok=True)
    names, values = list(tensors), list(tensors.values())
    tf.raw_ops.SaveV2(
        prefix=str(folder / name), tensor_names=names, shape_and_slices=slices or [""] * len(names), tensors=values
    )
    return folder


def assert_read_as_tensorflow_does(folder):
    reader = tf.train.load_checkpoint(str(folder / "model.ckpt"))
    expected = {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}
    places = read_index(folder / INDEX_FILE)
    assert {name: place.shape for name, place in places.items()} == {
        name: array.shape for name, array in expected.items()
    }
    shapes, read = open_checkpoint(folder)
    assert list(shapes) == sorted(expected)
    for name, array in expected.items():
        found = read(name)
        assert type(found) is np.ndarray and found.dtype == array.dtype and found.shape == array.shape[-2:]
        assert found.tobytes() == array.tobytes(), name
    return expected


@pytest.fixture
def no_tensorflow(monkeypatch):
    """TensorFlow must not be asked."""
    monkeypatch.setattr("gpt.checkpoint_files._open_with_tensorflow", None)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return save(tmp_path_factory.mktemp("plain"), FLOATS)


# ---- what TensorFlow has written --------------------------------------------------------------------------------


def test_the_shipped_checkpoint(no_tensorflow):
    assert len(assert_read_as_tensorflow_does(REPO / "data" / "gpt2" / "6M")) == 64


@pytest.mark.parametrize("changes", [{}, {"n_layers": 5, "emb_dim": 3}, {"emb_dim": 120, "context_length": 500}])
def test_random_checkpoints(tmp_path, no_tensorflow, changes):
    write_random_checkpoint(tmp_path, small_config(**changes), seed=len(changes))
    assert_read_as_tensorflow_does(tmp_path)


def test_unusual_numbers_a_scalar_and_shared_beginnings(plain, no_tensorflow):
    assert len(assert_read_as_tensorflow_does(plain)) == 3


def test_an_index_of_several_blocks(tmp_path, no_tensorflow):
    random = np.random.default_rng(0)
    tensors = {f"model/h{i}/w": random.standard_normal((i % 4 + 1, 3), np.float32) for i in range(400)}
    assert len(assert_read_as_tensorflow_does(save(tmp_path, tensors))) == 400
    assert (tmp_path / INDEX_FILE).stat().st_size > 2 * 4096  # a block is closed at 4 KB


# ---- what is left to TensorFlow ----------------------------------------------------------------------------------

OTHER_KINDS = {
    "half precision": ({"a": np.float16([1, 2])}, None, "other numbers than 32-bit floats"),
    "whole numbers": ({"a": np.float32([1]), "b": np.int64([1, 2])}, None, "other numbers than 32-bit floats"),
    "nothing": ({"a": np.zeros((0, 3), np.float32)}, None, "or of none"),
    "a part of a tensor": ({"a": np.float32([[1, 2, 3]])}, ["4 3 0,1:-"], "a field that is not known"),
}


@pytest.mark.parametrize("kind", OTHER_KINDS)
def test_other_numbers_are_left_to_tensorflow(tmp_path, kind):
    tensors, slices, reason = OTHER_KINDS[kind]
    save(tmp_path, tensors, slices)
    with pytest.raises(UnknownKind, match=reason):
        read_index(tmp_path / INDEX_FILE)
    if slices is None:  # TensorFlow itself puts parts together only for who knows them
        shapes, read = open_checkpoint(tmp_path)
        for name, array in tensors.items():
            assert shapes[name] == array.shape and read(name).dtype == array.dtype
            assert np.array_equal(read(name), array)


def test_several_data_files_are_left_to_tensorflow(tmp_path):
    for i, name in enumerate(FLOATS):
        save(tmp_path, {name: FLOATS[name]}, name=f"part{i}")
    tf.raw_ops.MergeV2Checkpoints(
        checkpoint_prefixes=[str(tmp_path / f"part{i}") for i in range(3)],
        destination_prefix=str(tmp_path / "model.ckpt"),
    )
    with pytest.raises(UnknownKind, match="not one data file"):
        read_index(tmp_path / INDEX_FILE)
    shapes, read = open_checkpoint(tmp_path)
    assert all(read(name).tobytes() == FLOATS[name].tobytes() for name in shapes) and shapes.keys() == FLOATS.keys()


@pytest.mark.parametrize(
    ("header", "kind", "reason"),
    [
        (table_writer.HEADER, 1, "compressed"),
        (b"\x08\x01\x10\x01\x1a\x02\x08\x01", 0, "big-endian"),
        (b"\x08\x01\x1a\x04\x08\x02\x10\x02", 0, "a later version"),
        (b"\x08\x01\x20\x01\x1a\x02\x08\x01", 0, "a field that is not known, 0x20"),
    ],
)
def test_what_tensorflow_does_not_write_here_is_left_to_it_too(tmp_path, header, kind, reason):
    (tmp_path / INDEX_FILE).write_bytes(table_writer.index([(b"", header)], kind=kind))
    with pytest.raises(UnknownKind, match=reason):
        read_index(tmp_path / INDEX_FILE)


def test_what_tensorflow_finds_to_be_damaged_is_said_once(tmp_path):
    save(tmp_path, {"a": np.float16(range(100))})
    content = bytearray((tmp_path / WEIGHTS_FILE).read_bytes())
    content[7] ^= 1
    (tmp_path / WEIGHTS_FILE).write_bytes(content)
    shapes, read = open_checkpoint(tmp_path)
    with pytest.raises(ValueError, match="the checkpoint is damaged .*Remove the folder") as caught:
        read("a")
    assert str(caught.value).count("damaged") == 1


# ---- damage -------------------------------------------------------------------------------------------------------


def same_or_refused(path, content, expected):
    """Whether a changed index gives the same result; if not, it must be said to be damaged."""
    path.write_bytes(content)
    try:
        found = read_index(path)
    except ValueError as error:
        assert path.name in str(error)
        return False
    assert found == expected
    return True


def test_every_byte_of_an_index_matters_or_changes_nothing(plain, tmp_path):
    content, expected = (plain / INDEX_FILE).read_bytes(), read_index(plain / INDEX_FILE)
    same = []
    for place in range(len(content)):
        for bit in (0, 3, 7):
            changed = bytearray(content)
            changed[place] ^= 1 << bit
            if same_or_refused(tmp_path / "index", changed, expected):
                same.append(place)
    assert len(expected) == 3
    assert len(content) - 48 <= min(same) and max(same) < len(content) - 8  # only what fills up the footer


def test_every_byte_of_an_index_with_several_blocks(tmp_path):
    save(tmp_path, {f"model/h{i}/w": np.float32([i]) for i in range(250)})
    content, expected = (tmp_path / INDEX_FILE).read_bytes(), read_index(tmp_path / INDEX_FILE)
    for place in range(0, len(content), 97):
        changed = bytearray(content)
        changed[place] ^= 1 << place % 8
        assert not same_or_refused(tmp_path / "index", changed, expected) or place >= len(content) - 48


def test_an_index_that_is_cut_off_or_too_long(plain, tmp_path):
    content, expected = (plain / INDEX_FILE).read_bytes(), read_index(plain / INDEX_FILE)
    for end in range(len(content)):
        assert not same_or_refused(tmp_path / "index", content[:end], expected)
        assert not same_or_refused(tmp_path / "index", content[end:] if end else b"", expected)
    for more in (b"\0", content[-48:], content):
        assert not same_or_refused(tmp_path / "index", content + more, expected)
        assert not same_or_refused(tmp_path / "index", more + content, expected)


def test_a_whole_block_that_is_another_one_s(tmp_path):
    """Its checksum is right, but its names are not those that follow."""
    entries = [(b"", table_writer.HEADER)]
    entries += [(name, table_writer.entry((), place, 4, 1)) for name, place in ((b"a", 4), (b"b", 8))]
    whole = table_writer.index(entries, entries_in_a_block=1)
    path = tmp_path / "index"
    path.write_bytes(whole)
    assert list(read_index(path)) == ["a", "b"]
    first, second = (b"".join(table_writer.block(entries[i : i + 1])) for i in (1, 2))
    for changed in (whole.replace(first, b""), whole.replace(first, second), whole.replace(first, first + first)):
        assert changed != whole and not same_or_refused(path, changed, None)


def test_a_size_that_does_not_fit_the_shape(tmp_path):
    entries = [(b"", table_writer.HEADER), (b"a", table_writer.entry((2, 3), 0, 20, 1))]
    (tmp_path / INDEX_FILE).write_bytes(table_writer.index(entries))
    with pytest.raises(ValueError, match=r"index: expected 4 bytes for each number of shape \(2, 3\), found 20"):
        read_index(tmp_path / INDEX_FILE)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any"
    for changed in (content, content + table_writer.MAGIC):
        assert not same_or_refused(path, changed, None)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_with_right_checksums_it_is_read_as_tensorflow_does_or_refused(tmp_path_factory, data):
    """Values of any bytes: what is accepted must be what TensorFlow reads."""
    folder = tmp_path_factory.getbasetemp() / "values"
    folder.mkdir(exist_ok=True)
    numbers = np.float32(range(24)).tobytes()
    (folder / WEIGHTS_FILE).write_bytes(numbers)
    whole = table_writer.entry((2, 3), 8, 24, masked(crc32c(numbers[8:32])))
    names = sorted(data.draw(st.sets(st.text("ab/", min_size=1, max_size=5), min_size=1, max_size=6)))
    entries = [(b"", table_writer.HEADER)] + [(name.encode(), whole) for name in names]
    if data.draw(st.booleans()):
        chosen = data.draw(st.integers(0, len(entries) - 1))
        value = bytearray(entries[chosen][1])
        value[data.draw(st.integers(0, len(value) - 1))] = data.draw(st.integers(0, 255))
        entries[chosen] = (entries[chosen][0], bytes(value))
    (folder / INDEX_FILE).write_bytes(table_writer.index(entries, data.draw(st.integers(1, 7))))
    try:
        places = read_index(folder / INDEX_FILE)
        _, read = open_checkpoint(folder)
        found = {name: read(name) for name in places}
    except (ValueError, UnknownKind):
        return
    reader = tf.train.load_checkpoint(str(folder / "model.ckpt"))
    assert places.keys() == reader.get_variable_to_shape_map().keys()
    for name, array in found.items():
        expected = reader.get_tensor(name)
        assert places[name].shape == expected.shape and array.tobytes() == expected.tobytes()


# ---- the data file -------------------------------------------------------------------------------------------------


def test_a_data_file_that_is_cut_off(plain, tmp_path):
    shutil.copytree(plain, tmp_path, dirs_exist_ok=True)
    numbers = (plain / WEIGHTS_FILE).read_bytes()
    for end in range(len(numbers)):
        (tmp_path / WEIGHTS_FILE).write_bytes(numbers[:end])
        shapes, read = open_checkpoint(tmp_path)
        for name, place in read_index(tmp_path / INDEX_FILE).items():
            if place.offset + place.size <= end:
                assert read(name).tobytes() == FLOATS[name].tobytes()
            else:
                with pytest.raises(ValueError, match=rf"damaged \({name} ends at byte .*, which has {end}\)"):
                    read(name)


def test_a_data_file_that_is_too_long_or_missing(plain, tmp_path):
    """Its length is compared when it has been brought; the reader, like TensorFlow's, looks where the index says."""
    shutil.copytree(plain, tmp_path, dirs_exist_ok=True)
    with open(tmp_path / WEIGHTS_FILE, "ab") as file:
        file.write(b"more")
    assert_read_as_tensorflow_does(tmp_path)
    for name in (WEIGHTS_FILE, INDEX_FILE):
        (tmp_path / name).unlink()
        with pytest.raises(ValueError, match=rf"the checkpoint is damaged \(.*{name}.*Remove the folder"):
            open_checkpoint(tmp_path)[1]("a")


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_wrong_bit_is_found_in_its_tensor_and_in_no_other(plain, tmp_path_factory, data):
    folder = tmp_path_factory.getbasetemp() / "bits"
    shutil.copytree(plain, folder, dirs_exist_ok=True)
    content = bytearray((plain / WEIGHTS_FILE).read_bytes())
    wrong = data.draw(st.integers(0, len(content) - 1))
    content[wrong] ^= 1 << data.draw(st.integers(0, 7))
    (folder / WEIGHTS_FILE).write_bytes(content)
    _, read = open_checkpoint(folder)
    for name, place in read_index(folder / INDEX_FILE).items():
        if place.offset <= wrong < place.offset + place.size:
            with pytest.raises(ValueError, match=f"damaged .*the checksum of {name} is wrong"):
                read(name)
        else:
            assert read(name).tobytes() == FLOATS[name].tobytes()


def test_what_is_changed_in_memory_does_not_reach_the_file(plain, tmp_path):
    shutil.copytree(plain, tmp_path, dirs_exist_ok=True)
    open_checkpoint(tmp_path)[1]("a")[:] = 0
    assert open_checkpoint(tmp_path)[1]("a").tobytes() == FLOATS["a"].tobytes()
