"""What holds for articles in dialects: nothing visible is lost, nothing else shown, and quotes are of the file."""

import re

import pytest
from hypothesis import given, settings

from index.reading.markdown.document import parse
from tests.support.generated_dialects import written
from tests.support.pages import article_of, sentences

pytestmark = pytest.mark.slow

SEEN = re.compile(r"seen\d+x")
HIDDEN = re.compile(r"hidden\d+x")


@settings(max_examples=150)
@given(written())
def test_the_page_shows_each_visible_word_once_and_no_other(made):
    article = article_of(made.text, made.path)
    texts = [one.text for one in parse(article).headings] + [one.plain for one in sentences(article)]
    assert sorted(SEEN.findall("\n".join(texts))) == sorted(made.shown)
    assert HIDDEN.findall("\n".join(one.split(" {#")[0] for one in texts if "://" not in one)) == []


@settings(max_examples=150)
@given(written())
def test_each_sentence_is_a_range_of_the_file_with_its_words(made):
    article = article_of(made.text, made.path)
    reached = article.body_start
    for sentence in sentences(article):
        start, end = article.file_range(sentence.start, sentence.end)
        assert reached <= start < end <= len(article.source)
        source = article.source[start:end].decode()
        assert source == source.strip()
        assert SEEN.findall(source) == SEEN.findall(sentence.plain)
        reached = start
