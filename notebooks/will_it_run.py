"""Print what the series needs with the chosen model and what this machine has, as notebook 01 shows it.

    python notebooks/will_it_run.py

It takes some seconds and downloads nothing. Who reports a problem is asked for its output.
"""

import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from notebook_setup import choose_device, choose_model, plan_ahead  # noqa: E402

PACKAGES = ("torch", "numpy", "tensorflow", "tiktoken", "safetensors", "requests", "urllib3")


def installed(package):
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"no {package}"


if __name__ == "__main__":
    print(f"{platform.system()} {platform.release()} ({platform.machine()}), Python {platform.python_version()}")
    print(", ".join(map(installed, PACKAGES)))
    device = choose_device()
    print(plan_ahead(choose_model(device), device).page())
