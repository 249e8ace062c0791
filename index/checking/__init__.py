"""How good an index answers, what it holds, and whether it is whole."""
