"""Marks that are neither CommonMark nor HTML, as plain Markdown of what a page shows for them."""
