"""What tests share: see README.md in this folder."""
