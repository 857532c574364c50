"""Read the pages of the book as a browser would: where do the links lead, and what would have to be fetched?"""

import re
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

# What a browser fetches by itself to show a page; a link (``<a>``) it only follows when it is asked to.
FETCHED = {
    ("img", "src"), ("script", "src"), ("iframe", "src"), ("embed", "src"), ("source", "src"), ("video", "src"),
    ("video", "poster"), ("audio", "src"), ("track", "src"), ("input", "src"), ("object", "data"), ("image", "href"),
    ("use", "href"), ("image", "xlink:href"), ("use", "xlink:href"), ("img", "srcset"), ("source", "srcset"),
}  # fmt: skip
FETCHED_BY_LINK = {"stylesheet", "icon", "preload", "prefetch", "preconnect", "modulepreload", "manifest"}
IN_STYLES = re.compile(r"""(?:url\(|@import)\s*["']?((?:https?:)?//[^"')\s;]+)""")
IN_SCRIPTS = re.compile(
    r"""(?:fetch\(|import\(|importScripts\(|\.open\([^)]*?|\.src\s*=|\bfrom|\bimport|url\()\s*["'`]((?:https?:)?//[^"'`]+)"""
)


class Page(HTMLParser):
    """What is of interest in the HTML of one page, collected while it is read."""

    def __init__(self, html):
        super().__init__()
        self.anchors, self.links, self.fetched, self.without_text = set(), [], [], []
        self.inside = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.inside = tag
        self.anchors |= {found[name] for name in ("id", "name") if found.get(name)}
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        if tag == "img" and not (found.get("alt") or "").strip():
            self.without_text.append(found.get("src", ""))
        if tag == "link" and set((found.get("rel") or "").lower().split()) & FETCHED_BY_LINK:
            self.fetched.append(found.get("href") or "")
        for name, value in attributes:
            if (tag, name) in FETCHED:
                self.fetched += [part.split()[0] for part in value.split(", ") if part] if name == "srcset" else [value]
        self.fetched += IN_STYLES.findall(found.get("style") or "")

    def handle_data(self, text):
        if self.inside == "style":
            self.fetched += IN_STYLES.findall(text)
        elif self.inside == "script":
            self.fetched += IN_SCRIPTS.findall(text)

    def handle_endtag(self, tag):
        self.inside = None


def is_elsewhere(address):
    parts = urlsplit(address)
    return bool(parts.netloc) or parts.scheme not in ("", "data")


def look_through(folder):
    """All faults of the pages in a folder, and the links that leave it.

    Returns:
        ``(faults, elsewhere)``: sentences that name page and fault, none if all is well; links to other hosts, sorted.
    """
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.html"))}
    faults, elsewhere = [], set()
    for path, page in pages.items():
        name = path.relative_to(folder).as_posix()
        faults += [f"{name}: the picture {source[:80]} has no text for readers who cannot see it" for source in
                   page.without_text]  # fmt: skip
        for address in page.fetched:
            if is_elsewhere(address):
                faults.append(f"{name}: {address} would have to come from another host")
            elif not address.startswith("data:") and not target_of(path, address).is_file():
                faults.append(f"{name}: {address} is not there")
        elsewhere |= {link for link in page.links if is_elsewhere(link)}
        faults += [fault for link in page.links if not is_elsewhere(link) for fault in follow(path, link, pages, name)]
    for path in sorted([*folder.rglob("*.css"), *folder.rglob("*.js")]):
        pattern = IN_STYLES if path.suffix == ".css" else IN_SCRIPTS
        for address in pattern.findall(path.read_text(encoding="utf-8")):
            faults.append(f"{path.relative_to(folder).as_posix()}: {address} would have to come from another host")
    return faults, sorted(elsewhere)


def target_of(path, address):
    """The file that an address on the page ``path`` means."""
    there = unquote(urlsplit(address).path)
    return (path.parent / there).resolve() if there else path


def follow(path, link, pages, name):
    """The faults of one link, none or one."""
    there, anchor = target_of(path, link), unquote(urlsplit(link).fragment)
    if there.is_dir():
        there = there / "index.html"
    if not there.is_file():
        yield f"{name}: the link {link} leads nowhere"
    elif anchor and there in pages and anchor not in pages[there].anchors:
        yield f"{name}: the link {link} leads to a page that has no such place"
