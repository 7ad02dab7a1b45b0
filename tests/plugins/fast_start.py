"""Start two seconds faster: imported by every tool, and as a pytest plugin, `-p
tests.plugins.fast_start`.

jsonschema, which nbformat imports, builds some 35 grammars of `rfc3987_syntax` on import, for a
format that no notebook uses, and imports a calendar library (`isoduration`) for another. A None in
sys.modules makes such an import fail, which jsonschema is prepared for.
"""

import sys

for module in ("rfc3987_syntax", "isoduration"):
    sys.modules.setdefault(module, None)
