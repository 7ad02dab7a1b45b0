"""pytest reads this first. Tests are of the collection as published, whatever a teacher's
data/adaptation.toml changes.
"""

import os
import signal

os.environ["HELPERS_AS_PUBLISHED"] = "1"
# A shell that starts the tests in the background lets them ignore Ctrl-C, and their children too.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = ["tests.toy"]
# Keys and solutions are read by path when a test needs them; the template is a collection of its
# own.
collect_ignore_glob = ["notebooks/*/*.py", "helpers/authoring/template/*"]
