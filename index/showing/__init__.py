"""What the page shows of a piece of an article: its words in styles instead of markup."""
