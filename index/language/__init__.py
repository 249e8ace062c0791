"""Words of Japanese and English: their forms, spellings, numbers and meanings, and which language a text is in."""
