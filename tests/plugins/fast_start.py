"""pytest plugin: start two seconds faster, as `tools` says how. Load it early: `-p tests.plugins.fast_start`."""

import tools  # noqa: F401 (importing it is all)
