"""Build the web site: `python3 course.py site`."""

import sys

from web.build import main

if __name__ == "__main__":
    sys.exit(main())
