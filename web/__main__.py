"""Build the site: `python3 course.py site`."""

import sys

from web.site import main

if __name__ == "__main__":
    sys.exit(main())
