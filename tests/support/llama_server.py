"""llama.cpp's server, started by a script of ours in a process of its own; it ends with the tests, whatever happens.

    server, address = serve("serve_judge.py", "--context", "2048")
    end(server)
"""

import os
import re
import subprocess
import sys
import threading
from collections import deque
from importlib.util import find_spec

import pytest

from helpers import REPO

SECONDS_TO_LOAD = 60

# Should the tests themselves be killed, their end of the pipe closes, and the server does not stay behind.
SERVING = """
import os, runpy, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(1)), daemon=True).start()
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def require_packages(*packages):
    """Skip a test if these packages of notebooks/judge-requirements.txt are not there; in CI, let it fail."""
    missing = [name for name in packages if find_spec(name) is None]
    if missing:
        advice = "python -m pip install --no-deps -r notebooks/judge-requirements.txt"
        reason = f"not installed: {', '.join(missing)}; {advice}"
        if os.environ.get("CI") or os.environ.get("REQUIRE_ALL_TESTS"):
            pytest.fail(reason)
        pytest.skip(reason)


def serve(script, *arguments):
    """Start a script of notebooks/ that serves a model; return the process and its address."""
    command = [sys.executable, "-c", SERVING, REPO / "notebooks" / script, "--port", "0", *arguments]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(command, env=environment, text=True, **pipes)
    limit = threading.Timer(SECONDS_TO_LOAD, server.kill)
    limit.start()
    lines = []
    for line in server.stdout:  # it ends when the server ends
        lines.append(line)
        if found := re.search(r"http://[^\s/]+", line):
            break
    limit.cancel()
    if not lines or not found:
        end(server)
        pytest.fail(f"expected the server's address within {SECONDS_TO_LOAD} seconds, found {lines}")
    threading.Thread(target=deque, args=(server.stdout, 0), daemon=True).start()  # a full pipe would stop it
    return server, found[0]


def end(server):
    server.kill()
    server.wait()
    server.stdin.close()
    server.stdout.close()
