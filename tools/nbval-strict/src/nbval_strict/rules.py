"""The values that options may have; the modules named for them say what they mean."""

PICTURES = ("auto", "hash", "size", "skip")
COUNTS = ("ordered", "increasing", "any")
