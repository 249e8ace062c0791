"""Answer questions from the index with quotes and citations."""
