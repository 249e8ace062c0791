"""From a question to an Answer with quotes and citations, and an Answer as text."""
