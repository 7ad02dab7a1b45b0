"""The site: pages to read, built from what is stored, and lessons that run in the browser."""
