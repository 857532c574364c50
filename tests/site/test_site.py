"""The book as a whole: it is built once, as `make site` builds it, and looked through, at last in a real browser."""

import functools
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from importlib.util import find_spec

import book
import pytest
from book_check import Page, look_through

from helpers import REPO

PACKAGES = ("sphinx", "myst_nb", "furo")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="module")
def html(tmp_path_factory):
    """The folder of the pages."""
    missing = [package for package in PACKAGES if find_spec(package) is None]
    if missing:
        reason = f"{', '.join(missing)} missing: python -m pip install -r site/requirements.txt -c requirements.txt"
        if os.environ.get("CI") or os.environ.get("REQUIRE_ALL_TESTS"):
            pytest.fail(reason)
        pytest.skip(reason)
    out = tmp_path_factory.mktemp("book")
    command = [sys.executable, str(REPO / "site" / "book.py"), "--out", str(out)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return out / "html"


def text_of(path):
    return path.read_text(encoding="utf-8")


def test_every_page_is_there_and_without_faults(html):
    for paths in book.page_paths().values():
        for path in paths:
            assert (html / path).with_suffix(".html").is_file(), path
    faults, elsewhere = look_through(html)
    assert faults == []
    assert any("colab.research.google.com" in link for link in elsewhere)


def test_the_first_page_shows_the_series(html):
    page = text_of(html / "index.html")
    shown = re.sub(r"<[^>]+>", "", page)
    assert "make run" in shown and "make test" in shown
    assert "The meal is cooked by the chef every day." in shown
    assert 'src="_images/gpt2-tiny6M-loss.png"' in page and 'src="_images/series-map.svg"' in page
    links = Page(page).links
    assert all(path.with_suffix(".html").as_posix() in links for path in book.page_paths()["Notebooks"])
    assert "<!--" not in text_of(html.parent / "source" / "index.md")  # every mark was replaced


def test_outputs_of_the_notebooks_are_shown_and_progress_bars_are_not(html):
    bars = 0
    for path in book.page_paths()["Notebooks"]:
        page = text_of((html / path).with_suffix(".html"))
        outputs = [output for cell in json.loads(text_of(REPO / path))["cells"] for output in cell.get("outputs", [])]
        assert 'class="output stderr' not in page
        bars += sum(output.get("name") == "stderr" for output in outputs)
        for picture in ("".join(output.get("data", {}).get("text/html", "")).strip() for output in outputs):
            assert picture in page, path
    assert bars > 0  # there are some that could have been shown


def test_previous_and_next_follow_the_series(html):
    names = sorted(path.stem for path in (REPO / "notebooks").glob("*.ipynb"))
    for name, after in zip(names, names[1:], strict=False):
        assert re.search(rf'class="next-page" href="{after}.html"', text_of(html / "notebooks" / f"{name}.html"))


def test_search_knows_all_pages(html):
    index = text_of(html / "searchindex.js")
    assert all(path.with_suffix("").as_posix() in index for path in book.page_paths()["Notebooks"])
    assert "bootstrap" in index  # a word of notebook 07's text


def test_formulas_are_drawn_without_a_script(html, tmp_path):
    from sphinx.cmd.build import main as sphinx_build

    text = "# Formulas\n\nThe loss $-\\ln p$ and\n\n$$\\frac{1}{n} x_i$$\n"
    (tmp_path / "index.md").write_text(text, encoding="utf-8")
    assert sphinx_build(["-q", "-W", "-c", str(REPO / "site"), str(tmp_path), str(tmp_path / "html")]) == 0
    page = text_of(tmp_path / "html" / "index.html")
    assert page.count("<math") == 2 and "<mfrac>" in page and "MathJax" not in page
    assert look_through(tmp_path / "html")[0] == []


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


def visit(address, log):
    """Show a page in Chromium to which no name but this machine exists; returns its HTML and what it has asked for."""
    command = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
        "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        f"--user-data-dir={log.parent / log.stem}", f"--log-net-log={log}", "--virtual-time-budget=10000",
        "--dump-dom", address,
    ]  # fmt: skip
    shown = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, encoding="utf-8").stdout
    asked = re.findall(r'"initiator":"(http://127[^"]*|null)".*?"url":"([^"]+)"', text_of(log))
    return shown, [url for _, url in asked]


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium here to read the book with: apt-get install chromium")
def test_a_browser_without_a_network_asks_no_other_host_and_can_search(html, tmp_path):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(html)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    here = f"http://127.0.0.1:{server.server_port}/"
    try:
        for number, (page, words) in enumerate(
            {
                "index.html": "The meal is cooked by the chef",
                "notebooks/06_extract_responses.html": "<summary>",
                "search.html?q=bootstrap": "notebooks/07_evaluate_responses.html",
            }.items()
        ):
            shown, asked = visit(here + page, tmp_path / f"{number}.json")
            assert words in shown, page
            assert len(asked) >= 5 and all(url.startswith((here, "data:")) for url in asked), asked
    finally:
        server.shutdown()
        server.server_close()
