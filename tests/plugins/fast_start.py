"""pytest plugin: start two seconds faster.

jsonschema, which nbformat imports, builds some 35 grammars of `rfc3987_syntax` on import, for a format that no notebook
uses, and imports a calendar library (`isoduration`) for another. A None in sys.modules makes such an import fail, which jsonschema is
prepared for. Load it early: `-p tests.plugins.fast_start`.
"""

import sys

for module in ("rfc3987_syntax", "isoduration"):
    sys.modules.setdefault(module, None)
