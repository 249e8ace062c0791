"""The indexer: reads report articles, splits them into passages, embeds and stores them, and searches."""
