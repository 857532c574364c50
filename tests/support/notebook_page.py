"""A notebook in JupyterLab, as a reader sees and uses it: open, run, interrupt, save, look, photograph.

Nothing here knows a notebook of the series. What a method waits for is something on the page, with a time limit; no
method waits for a fixed time.
"""

import io
import json
import re
from pathlib import Path

from PIL import Image

WIDTH, HEIGHT = 1280, 1000  # of the window, in pixels: a laptop's
TO_OPEN, TO_RUN = 90, 480  # seconds

RED = "application/vnd.jupyter.stderr"  # JupyterLab shows errors, warnings and what else goes to the error stream alike
TRACEBACK = "Traceback (most recent call last)"
ALL_ON_THE_PAGE = "[...document.querySelectorAll('.jp-Notebook-cell')]"

# Which of the code cells wait or run, and which have a number.
PROMPTS = "() => [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(prompt => prompt.textContent)"
SOME_RUN = f"() => ({PROMPTS})().some(prompt => prompt.includes('*'))"
SOME_RAN = "() => window.someRan"
NONE_RUN = f"() => !({PROMPTS})().some(prompt => prompt.includes('*'))"
# Notes on the page that a cell ran, however shortly: a first cell that fails at once is over before one could look.
WATCH = f"""() => {{
    const some = {SOME_RUN}, watcher = new MutationObserver(() => {{
        if (some()) {{
            window.someRan = true;
            watcher.disconnect();
        }}
    }});
    window.someRan = false;
    watcher.observe(document.querySelector('.jp-Notebook'), {{subtree: true, childList: true, characterData: true}});
}}"""
HAS_KERNEL = """() => {
    const kernel = document.querySelector('.jp-Toolbar-kernelName');
    const light = document.querySelector('.jp-Notebook-ExecutionIndicator');
    return kernel && !kernel.textContent.includes('No Kernel') && light && light.dataset.status === 'idle';
}"""


