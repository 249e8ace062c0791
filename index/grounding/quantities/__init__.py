"""What a text counts, measures, pays and dates, alike in Japanese and English."""
