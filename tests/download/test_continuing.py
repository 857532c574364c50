"""What an earlier try has left, and from where: it is continued if it belongs to the file, else thrown away."""

import base64
import hashlib

import pytest

from downloads import CUT, FILES, HALF, NOTE, REST, WEIGHTS, leave_part, try_download
from fault_server import SIZE, answer, etag_of, faulty, serve, status
from gpt_download import OVERLAP_BYTES, WEIGHTS_FILE


def test_a_part_is_continued_and_not_fetched_again(server, models_dir):
    leave_part(models_dir, WEIGHTS[:HALF], server.url, etag_of(WEIGHTS))
    assert try_download(models_dir) is None
    assert server.ranges() == [REST]
    assert server.bytes_sent() == len(WEIGHTS) - HALF


def test_a_part_that_is_complete_needs_no_request(server, models_dir):
    leave_part(models_dir, WEIGHTS, server.url, etag_of(WEIGHTS))
    assert try_download(models_dir) is None
    assert server.ranges() == []


@pytest.mark.parametrize("ignored", [False, True], ids=["If-Range honoured", "If-Range ignored"])
def test_another_file_behind_the_same_address_is_fetched_from_the_beginning(server, models_dir, ignored):
    leave_part(models_dir, bytes(HALF), server.url, '"an older one"')
    if ignored:
        server.plans[WEIGHTS_FILE] = [
            lambda handler, content: answer(
                handler,
                content[HALF:],
                status=206,
                headers={"Content-Range": f"bytes {HALF}-{len(content) - 1}/{len(content)}", "ETag": etag_of(content)},
            )
        ]
    assert try_download(models_dir) is None
    assert server.ranges() == ([REST, None] if ignored else [REST])


def test_a_file_that_changes_between_two_tries(server, models_dir):
    changed = {**FILES, WEIGHTS_FILE: WEIGHTS[::-1]}

    def cut_and_change(handler, content):
        server.files.update(changed)
        serve(handler, content, cut=HALF)

    server.plans[WEIGHTS_FILE] = [cut_and_change]
    assert try_download(models_dir, changed) is None
    assert server.ranges() == [None, REST]


@pytest.mark.parametrize("etag", [None, 'W/"weak"'])
def test_without_a_strong_etag_the_end_of_the_part_is_compared(server, models_dir, etag):
    server.plans[WEIGHTS_FILE] = [faulty(cut=HALF, etag=etag), faulty(etag=etag)]
    assert try_download(models_dir) is None
    assert server.ranges() == [None, f"bytes={HALF - OVERLAP_BYTES}-"]
    assert server.bytes_sent() == len(WEIGHTS) + OVERLAP_BYTES


def test_without_a_strong_etag_another_file_is_noticed(server, models_dir):
    leave_part(models_dir, WEIGHTS[: HALF - 1] + b"?", server.url)
    server.plans[WEIGHTS_FILE] = [faulty(etag=None)]
    assert try_download(models_dir) is None
    assert server.ranges() == [f"bytes={HALF - OVERLAP_BYTES}-", None]


def test_a_short_part_that_proves_nothing_is_begun_anew(server, models_dir):
    leave_part(models_dir, WEIGHTS[:OVERLAP_BYTES], server.url)
    assert try_download(models_dir) is None
    assert server.ranges() == [None]


def test_another_mirror_continues_what_the_first_began(server, second, models_dir):
    server.plans[WEIGHTS_FILE] = [CUT] + [status(404)] * 10
    assert try_download(models_dir) is None
    assert second.ranges() == [f"bytes={HALF - OVERLAP_BYTES}-"]
    assert server.bytes_sent() + second.bytes_sent() <= len(WEIGHTS) + OVERLAP_BYTES + 100


def test_another_mirror_with_another_file_begins_anew(server, second, models_dir):
    other = {**FILES, WEIGHTS_FILE: WEIGHTS[::-1]}
    second.files.update(other)
    server.plans[WEIGHTS_FILE] = [CUT] + [status(404)] * 10
    assert try_download(models_dir, other) is None
    assert second.ranges() == [f"bytes={HALF - OVERLAP_BYTES}-", None]


def test_two_mirrors_with_other_files_that_both_break_off_do_not_mix(server, second, models_dir):
    """The second mirror's etag is noted only when its bytes are known to continue the part."""
    other = {**FILES, WEIGHTS_FILE: WEIGHTS[:HALF] + WEIGHTS[HALF:][::-1]}
    second.files.update(other)
    server.plans[WEIGHTS_FILE] = [faulty(cut=HALF + 1000)] + [status(404)] * 100
    second.plans[WEIGHTS_FILE] = [faulty(cut=0), faulty(cut=100), status(404)]
    assert try_download(models_dir) is not None
    assert try_download(models_dir, other) is None


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (b"left over", None),
        (bytes(HALF), None),
        (bytes(HALF), "{"),
        (bytes(HALF), "[]"),
        (bytes(HALF), "12"),
        (bytes(HALF), '{"source": "x"}'),
        (bytes(len(WEIGHTS) + 1), "right"),
        (b"", "right"),
    ],
    ids=["no note", "half, no note", "cut note", "list", "number", "other note", "larger than the file", "empty"],
)
def test_a_stale_part_does_no_harm(server, models_dir, content, note):
    leave_part(models_dir, content, server.url, etag_of(WEIGHTS))
    if note is None:
        (models_dir / SIZE / NOTE).unlink()
    elif note != "right":
        (models_dir / SIZE / NOTE).write_text(note, encoding="utf-8")
    assert try_download(models_dir) is None
    assert server.ranges() == [None]


def test_a_complete_part_with_other_content_is_fetched_again(server, second, models_dir):
    md5 = base64.b64encode(hashlib.md5(WEIGHTS).digest()).decode()
    leave_part(models_dir, bytes(len(WEIGHTS)), server.url, etag_of(WEIGHTS), md5)
    assert try_download(models_dir) is None
    assert (server.ranges(), second.ranges()) == ([], [None])


def test_the_md5_of_the_whole_file_is_checked_after_a_resume(server, models_dir):
    """Azure sends it in a header of its own with a range, where Content-MD5 would be that of the range."""
    md5 = base64.b64encode(hashlib.md5(WEIGHTS).digest()).decode()
    of_the_rest = base64.b64encode(hashlib.md5(WEIGHTS[HALF:]).digest()).decode()
    headers = {"Content-MD5": of_the_rest, "x-ms-blob-content-md5": md5}
    leave_part(models_dir, bytes(HALF), server.url, etag_of(WEIGHTS))
    server.plans[WEIGHTS_FILE] = [faulty(headers=headers)]
    assert f"the server announced the MD5 {md5}, found" in try_download(models_dir)
    leave_part(models_dir, WEIGHTS[:HALF], server.url, etag_of(WEIGHTS))
    server.plans[WEIGHTS_FILE] = [faulty(headers=headers)]
    assert try_download(models_dir) is None


def test_the_md5_that_came_with_the_beginning_is_checked_at_the_end(server, models_dir):
    wrong = base64.b64encode(bytes(16)).decode()
    server.plans[WEIGHTS_FILE] = [faulty(cut=HALF, headers={"Content-MD5": wrong})]
    assert f"the server announced the MD5 {wrong}, found" in try_download(models_dir)
    assert server.ranges() == [None, REST]
