"""Dialects of Markdown: what a page shows instead of HTML, shortcodes and other marks, as plain Markdown."""
