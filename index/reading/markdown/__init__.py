"""Zenn's Markdown: from the text of an article to blocks, lines and what a page shows of them, with byte offsets."""
