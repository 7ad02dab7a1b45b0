"""Small pytest plugins that make a strict nbval run mean something; see README.md, "For CI users"."""
