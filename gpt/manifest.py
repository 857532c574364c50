"""What the files of a folder were like when they were found right: so that a change is noticed without a network.

A file whose size and time of change are those of the manifest need not be read again.

    record(folder, ["vocab.bpe"])
    recorded = read_manifest(folder).get("vocab.bpe", {})
    digest_of(folder / "vocab.bpe", recorded)      # only looked up, as long as the file is the same

Which files there should be, and whether they are right, the room does not know.
"""

import json
import os
from contextlib import suppress

from gpt.files import sha256_of, write_atomically

MANIFEST_FILE = "manifest.json"


def read_manifest(folder):
    """``{name: {"bytes": ..., "sha256": ..., "mtime_ns": ...}}``, empty if there is no manifest that can be read."""
    try:
        manifest = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        return {name: entry for name, entry in manifest.items() if {"bytes", "sha256", "mtime_ns"} == set(entry)}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def digest_of(path, recorded):
    """SHA-256 of a file: the recorded one, if size and time of change are still those of the manifest's entry."""
    return recorded["sha256"] if _is_unchanged(path, recorded) else sha256_of(path)


def record(folder, names):
    """Write down what files that were found right are like, if the manifest does not know it yet."""
    manifest = read_manifest(folder)
    changed = [name for name in names if not _is_unchanged(folder / name, manifest.get(name, {}))]
    if not changed or not os.access(folder, os.W_OK):
        return
    with suppress(OSError):  # a full disk, for one: the files are right all the same
        for name in changed:
            state = (folder / name).stat()
            digest = sha256_of(folder / name)
            manifest[name] = {"bytes": state.st_size, "sha256": digest, "mtime_ns": state.st_mtime_ns}
        write_atomically(folder / MANIFEST_FILE, json.dumps(manifest, indent=1).encode("utf-8"))


def _is_unchanged(path, recorded):
    state = path.stat()
    return (state.st_size, state.st_mtime_ns) == (recorded.get("bytes"), recorded.get("mtime_ns"))
