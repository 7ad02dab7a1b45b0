"""What somebody who makes a collection runs: describe, refresh, review, new."""
