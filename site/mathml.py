"""Formulas as MathML, which browsers draw themselves: no script, no fonts, no other host.

Docutils translates the LaTeX; what it does not know ends the build with a message instead of looking odd on the page.
"""

from docutils import nodes
from docutils.utils.math import latex2mathml


def inline(translator, node):
    """``$...$`` within a line."""
    translator.body.append(latex2mathml.tex2mathml(node.astext()))
    raise nodes.SkipNode


def block(translator, node):
    """``$$...$$`` on lines of its own."""
    translator.body.append(f'<div class="math">{latex2mathml.tex2mathml(node.astext(), as_block=True)}</div>')
    raise nodes.SkipNode
