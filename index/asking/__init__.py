"""What a question asks for, told from its wording alone: kinds of answers, named facts, reports that it names."""
