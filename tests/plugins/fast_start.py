"""pytest plugin: start two seconds faster.

jsonschema, which nbformat imports, builds some 35 grammars of `rfc3987_syntax` on import, for a format that no notebook
uses. A None in sys.modules makes that import fail, which jsonschema is prepared for. Load it early: `-p tests.plugins.fast_start`.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)
