"""Statistics that several lessons share: rates, uncertainty, networks, agreement."""
