"""The scripts of the book lie in site/, which is no package: Python has a module of that name."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "site"))
