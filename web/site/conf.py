"""Settings of Sphinx for the site. `web.build` adds what differs between editions."""

project = "Links in the Chain"
author = "The authors of Links in the Chain"
copyright = "text and figures CC BY 4.0, code MIT, each table its own license"  # noqa: A001
extensions = ["myst_nb"]

# What is shown is what is stored, and what the tests compared.
nb_execution_mode = "off"
nb_merge_streams = True
smartquotes = False
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4
suppress_warnings = ["myst.header"]  # the glossary's entries are headings of the third level

html_theme = "sphinx_book_theme"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_copy_source = False
html_show_sourcelink = False
html_last_updated_fmt = None
html_permalinks_icon = "#"
html_theme_options = {
    "navbar_persistent": [],  # or there are two search fields
    "use_download_button": False,
    "use_fullscreen_button": False,
    "show_navbar_depth": 1,
    "max_navbar_depth": 1,
    "show_toc_level": 2,
}
