"""Several processes at once, and the end of one."""

import io
import os
import random
import signal
import threading
import time

import pytest
from tqdm import tqdm

import gpt_download
from downloads import (
    HALF,
    NOTE,
    PART,
    REST,
    WEIGHTS,
    bytes_of,
    can_fork,
    fetch,
    names_in,
    result_of,
    start,
    try_download,
    wait_until,
)
from fault_server import NAMES, SIZE, FaultServer, faulty, serve, small_files
from gpt import fetching
from gpt_download import WEIGHTS_FILE, download_files


@can_fork
def test_two_processes_at_once_fetch_everything_once(server, models_dir):
    server.seconds_per_piece = 0.002
    children = [start(lambda: fetch(models_dir)) for _ in range(2)]
    assert [result_of(*child) for child in children] == [None, None]
    assert [entry["name"] for entry in server.log] == list(NAMES)
    assert try_download(models_dir) is None


def test_two_threads_at_once_fetch_everything_once(server, models_dir, capsys):
    server.seconds_per_piece = 0.002
    threads = [threading.Thread(target=fetch, args=(models_dir,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [entry["name"] for entry in server.log] == list(NAMES)
    assert capsys.readouterr().out == f"Another process is at work in {models_dir / SIZE}: waiting for it.\n"
    assert try_download(models_dir) is None


@can_fork
def test_one_that_waits_goes_on_when_the_other_is_killed(server, models_dir):
    server.plans[WEIGHTS_FILE] = [faulty(cut=HALF, ending="stall")]
    part = models_dir / SIZE / PART
    first, receiver = start(lambda: fetch(models_dir))
    wait_until(lambda: bytes_of(part) >= HALF - io.DEFAULT_BUFFER_SIZE)
    second = start(lambda: fetch(models_dir))
    os.kill(first, signal.SIGKILL)
    os.waitpid(first, 0)
    os.close(receiver)
    assert result_of(*second) is None
    assert len(server.ranges()) == 2 and server.ranges()[1]
    assert server.bytes_sent() <= len(WEIGHTS) + io.DEFAULT_BUFFER_SIZE
    assert try_download(models_dir) is None


@can_fork
def test_killed_at_random_moments_it_never_fetches_again_what_is_there(models_dir, monkeypatch):
    files = small_files(n_vocab=16_000, n_embd=128)  # 10 MB
    whole, chance = len(files[WEIGHTS_FILE]), random.Random(7)
    part, there = models_dir / SIZE / PART, 0
    monkeypatch.setattr(fetching, "TIMEOUT_SECONDS", (10, 10))
    with FaultServer(files, seconds_per_piece=0.002) as server:
        monkeypatch.setattr(gpt_download, "BASE_URLS", (server.url,))
        for _ in range(24):
            server.log.clear()
            child, receiver = start(lambda: fetch(models_dir))
            if chance.random() < 0.5:  # as soon as there is a little more
                enough = there + chance.randrange(whole // 30)
                wait_until(lambda enough=enough: bytes_of(part) >= enough)
            else:  # at any time, often before the first byte
                time.sleep(chance.uniform(0, 0.06))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(receiver)
            assert server.ranges() in ([], [f"bytes={there}-" if there else None])
            assert there <= bytes_of(part) < whole
            there = bytes_of(part)
            assert not there or files[WEIGHTS_FILE].startswith(part.read_bytes())
        assert there > 0
        server.log.clear()
        assert try_download(models_dir, files) is None
        assert server.bytes_sent() == whole - there


@can_fork
def test_a_child_that_is_killed_at_its_progress_bar_leaves_the_bars_of_others_alone(tmp_path):
    shared = tqdm.get_lock()  # of processes and threads: a fork shares it

    def hold_the_lock():
        tqdm.get_lock().acquire()
        (tmp_path / "held").touch()
        time.sleep(60)

    child, receiver = start(hold_the_lock)
    wait_until((tmp_path / "held").exists)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(receiver)
    for lock in shared.locks:
        assert lock.acquire(timeout=5)
        lock.release()


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="this system has other signals")
def test_an_interrupt_by_the_user_keeps_the_part(server, models_dir):
    def cut_and_interrupt(handler, content):
        serve(handler, content, cut=HALF)
        wait_until(lambda: bytes_of(models_dir / SIZE / PART) >= HALF - io.DEFAULT_BUFFER_SIZE)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        handler.server.stopped.wait(1)

    server.plans[WEIGHTS_FILE] = [cut_and_interrupt]
    with pytest.raises(KeyboardInterrupt):
        download_files(SIZE, models_dir, NAMES)
    assert set(names_in(models_dir / SIZE)) == {NAMES[0], PART, NOTE}
    assert try_download(models_dir) is None
    assert server.ranges() == [None, REST]
