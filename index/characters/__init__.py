"""Characters in one form, so that texts can be compared: Unicode's, and one for variant kanji."""
