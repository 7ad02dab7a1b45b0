"""Settings of Sphinx for the site. `web.site.run_sphinx` adds what differs between editions."""

extensions = ["myst_nb"]

# What is shown is what is stored, and what the tests compared.
nb_execution_mode = "off"
nb_merge_streams = True
smartquotes = False
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4
suppress_warnings = ["myst.header"]  # the glossary's entries are headings of the third level

html_theme = "sphinx_book_theme"
templates_path = ["templates"]
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_copy_source = False
html_show_sourcelink = False
html_last_updated_fmt = None
html_permalinks_icon = "#"
html_sidebars = {
    "**": [
        "navbar-logo.html",
        "icon-links.html",
        "search-button-field.html",
        "sbt-sidebar-nav.html",
        "elsewhere.html",
    ]
}
html_theme_options = {
    "article_header_end": ["languages.html", "article-header-buttons.html"],
    "navbar_persistent": [],  # or there are two search fields
    "use_download_button": False,
    "use_fullscreen_button": False,
    "show_navbar_depth": 1,
    "max_navbar_depth": 1,
    "show_toc_level": 2,
}
