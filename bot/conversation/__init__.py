"""Tell what a message means: after what was said before it, as several questions, or as no question at all."""
