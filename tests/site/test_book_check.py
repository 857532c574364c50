"""The check of the pages finds each kind of fault, and only those."""

import pytest
from book_check import look_through

GOOD = """<link rel="stylesheet" href="style.css"><link rel="canonical" href="https://a.example/">
<h1 id="top">One</h1><a href="#top">up</a> <a href="two.html#there">two</a> <a href="https://b.example/x">away</a>
<img src="data:image/png;base64,AA" alt="a picture">"""


@pytest.fixture
def pages(tmp_path):
    (tmp_path / "one.html").write_text(GOOD, encoding="utf-8")
    (tmp_path / "two.html").write_text('<p id="there">Two</p>', encoding="utf-8")
    (tmp_path / "style.css").write_text("p { color: red } /* https://a.example */", encoding="utf-8")
    return tmp_path


def test_good_pages_have_no_faults_and_links_to_other_hosts_are_collected(pages):
    assert look_through(pages) == ([], ["https://b.example/x"])


@pytest.mark.parametrize(
    "html, fault",
    [
        ('<a href="three.html">x</a>', "the link three.html leads nowhere"),
        ('<a href="two.html#here">x</a>', "the link two.html#here leads to a page that has no such place"),
        ('<img src="data:,">', "the picture data:, has no text"),
        ('<img src="data:," alt=" ">', "the picture data:, has no text"),
        ('<img src="https://c.example/p.png" alt="x">', "https://c.example/p.png would have to come"),
        ('<script src="//c.example/s.js"></script>', "//c.example/s.js would have to come"),
        ('<link rel="preconnect" href="https://c.example">', "https://c.example would have to come"),
        ('<p style="background: url(https://c.example/p.png)">x</p>', "https://c.example/p.png would have to come"),
        ('<style>@import "https://c.example/s.css";</style>', "https://c.example/s.css would have to come"),
        ('<script>fetch("https://c.example/x")</script>', "https://c.example/x would have to come"),
        ('<script>import x from "https://c.example/x.js"</script>', "https://c.example/x.js would have to come"),
        ('<img srcset="a.png 1x, https://c.example/p.png 2x" alt="x">', "https://c.example/p.png would have to come"),
        ('<script src="s.js"></script>', "s.js is not there"),
    ],
)
def test_a_fault_is_found_and_the_page_named(pages, html, fault):
    (pages / "bad.html").write_text(html, encoding="utf-8")
    faults, _ = look_through(pages)
    assert any(found.startswith(f"bad.html: {fault}") for found in faults), faults


@pytest.mark.parametrize(
    "name, text",
    [("bad.css", "p { background: url(https://c.example/p.png) }"), ("bad.js", 'e.src = "https://c.example/p.png"')],
)
def test_styles_and_scripts_are_read_too(pages, name, text):
    (pages / name).write_text(text, encoding="utf-8")
    assert look_through(pages)[0] == [f"{name}: https://c.example/p.png would have to come from another host"]
