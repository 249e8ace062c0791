"""Bring characters into one form, Unicode's and that of the kanji in use, so that texts can be compared."""
