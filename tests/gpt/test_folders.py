"""One process at a time is at work in a folder, and the file that it is told by stays."""

import os
import threading

import pytest
from filelock import FileLock, Timeout

from gpt.folders import LOCK_FILE, DownloadError, only_process_in


@pytest.mark.skipif(os.name == "nt", reason="Windows lets nobody remove a file that another one has open")
def test_the_lock_s_file_stays_so_that_all_who_wait_lock_the_same_one(tmp_path):
    """A process that opened the file before it was removed would hold another lock than one that comes later."""
    with only_process_in(tmp_path):
        first = os.stat(tmp_path / LOCK_FILE).st_ino
    with only_process_in(tmp_path):
        assert os.stat(tmp_path / LOCK_FILE).st_ino == first
        with pytest.raises(Timeout):
            FileLock(tmp_path / LOCK_FILE, thread_local=False, timeout=0).acquire()
    assert os.listdir(tmp_path) == [LOCK_FILE]


def test_a_new_folder_that_nothing_was_put_into_is_removed(tmp_path):
    with pytest.raises(RuntimeError), only_process_in(tmp_path / "models" / "355M"):
        raise RuntimeError
    assert os.listdir(tmp_path) == []


def test_a_new_folder_that_something_was_put_into_stays(tmp_path):
    with only_process_in(tmp_path / "models"):
        (tmp_path / "models" / "vocab.bpe").touch()
    assert "vocab.bpe" in os.listdir(tmp_path / "models")


def test_many_that_come_and_go_are_at_work_one_after_the_other(tmp_path, capsys):
    """Each makes the folder anew if the one before has removed it: nobody is turned away, and no two are inside."""
    inside, most, errors = [], [], []

    def come_and_go():
        try:
            for _ in range(30):
                with only_process_in(tmp_path / "models"):
                    inside.append(None)
                    most.append(len(inside))
                    inside.pop()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=come_and_go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == [] and len(most) == 120 and max(most) == 1


@pytest.mark.parametrize("error", [FileExistsError, FileNotFoundError])
def test_a_folder_that_another_one_removes_meanwhile_is_made_again(tmp_path, monkeypatch, error):
    """``mkdir`` raises FileExistsError if the folder was there, and is gone when it looks whether that is a folder."""
    mkdir, raised = type(tmp_path).mkdir, []

    def mkdir_in_a_race(path, **options):
        if not raised:
            raised.append(path)
            raise error(path)
        mkdir(path, **options)

    monkeypatch.setattr(type(tmp_path), "mkdir", mkdir_in_a_race)
    with only_process_in(tmp_path / "models"):
        assert (tmp_path / "models").is_dir() and raised


def test_a_file_in_the_place_of_the_folder_is_refused_at_once(tmp_path):
    (tmp_path / "models").touch()
    with pytest.raises(DownloadError, match="Cannot write to .*models"), only_process_in(tmp_path / "models"):
        pass
