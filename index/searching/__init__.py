"""Find the passages that answer a question, and say how likely they do."""
