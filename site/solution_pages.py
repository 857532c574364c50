"""A page from a file with solutions: what its docstring says as prose, then its code."""

import ast


def solution_page(path):
    """The Markdown of a page; ``path`` is a Python file that begins with a docstring.

    The docstring's first line, without its full stop, is the heading.
    """
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    heading, _, prose = ast.get_docstring(tree).partition("\n")
    # Behind the docstring, which is the first statement of the file.
    code = "\n".join(source.splitlines()[tree.body[0].end_lineno :]).strip("\n")
    return "\n".join([f"# {heading.rstrip('.')}", "", escaped(prose.strip()), "", "```python", code, "```", ""])


def escaped(prose):
    """A docstring is plain text: what Markdown would take for a mark stays as it is written."""
    return "".join(f"\\{sign}" if sign in r"\`*_[]<>#|$" else sign for sign in prose)
