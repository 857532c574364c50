"""The first hour of a stranger: what a new reader does, from a fresh clone, in an awkward place and without a network.

    python3 tests/first_run.py                                  make run, twice, and make test
    python3 tests/first_run.py --steps run run test browser     the notebooks in a browser, too; .ci/run does this

The clone lies in a folder with a space and a letter that is not ASCII. The installation needs a network, and nothing
after it has one: the commands run in a network of their own that ends at this machine (Linux, ``unshare``). There the
folder with the data is read-only, too. Then come ``make run``, which runs all notebooks, ``make run`` once more, and
``make test``. In the end, no file that git knows may have changed. (``make browser`` needs a Chromium that is
installed; its pictures are brought to ``tests/browser/screenshots`` of this clone.)

Needs the rights of the superuser, or ``sudo`` that asks nothing. Elsewhere (macOS, containers that do not allow it)
the network is only closed to what asks for proxies, and the data can be written: the first lines say so.
"""

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
PLACE = "a séries"
# What tests install into folders of their own; fetched beforehand, so that they can do it without a network.
FETCHED_BEFORE = ("tests/download/oldest-requirements.txt", "tests/export/oldest-transformers.txt")
CLOSED_IN = """
set -e
ip link set lo up
mount --bind data data
mount -o remount,ro,bind data
exec "$@"
"""
DEAD_PROXY = "http://127.0.0.1:9"
STEPS = {
    "run": ["make", "run"],
    "test": ["make", "test"],
    "browser": ["make", "browser"],
}


def closed_in():
    """What to put before a command so that it finds neither a network nor data that it could change; None if unknown.

    The command itself runs as the user who calls this.
    """
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    superuser = [] if is_root else ["sudo", "--non-interactive", "--preserve-env", "env", f"PATH={os.environ['PATH']}"]
    user = [] if is_root else ["setpriv", f"--reuid={os.getuid()}", f"--regid={os.getgid()}", "--init-groups"]
    prefix = [*superuser, "unshare", "--net", "--mount", "--", "bash", "-c", CLOSED_IN, "closed-in", *user]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "data").mkdir()
        try:
            done = subprocess.run([*prefix, "touch", "data/file"], cwd=folder, capture_output=True, text=True)
        except OSError as error:
            print(f"No network of its own here ({error}).", flush=True)
            return None
    if "Read-only file system" in done.stderr:
        return prefix
    print(f"No network of its own here ({done.stderr.strip()}).", flush=True)
    return None


def run(command, cwd, prefix=(), **changes):
    """Run a command, pass its output on, and return the minutes it took. It ends the program if it fails."""
    print(f"\n$ {shlex.join(command)}", flush=True)
    start = time.monotonic()
    done = subprocess.run([*prefix, *command], cwd=cwd, stdin=subprocess.DEVNULL, env={**os.environ, **changes})
    minutes = (time.monotonic() - start) / 60
    if done.returncode:
        sys.exit(f"`{shlex.join(command)}` ended with status {done.returncode} after {minutes:.1f} minutes.")
    return minutes


def install(series, wheels, steps):
    """Set up everything that later steps need, and fetch the packages that tests install; return the minutes."""
    minutes = run(["make", ".venv/installed-browser" if "browser" in steps else ".venv/installed-tests"], series)
    files = [part for name in FETCHED_BEFORE for part in ("-r", name)]
    download = [".venv/bin/python", "-m", "pip", "download", "--quiet", "--no-deps", "-d", str(wheels)]
    return minutes + run([*download, *files], series)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", nargs="+", choices=STEPS, default=["run", "run", "test"])
    steps = parser.parse_args().steps
    prefix = closed_in()
    if prefix is None:
        print("The network is closed to what asks for proxies only, and the data can be written.", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="first-run-"))
    series, wheels = folder / PLACE / "series", folder / "wheels"
    try:
        subprocess.run(["git", "clone", "--quiet", str(REPO), str(series)], check=True)
        times = [("installation", install(series, wheels, steps))]
        offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}
        if prefix is None:
            offline |= {name: DEAD_PROXY for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")}
        for step in steps:
            times.append((shlex.join(STEPS[step]), run(STEPS[step], series, prefix or (), **offline)))
        changed = subprocess.check_output(["git", "status", "--porcelain"], cwd=series, text=True)
        if changed:
            sys.exit(f"Files that git knows, or should ignore, have changed:\n{changed}")
    finally:
        pictures = Path("tests", "browser", "screenshots")
        if (series / pictures).exists():
            shutil.copytree(series / pictures, REPO / pictures, dirs_exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
    print("\nThe first run of a stranger, in minutes:")
    for step, minutes in times:
        print(f"  {step:<14}{minutes:5.1f}")


if __name__ == "__main__":
    main()
