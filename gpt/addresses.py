"""Addresses without their secrets: for whatever is printed, raised or kept in a file.

An address can hold a user's name and password, or a signature that opens a file to everybody who has it. What requests
and urllib3 say when something fails quotes addresses whole, proxies' too.

    without_secrets("https://me:password@example.org/data.csv?signature=abc#top")  # https://example.org/data.csv
"""

import base64
import hashlib
import logging
import re
from contextlib import contextmanager
from urllib.parse import quote, unquote, urlsplit
from urllib.request import getproxies

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/+")  # one slash is left if somebody took the address for a path
_IN_TEXT = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/+[^\s'\"<>()?#]*([?#]\S*)?")
# urllib3 quotes the path alone: "with url: /data.csv?signature=abc".
_QUERY_IN_TEXT = re.compile(r"(/[^\s?'\"<>()]*)\?\S+")
_USER_IN_TEXT = re.compile(r"[^\s/'\"<>()@]+@(?=[\w\[])")
FEWEST_CHARACTERS = 8  # of what is taken out of a text wherever it stands; shorter words stand in any text


def without_secrets(address):
    """An address without user, password, query and fragment; anything else, such as a path, as it is.

    If a host and its port cannot be told from a password, only the scheme is left.
    """
    text = str(address)
    scheme = _SCHEME.match(text)
    return scheme[0] + _host_and_path(text[scheme.end() :]) if scheme else text


def _host_and_path(rest):
    place, path = re.match(r"([^/?#]*)([^?#]*)", rest, re.DOTALL).groups()
    host = place.rpartition("@")[2]
    if not re.fullmatch(r"(\[[^\]]*\]|[^:\[\]]*)(:\d*)?", host):
        return "..."
    return host + path


def has_secrets(address):
    """Whether an address holds more than :func:`without_secrets` leaves of it."""
    return without_secrets(address) != str(address)


def digits_of(address):
    """Eight digits that stand for an address in the name of a file. User and password do not count for them."""
    scheme, text = _SCHEME.match(address), address
    if scheme:
        place, rest = re.match(r"([^/?#]*)(.*)", address[scheme.end() :], re.DOTALL).groups()
        text = scheme[0] + place.rpartition("@")[2] + rest
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def text_without_secrets(text, *addresses):
    """What somebody else has said, an error of requests for one, without the secrets of any address in it.

    Args:
        addresses: those that were asked, whose parts may stand alone in the text.
    """
    text = str(text)
    secrets = {secret for address in (*addresses, *getproxies().values()) for secret in _secrets_of(str(address))}
    for secret in sorted(secrets, key=len, reverse=True):  # first: the patterns below know only usual places
        text = text.replace(secret, "...")
    text = _IN_TEXT.sub(lambda found: without_secrets(found[0]), text)
    return _USER_IN_TEXT.sub("", _QUERY_IN_TEXT.sub(r"\1", text))


def _secrets_of(address):
    """The parts of an address that are secret, in every form in which they may be quoted."""
    if has_secrets(address) and without_secrets(address).endswith("/..."):  # host and password cannot be told apart
        rest = address[_SCHEME.match(address).end() :]
        return {rest, *filter(None, re.split("[/?#]", rest)[:1])}
    try:
        parts = urlsplit(address)
    except ValueError:  # of a host in brackets that are not closed
        return set()
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    basic = f"{unquote(user)}:{unquote(password)}".encode("utf-8", "surrogatepass")  # as it is sent
    found = [user, parts.query, parts.fragment, *(pair.partition("=")[2] for pair in re.split("[&;]", parts.query))]
    found = {each for each in found if len(each) >= FEWEST_CHARACTERS} | ({password} if len(password) > 3 else set())
    found |= {base64.b64encode(basic).decode("ascii")} if len(basic) > 1 else set()
    return found | {unquote(each) for each in found} | {quote(each, safe="", errors="replace") for each in found}


@contextmanager
def errors_without_secrets(kinds, *addresses):
    """Let errors of these kinds out only without the secrets of any address, and without those that caused them."""
    found = None
    try:
        yield
    except kinds as error:
        found, text = error, str(error)
        clean = text_without_secrets(text, *addresses)
        if clean != text or error.__cause__ or error.__context__:
            error.__cause__ = error.__context__ = None
        if clean != text:
            error.args = (clean,)
    if found is not None:
        raise found from None


class _LogWithoutSecrets(logging.Filter):
    """urllib3 logs each address that it tries again; where logging is set up, as on Colab, that is printed."""

    def filter(self, record):
        record.msg, record.args = text_without_secrets(record.getMessage()), ()
        return True


def keep_secrets_out_of_the_log():
    """Let urllib3's warnings go out without secrets, from now on."""
    for name in ("urllib3.connectionpool", "urllib3.util.retry"):
        logger = logging.getLogger(name)
        if not any(isinstance(each, _LogWithoutSecrets) for each in logger.filters):
            logger.addFilter(_LogWithoutSecrets())
