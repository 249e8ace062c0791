"""Turn a question into an Answer with quotes and citations, and an Answer into text."""
