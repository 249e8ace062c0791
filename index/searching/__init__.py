"""Find the passages that answer a question, say how likely they do, and choose what to quote of them."""
