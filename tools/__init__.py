"""Maintainers' programs; `python3 course.py` runs them."""

import sys

# jsonschema, which nbformat imports, builds some 35 grammars of `rfc3987_syntax` on import (two
# seconds) for a format that no notebook uses; it is prepared for the case that they are missing.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None makes an import fail
