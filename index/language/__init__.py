"""Take Japanese and English apart into words, say what else these may be called, and tell the languages apart."""
