"""Parse Zenn's Markdown into blocks and lines with byte offsets, and say what a page shows of them."""
