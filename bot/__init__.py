"""The bot: answers questions from the index with quotes and citations."""
