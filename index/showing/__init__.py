"""Show a piece of an article as its page does: the same words, in styles instead of markup."""
