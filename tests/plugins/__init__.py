"""Small pytest plugins for a strict nbval run; see README.md, "For CI users"."""
