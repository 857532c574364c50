"""JupyterLab on a copy of the repository: start it, ask it, look into its kernels, and end it.

What a test does there changes no notebook and no result of the reader's: repository, results, settings and workspaces
lie in a folder of their own.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import requests

from helpers import REPO

SECONDS_TO_START = 60
WITHOUT_DISTURBANCE = {  # settings of JupyterLab by file name; "none" lets all cells be on the page at once
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True},
    "notebook-extension/tracker": {"windowingMode": "none"},
}


def copy_of_repository(folder):
    """Copy what git tracks or would track; where there is no git, all but what a run makes."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=REPO, capture_output=True
    )
    if listed.returncode:
        ignored = shutil.ignore_patterns(".git", ".venv", "outputs", "_build", "__pycache__", "model.converted.*")
        return Path(shutil.copytree(REPO, folder, ignore=ignored))
    for name in filter(None, os.fsdecode(listed.stdout).split("\0")):
        if (REPO / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(REPO / name, folder / name)
    return folder


class Lab:
    """A running JupyterLab.

    Attributes:
        root: the copy of the repository, which it serves as ``make lab`` does.
        outputs: where its notebooks write their results, empty at first.
        environment: the variables that its kernels see.
        address: of its pages, without a slash at the end.
    """

    def __init__(self, folder):
        self.folder, self.token = folder, secrets.token_hex(16)
        self.root, self.outputs = copy_of_repository(folder / "series"), folder / "outputs"
        self.settings, self.log = folder / "settings", folder / "jupyter.log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.choose_theme("light")

    def choose_theme(self, theme):
        """``"light"`` or ``"dark"``, for pages that are opened from now on."""
        themes = {"apputils-extension/themes": {"theme": f"JupyterLab {theme.capitalize()}"}}
        for name, values in {**WITHOUT_DISTURBANCE, **themes}.items():
            path = self.settings / "@jupyterlab" / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values), encoding="utf-8")

    def start(self):
        """Start it, and wait until it answers.

        Raises:
            RuntimeError: with the end of its log, if it ends or does not answer in time.
        """
        places = {"JUPYTERLAB_SETTINGS_DIR": self.settings, "OUTPUTS_DIR": self.outputs}
        for name in ("JUPYTERLAB_WORKSPACES_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
            places[name] = self.folder / name.lower()
        # With several threads, a model this small is many times slower on a machine that is busy.
        self.environment = {"OMP_NUM_THREADS": "1", **os.environ, **{name: str(path) for name, path in places.items()}}
        command = [
            sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.root_dir={self.root}", f"--port={self.port}", "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={self.token}",
        ]  # fmt: skip
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                command, cwd=self.root, env=self.environment, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT,
            )  # fmt: skip
        end = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < end and self.process.poll() is None:
            try:
                return self.ask("GET", "status")
            except requests.ConnectionError:
                time.sleep(0.2)
        self.stop()
        log = self.log.read_text(encoding="utf-8", errors="replace")
        raise RuntimeError(f"JupyterLab did not answer at {self.address} in {SECONDS_TO_START} s:\n{log[-3000:]}")

    def ask(self, method, subject, **content):
        """Call the server's REST interface; return what it answers, or None for an empty answer."""
        headers = {"Authorization": f"token {self.token}"}
        response = requests.request(
            method, f"{self.address}/api/{subject}", headers=headers, json=content or None, timeout=30
        )
        response.raise_for_status()
        return response.json() if response.content else None

    def start_kernel(self, notebook, folder):
        """Start a kernel for a notebook in another folder than the notebook's own; its page will find it there.

        VS Code does so if `jupyter.notebookFileRoot` names the folder that was opened.
        """
        inside = os.path.relpath(folder, self.root)
        kernel = self.ask("POST", "kernels", name="python3", path=Path(inside, "any file").as_posix())
        self.ask(
            "POST", "sessions", path=f"notebooks/{notebook}", name=notebook, type="notebook",
            kernel={"id": kernel["id"]},
        )  # fmt: skip

    def state_of_kernel(self, notebook):
        """``"busy"``, ``"idle"``, ``"starting"`` ..., or None if the notebook has no kernel."""
        states = {session["path"]: session["kernel"]["execution_state"] for session in self.ask("GET", "sessions")}
        return states.get(f"notebooks/{notebook}")

    def wait_until_idle(self, notebook, seconds=240):
        """Wait until the kernel of a notebook has nothing left to do.

        Raises:
            TimeoutError: if it still works after that time.
        """
        end = time.monotonic() + seconds
        while self.state_of_kernel(notebook) != "idle":
            if time.monotonic() > end:
                raise TimeoutError(f"The kernel of {notebook} is {self.state_of_kernel(notebook)} after {seconds} s.")
            time.sleep(0.5)

    def end_kernels(self):
        for session in self.ask("GET", "sessions"):
            self.ask("DELETE", f"sessions/{session['id']}")

    def stop(self):
        """End it and its kernels."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)  # then it ends its kernels itself
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@contextmanager
def running_lab(folder):
    """A :class:`Lab` for a ``with`` statement."""
    lab = Lab(folder)
    lab.start()
    try:
        yield lab
    finally:
        try:
            lab.end_kernels()
        finally:
            lab.stop()
