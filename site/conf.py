"""Sphinx's settings for the book; site/book.py lays the sources out."""

import mathml

project = "From a pretrained GPT-2 to a model that follows instructions"
html_title = "GPT-2 learns to follow instructions"
language = "en"
extensions = ["myst_nb", "sphinx.ext.githubpages"]  # the second one leaves a mark for those who publish there
html_theme = "furo"  # brings its scripts and icons along: a page asks no other host for anything
html_static_path = ["static"]
html_css_files = ["book.css"]
html_copy_source = False
html_show_copyright = False
highlight_language = "text"  # of fenced code that names no language; cells are Python all the same

nb_execution_mode = "off"
nb_output_stderr = "remove"  # only progress bars; a test of the notebooks holds that
nb_merge_streams = True
nb_code_prompt_show = "Show the setup cell"
nb_code_prompt_hide = "Hide the setup cell"
myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 3

html_math_renderer = "mathml"


def setup(app):
    app.add_html_math_renderer("mathml", (mathml.inline, None), (mathml.block, None))