class NotebookPage:
    """One notebook in one window.

    Args:
        browser: a browser of Playwright.
        lab: a running ``jupyter_lab.Lab``.
        notebook: the name of a file in notebooks/.
    """

    def __init__(self, browser, lab, notebook):
        self.lab, self.notebook = lab, notebook
        self.path = lab.root / "notebooks" / notebook
        self.page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        self.page.set_default_timeout(1000 * TO_OPEN)
        workspace = Path(notebook).stem
        self.page.goto(
            f"{lab.address}/lab/workspaces/{workspace}/tree/notebooks/{notebook}?reset&token={lab.token}"
        )
        self.page.wait_for_function(HAS_KERNEL)
        cells = len(json.loads(self.path.read_text(encoding="utf-8"))["cells"])
        self.page.wait_for_function(f"() => {ALL_ON_THE_PAGE}.length === {cells}")

    def close(self):
        """Close the tab; the kernel goes on."""
        self.page.close()

    # What a reader does

    def choose(self, menu, entry):
        """Choose an entry of a menu, such as "Run" and "Run All Cells"."""
        self.page.click(f'.lm-MenuBar-item:has(.lm-MenuBar-itemLabel:text-is("{menu}"))')
        self.page.click(f'.lm-Menu-item:has(.lm-Menu-itemLabel:text-is("{entry}"))')

    def run_all(self):
        """Run all cells, and wait until none runs any more; also if one stops at an error."""
        self.begin("Run All Cells")
        self.wait_until_none_runs()

    def restart_and_run_all(self):
        """Restart the kernel, say yes, run all cells, and wait until none runs any more."""
        self.page.evaluate(WATCH)
        self.choose("Run", "Restart Kernel and Run All Cells…")
        self.page.click('.jp-Dialog button:has-text("Restart")')
        self.page.wait_for_function(SOME_RAN)
        self.wait_until_none_runs()

    def begin(self, entry):
        """Choose an entry of the menu "Run", and wait until a cell runs, or has run."""
        self.page.evaluate(WATCH)
        self.choose("Run", entry)
        self.page.wait_for_function(SOME_RAN)

    def wait_until_none_runs(self):
        self.page.wait_for_function(NONE_RUN, polling=200, timeout=1000 * TO_RUN)

    def select(self, cell):
        """Click into a cell, given by its index."""
        self.cell(cell).locator(".jp-InputArea-prompt, .jp-InputPrompt").first.click()

    def interrupt(self):
        """Press the button of the toolbar, and wait until nothing runs any more."""
        self.page.click('.jp-NotebookPanel-toolbar [data-command="notebook:interrupt-kernel"]')
        self.wait_until_none_runs()

    def hide_file_list(self):
        """Press Ctrl+B, which gives the whole width of the window to the notebook."""
        self.page.keyboard.press("ControlOrMeta+b")
        self.page.locator("#jp-left-stack").wait_for(state="hidden")

    def save(self):
        """Save the notebook; return the cells of the file."""
        with self.page.expect_response(lambda answer: answer.request.method == "PUT" and "/contents/" in answer.url):
            self.choose("File", "Save Notebook")
        return json.loads(self.path.read_text(encoding="utf-8"))["cells"]

    # What a reader sees

    def cell(self, index):
        return self.page.locator(".jp-Notebook-cell").nth(index)

    def text_of(self, index):
        """What stands below a cell, as text."""
        return "\n".join(self.cell(index).locator(".jp-OutputArea-output").all_inner_texts())

    def wait_for_text(self, index, text, seconds=TO_RUN):
        """Wait until a text stands below a cell, or an error."""
        outputs = self.cell(index).locator(".jp-OutputArea-output")
        awaited = re.compile(f"{re.escape(text)}|{re.escape(TRACEBACK)}")
        outputs.filter(has_text=awaited).first.wait_for(timeout=1000 * seconds)

    def in_red(self):
        """``(index of the cell, text)`` of everything in a red box."""
        return self.page.evaluate(
            f"() => {ALL_ON_THE_PAGE}.flatMap((cell, index) => "
            f"[...cell.querySelectorAll('.jp-OutputArea-output[data-mime-type=\"{RED}\"]')].map("
            "output => [index, output.innerText.trim()]))"
        )

    def errors(self):
        """The errors that cells have stopped at: the index of the cell, and what stands below the traceback."""
        return {index: text.splitlines()[-1] for index, text in self.in_red() if TRACEBACK in text}

    def first_error(self):
        """``(index, message)`` of the error nearest to the top, as :meth:`errors` has it.

        The kernel discards the cells that wait when one fails, but not one that JupyterLab sends a moment later. That
        one lacks a name, and nothing else may be wrong with it.
        """
        first, *later = sorted(self.errors().items())
        assert all(message.startswith("NameError: ") for _, message in later), later
        return first

    def numbers(self):
        """The numbers of the code cells in their order; None for one that has not run."""
        found = [re.search(r"\d+", prompt) for prompt in self.page.evaluate(PROMPTS)]
        return [number and int(number[0]) for number in found]

    def pictures(self):
        """``(index of the cell, the text in its place, whether it is shown)`` of each picture in outputs."""
        return self.page.evaluate(
            f"() => {ALL_ON_THE_PAGE}.flatMap((cell, index) => "
            "[...cell.querySelectorAll('.jp-OutputArea-output img')].map("
            "picture => [index, picture.alt, picture.complete && picture.naturalWidth > 0]))"
        )

    def cut(self, selector):
        """``(index of the cell, pixels)`` of what is wider than its place, so that one has to scroll to read it."""
        return self.page.evaluate(
            f"() => {ALL_ON_THE_PAGE}.flatMap((cell, index) => "
            f"[...cell.querySelectorAll('{selector}')].map(area => [index, area.scrollWidth - area.clientWidth]))"
            ".filter(([index, pixels]) => pixels > 1)"
        )

    def cut_code(self):
        return self.cut(".jp-InputArea-editor .cm-scroller")

    def cut_outputs(self):
        return self.cut(".jp-OutputArea-output, .jp-OutputArea-output > *")

    def theme(self):
        return self.page.get_attribute("body", "data-jp-theme-name")

    def photograph(self, path):
        """Write the whole notebook as one PNG: scroll through it, and put the pieces together."""
        area = self.page.locator(".jp-Notebook .jp-WindowedPanel-outer")
        self.page.keyboard.press("Escape")
        left, top, width, height, whole_height = area.evaluate(
            """area => {
                const place = area.getBoundingClientRect(), whole = area.querySelector('.jp-WindowedPanel-viewport');
                return [place.x, place.y, area.clientWidth, area.clientHeight, whole.scrollHeight];
            }"""
        )
        edge = 3  # pixels above and below that belong to the frame
        height = int(height) - 2 * edge
        place = {"x": left, "y": round(top) + edge, "width": width, "height": height}
        whole = Image.new("RGB", (width, whole_height), "white")
        for wanted in range(0, whole.height, height):
            reached = area.evaluate("(area, top) => { area.scrollTop = top; return area.scrollTop; }", wanted)
            whole.paste(Image.open(io.BytesIO(self.page.screenshot(clip=place))), (0, round(reached) + edge))
        path.parent.mkdir(parents=True, exist_ok=True)
        whole.save(path)
