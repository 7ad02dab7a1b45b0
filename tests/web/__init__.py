"""Tests of the site and of the browser edition."""
