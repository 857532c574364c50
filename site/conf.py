"""Sphinx's settings for the book; site/build.py lays the sources out."""

import mathml

project = "From a pretrained GPT-2 to a model that follows instructions"
html_title = "GPT-2 learns to follow instructions"
language = "en"
extensions = ["myst_nb"]
html_theme = "furo"  # brings its scripts and icons along: a page asks no other host for anything
html_static_path = ["static"]
html_css_files = ["book.css"]
html_copy_source = False
html_show_copyright = False
pygments_style = "tango"
pygments_dark_style = "monokai"

nb_execution_mode = "off"
nb_output_stderr = "remove"  # only progress bars; a test of the notebooks holds that
nb_merge_streams = True
myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 3

html_math_renderer = "mathml"


def setup(app):
    app.add_html_math_renderer("mathml", (mathml.inline, None), (mathml.block, None))
