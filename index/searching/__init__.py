"""From a question to passages, to how likely they answer it, and to what to quote of them."""
