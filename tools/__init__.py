"""Maintainers' programs; `python3 course.py` runs them.

jsonschema, which nbformat imports, builds some 35 grammars of `rfc3987_syntax` on import, which takes two seconds, for a format that no
notebook uses, and imports a calendar library (`isoduration`) for another. A None in sys.modules makes such an import fail, which
jsonschema is prepared for.
"""

import sys

for module in ("rfc3987_syntax", "isoduration"):
    sys.modules.setdefault(module, None)
