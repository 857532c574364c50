"""A download that can be continued: over HTTP, from servers and through networks that fail.

    md5 = fetch("https://example.org/weights.bin", Path("weights.bin.part"), expected_size=1_419_292_672)

brings the file or continues the part that an earlier try left; where the part came from stands beside it, in
``weights.bin.part.json``. The room does not know what is downloaded, whether its content is right, which other address
there may be, or what the file will be called.

It needs nothing of urllib3 that is newer than 1.26.
"""

import base64
import json
import os
import re
import time

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, MaxRetryError, ProtocolError, ReadTimeoutError
from urllib3.util import Retry

from gpt.addresses import digits_of, errors_without_secrets, has_secrets, keep_secrets_out_of_the_log, without_secrets
from gpt.files import md5_of, remove_left_overs, write_atomically
from gpt.notebook_outputs import progress_bar

CHUNK_BYTES = 1024 * 1024
OVERLAP_BYTES = 64 * 1024  # asked for once more where nothing else tells that the server still has the same file
TIMEOUT_SECONDS = (10, 30)  # to connect, and without a single byte
RETRIES = 5  # in a row that brought nothing new, until the next address is tried
BACKOFF_SECONDS = 1  # before the second try, twice as long before each later one ...
LONGEST_WAIT_SECONDS = 30  # ... but not longer than this, even if a server asks for it

# What fetch raises; those of requests are OSErrors, those of urllib3 are HTTPErrors.
FETCH_ERRORS = (OSError, HTTPError)


