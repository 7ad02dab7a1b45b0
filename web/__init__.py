"""The site: pages to read, and lessons that run in the browser."""
