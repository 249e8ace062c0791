"""HTML in articles: what a browser shows of it, as Markdown.

Where tags begin and end is told by the rules of the HTML standard in `tokens`; what stands in one is read by Python's
`html.parser`, and character references by `html`. No parser at hand gives both the tree and the place of every text in
the file: lxml knows lines only, html5lib and selectolax no places at all, BeautifulSoup those of tags alone. Given
whole pages, `html.parser` would do; but where it takes a comment, a script or a broken tag to end differs by
Python's patch version, and on some broken tags its time is quadratic. Given one tag at a time it has neither fault.
"""