def fetch(source, part, expected_size, token=None):
    """Copy a local file or a web address to ``part``.

    Args:
        source: an address that begins with http:// or https://, or the path of a file.
        part: where to, a ``Path``. If it is the part of an earlier try, it is continued.
        expected_size: bytes of the whole file, or None if that is not known; then a part is never continued.
        token: what the reader is known by, sent to the host of the address and to no other that it refers to.

    Returns:
        The MD5 that the file shall have, in base64, or None if nobody told.

    Raises:
        FETCH_ERRORS: those of the system, of requests and of urllib3; or if the answer cannot be the file. No secret of
            an address is in them. Call :func:`discard_useless` then: it leaves what another try can continue.
    """
    if not re.match(r"https?://", source):
        if "://" in source:
            raise OSError("expected a folder, or an address that begins with http:// or https://")
        with open(source, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            _require_size(size, expected_size)
            discard(part)
            _write_part(iter(lambda: file.read(CHUNK_BYTES), b""), part, 0, size)
        return None
    with errors_without_secrets(FETCH_ERRORS, source):
        return _fetch_from_the_web(source, part, expected_size, token)


def _fetch_from_the_web(source, part, expected_size, token):
    most = at_first = bytes_to_continue(part, expected_size)
    failures = 0
    with _session() as session:
        while True:
            wait = 0
            try:
                return _receive(session, source, part, expected_size, token)
            except _PartDoesNotFit:
                discard(part)
            except (requests.ConnectionError, requests.Timeout, ProtocolError, ReadTimeoutError) as error:
                size = bytes_to_continue(part, expected_size)
                failures = 1 if size > most else failures + 1
                most = max(most, size)
                if failures > _allowed_failures(error, has_received=most > at_first):
                    raise
                wait = min(BACKOFF_SECONDS * 2 ** (failures - 1), LONGEST_WAIT_SECONDS)
                print(f"{part.stem}: the connection broke off after {size:,} bytes, next try in {wait} s.")
            time.sleep(wait)  # out here, so that Ctrl-C does not show the error, which quotes the address


def announced_size(source):
    """Bytes of the file at a web address, as far as its server says so without sending it; None if it does not."""
    headers = {"Accept-Encoding": "identity"}
    try:
        with _session() as session:
            response = session.head(source, timeout=TIMEOUT_SECONDS, allow_redirects=True, headers=headers)
    except FETCH_ERRORS:
        return None  # fetch meets the same problem, and tells it
    length = response.headers.get("Content-Length", "")
    is_certain = response.status_code == 200 and length.isdecimal() and not _is_compressed(response)
    return int(length) or None if is_certain else None


def ask_about(source, token=None):
    """Status and headers of a server's answer to a HEAD request; where it refers to another address, that is not asked.

    Raises:
        FETCH_ERRORS: as :func:`fetch`.
    """
    with errors_without_secrets(FETCH_ERRORS, source), _session() as session:
        response = session.head(
            source, timeout=TIMEOUT_SECONDS, allow_redirects=False, auth=_signature(token),
            headers={"Accept-Encoding": "identity"},
        )  # fmt: skip
    return response.status_code, response.headers


def _signature(token):
    """A function that puts a token on a request; requests takes it off again when it is sent on to another host."""

    def sign(request):
        request.headers["Authorization"] = f"Bearer {token}"
        return request

    return sign if token else None


class _PartDoesNotFit(Exception):
    """The file at an address does not continue the part that is here."""


# ---- trying again -----------------------------------------------------------------------------------------------


class _BoundedRetry(Retry):
    """Tries again as urllib3 does, but never waits longer than LONGEST_WAIT_SECONDS.

    urllib3 can be told so itself from 2.0 (``backoff_max``) and 2.6.3 (``retry_after_max``) on.
    """

    def get_backoff_time(self):
        return min(super().get_backoff_time(), LONGEST_WAIT_SECONDS)

    def get_retry_after(self, response):
        seconds = super().get_retry_after(response)
        return None if seconds is None else min(seconds, LONGEST_WAIT_SECONDS)


def _session():
    """A connection that tries again by itself until an answer begins; proxies are those of the environment.

    Certificates are always checked: against the bundle that REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE or SSL_CERT_FILE names,
    else against those that come with requests.
    """
    keep_secrets_out_of_the_log()
    retry = _BoundedRetry(
        total=RETRIES,
        connect=1,
        read=False,  # no answer within the timeout: counted in fetch
        other=0,
        status_forcelist=(429, 500, 502, 503, 504),
        raise_on_status=False,
        backoff_factor=BACKOFF_SECONDS,
    )
    session = requests.Session()
    session.mount("http://", HTTPAdapter(max_retries=retry))
    session.mount("https://", HTTPAdapter(max_retries=retry))
    session.verify = os.environ.get("SSL_CERT_FILE") or True  # the other two come first, and requests reads them
    return session


def _allowed_failures(error, has_received):
    """How many failures of this kind in a row an address is granted."""
    if error.args and isinstance(error.args[0], MaxRetryError):  # urllib3 has tried to connect more than once
        return RETRIES if has_received else 0
    if isinstance(error, (requests.Timeout, ReadTimeoutError)):
        return 1  # a server that stalls twice will stall again, and each time costs the reader a whole timeout
    return RETRIES


# ---- one request ------------------------------------------------------------------------------------------------


def _receive(session, source, part, expected_size, token=None):
    """Ask a web address for what ``part`` lacks and write it there; return the MD5 that the file shall have, or None.

    A part is continued where it ends if it came from this address and the server's ETag is still the same. Otherwise,
    from another mirror for one, its last bytes are asked for once more, and must be the same.

    Raises:
        _PartDoesNotFit: if the part has to be thrown away.
        FETCH_ERRORS: as :func:`fetch`.
    """
    size = bytes_to_continue(part, expected_size)
    note = _read_note(part) if size else {}
    if size and size == expected_size:
        return note["md5"]
    kept_as = without_secrets(source) + (f" ({digits_of(source)})" if has_secrets(source) else "")
    etag = note.get("etag") if note.get("source") == kept_as else None
    start = size if etag else max(0, size - OVERLAP_BYTES)
    # "identity": of a body that is compressed on the way, neither length nor ranges are those of the file.
    headers = {"Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    if start and etag:
        headers["If-Range"] = etag
    auth = _signature(token)
    with session.get(source, stream=True, timeout=TIMEOUT_SECONDS, headers=headers, auth=auth) as response:
        start = _first_byte(response, start, expected_size, etag)
        if start:  # Content-MD5 would be that of the range; Azure sends that of the whole file beside it
            md5 = response.headers.get("x-ms-blob-content-md5", note["md5"])
        else:
            md5 = None if _is_compressed(response) else response.headers.get("Content-MD5")
            discard(part)
        if expected_size is not None:
            etag = response.headers.get("ETag", "")
            # A weak ETag (W/...) does not promise the same bytes, and the overlap has not been compared yet.
            is_certain = etag.startswith('"') and start in (0, size)
            _write_note(part, {"source": kept_as, "etag": etag if is_certain else None, "md5": md5})
        _write_part(_chunks_of(response), part, start, expected_size or response.raw.length_remaining)
        return md5


def _first_byte(response, start, expected_size, etag):
    """Return where in the file an answer begins: at ``start``, which it was asked for, or 0 if it is the whole file.

    Raises:
        _PartDoesNotFit, OSError: as :func:`_receive`.
    """
    if start and response.status_code in (206, 416):
        wanted_range = f"bytes {start}-{expected_size - 1}/{expected_size}"
        is_changed = etag and response.headers.get("ETag", etag) != etag
        if response.headers.get("Content-Range") != wanted_range or is_changed or _is_compressed(response):
            raise _PartDoesNotFit
    elif response.status_code == 200:
        start = 0
    else:
        response.raise_for_status()
        raise OSError(f"unexpected answer {response.status_code} {response.reason}")
    if response.headers.get("Content-Type", "").startswith("text/html"):
        raise OSError("the server sent a web page instead of the file")
    announced = response.raw.length_remaining  # Content-Length
    if announced is not None and not _is_compressed(response):
        _require_size(start + announced, expected_size)
    return start


def _chunks_of(response):
    """Yield the body as it comes in: requests' iter_content would lose the chunk in which a connection breaks.

    Raises:
        urllib3.exceptions.HTTPError: if the connection breaks, also if it is closed before the announced end.
    """
    raw = response.raw
    missing = None if _is_compressed(response) else raw.length_remaining
    while chunk := _read_some(response):
        if missing is not None:
            missing -= len(chunk)
        yield chunk
    if missing:  # with urllib3 1.26 nothing else tells
        raise ProtocolError(f"Connection broken: IncompleteRead, {missing:,} more bytes expected")


def _read_some(response):
    """What has come in of a body, at most a chunk; b"" at its end."""
    raw = response.raw
    if hasattr(raw, "read1"):
        return raw.read1(CHUNK_BYTES, decode_content=True)
    # urllib3 before 2.2 has no read1. It is put together here from two internals of those releases, which will not
    # change any more. A body that is compressed is never continued, so there it does no harm to lose a chunk.
    if _is_compressed(response):
        return raw.read(CHUNK_BYTES, decode_content=True)
    with raw._error_catcher():
        return raw._fp.read1(CHUNK_BYTES)


def _is_compressed(response):
    return response.headers.get("Content-Encoding", "identity") != "identity"


def _require_size(size, expected_size):
    if expected_size not in (None, size):
        raise OSError(f"expected {expected_size:,} bytes, found {size:,}")


# ---- the part ---------------------------------------------------------------------------------------------------


def _write_part(chunks, part, start, total):
    """Write the chunks to ``part`` from byte ``start`` on, with a progress bar; what is there already must agree."""
    with (
        open(part, "r+b" if start else "w+b") as file,
        progress_bar(total=total or None, initial=start, unit="iB", unit_scale=True, desc=part.stem) as bar,
    ):
        file.seek(start)
        for chunk in chunks:
            present = file.read(len(chunk))
            if present != chunk[: len(present)]:
                raise _PartDoesNotFit
            file.write(chunk[len(present) :])
            bar.update(len(chunk))
        file.flush()
        os.fsync(file.fileno())


def bytes_to_continue(part, expected_size):
    """Number of bytes of a part that a download can continue: none of one without note, or larger than the file."""
    size = part.stat().st_size if part.exists() and _read_note(part) else 0
    return size if expected_size is not None and size <= expected_size else 0


def discard(part):
    """Remove a part and its note."""
    note = _note_of(part)
    for path in (part, note):
        path.unlink(missing_ok=True)
    remove_left_overs(note)


def discard_useless(part, expected_size):
    """Remove a part that no download can continue."""
    if not bytes_to_continue(part, expected_size):
        discard(part)


def find_md5_problem(path, md5):
    """Tell if a file has not the MD5 that :func:`fetch` returned, in base64 or None."""
    found = None if md5 is None else base64.b64encode(md5_of(path)).decode("ascii")
    return None if found == md5 else f"the server announced the MD5 {md5}, found {found}"


def _note_of(part):
    return part.with_name(f"{part.name}.json")


def _read_note(part):
    """Where a part came from, without secrets, ``{"source": ..., "etag": ..., "md5": ...}``; ``{}`` if none."""
    try:
        note = json.loads(_note_of(part).read_text(encoding="utf-8"))
        return note if {"source", "etag", "md5"} == set(note) else {}
    except (OSError, ValueError, TypeError):
        return {}


def _write_note(part, note):
    if note != _read_note(part):
        write_atomically(_note_of(part), json.dumps(note).encode("utf-8"))
