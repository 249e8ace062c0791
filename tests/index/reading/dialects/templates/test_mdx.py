"""Modules and components of MDX as their page shows them."""

import pytest

from tests.support.pages import article_of, code, quoted, shown

MODULE = """\
import Tabs from '@theme/Tabs';
import {
  Card,
  Grid as Rows,
} from "../components";
import './a.css'

export const meta = {
  title: 'no',

  speakers: ["no", (1)],
};

export default function Layout({ children }) {
  return <main>{children}</main>;
}

export { a } from 'b'

# Day one
"""


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (MODULE, ["# Day one"]),
        ("import duties rose.\n\nexport figures too.", ["import duties rose.", "export figures too."]),
        ("Hello {/* not\n\nthis */}there", ["Hello there"]),
        ("A {'quoted'} and {`templated`} text{' '}here {props.name}.", ["A quoted and templated text here ."]),
        ("$\\frac{a}{b}$ and x^{2}", ["\\frac{a}{b} and x^{2}"]),
        ("<>In a *fragment*</>", ["In a fragment"]),
        ('<YouTube id="a" skipTo={{ h: 0, m: 38 }} />\n\nafter', ["after"]),
        ('<Figure src={hall} alt="Seats" caption={`The hall`} />', ["Seats", "The hall"]),
        (
            "<Card\n  title=\"The 'hall'\"\n  onClick={() => go(1 > 2)}\n>\n  Inner *text*\n</Card>",
            ["The 'hall'", "Inner text"],
        ),
        ('Before <Badge text="new" /> after', ["Before new after"]),
        ('<Link to="/a" title="a hint">the page</Link>', ["the page"]),
        (
            '<Tabs>\n  <TabItem value="a" label="Apple">\n\n    An apple\n\n    - red\n\n  </TabItem>\n</Tabs>',
            ["Apple", "An apple", "red"],
        ),
        (
            '<Tabs>\n  <TabItem value="pear">\n    A pear\n  </TabItem>\n</Tabs>',
            ["pear", "A pear"],
        ),
        ('<Speaker name="Ann" slug="no" /> <Icon name="no" />', ["Ann"]),
        ("<Tabs.Item>\nInner\n</Tabs.Item>", ["Inner"]),
        ("{items.map((item) => <Card>{item}</Card>)}\n\nafter", ["after"]),
        ("{#if a}\n\nOne\n\n{:else}\n\nTwo\n\n{/if}", ["One", "Two"]),
        ("`{a}` and `<Card />`", ["{a} and <Card />"]),
        ("a < b and c > d {", ["a < b and c > d {"]),
    ],
)
def test_the_page_of_mdx_shows(text, lines):
    assert shown(text, "a.mdx") == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('<Tweet id="1" />\n\nafter', ["after"]),
        ("<Callout>Bring water</Callout>", ["Bring water"]),
        ("Thanks to {ann} <3 and {bob}", ["Thanks to {ann} <3 and {bob}"]),
        (
            '<script>\n  import A from "./a.svelte"\n\n  let b\n</script>\n\n{#if b}\nOne {b}\n{:else}\nTwo\n{/if}',
            ["One", "Two"],
        ),
        ('import A from "./a.astro"\n\nText {/* no */}', ["Text"]),
    ],
)
def test_components_of_other_dialects(text, lines):
    assert shown(text) == lines


def test_code_of_a_module_makes_no_module():
    text = "```js\nimport a from 'b'\n\nexport const c = {}\n```\n\nThanks to {ann} and {bob.b}."
    assert shown(text)[-1] == "Thanks to {ann} and {bob.b}."


def test_marks_in_attributes_and_strings_stand_for_themselves():
    assert shown('<Figure caption="Ann\'s *a* `b` [c](d)" />\n\n{"__init__ *d*"}', "a.mdx") == [
        "Ann's *a* `b` [c](d)",
        "__init__ *d*",
    ]


def test_the_id_of_a_heading_stands_behind_it():
    text = article_of("## Venue {/* #place */}\n\n## Food {#food}", "a.mdx").text.decode()
    assert text == "## Venue {#place}\n\n## Food {#food}"


def test_an_indent_makes_no_code_but_a_fence_does():
    text = "<Tabs>\n  <Tab>\n\n    Text\n\n    ```js\n    const {a} = b\n      <Card />\n    ```\n\n  </Tab>\n</Tabs>"
    assert code(text, "a.mdx") == ["const {a} = b", "<Card />"]
    assert shown(text, "a.mdx") == ["Text", "const {a} = b", "<Card />"]


def test_a_fence_right_below_a_component_is_code():
    assert code("<Tabs>\n```js\n{a} <Card />\n```\n</Tabs>", "a.mdx") == ["{a} <Card />"]


def test_what_is_quoted_is_in_the_file():
    text = '<Figure alt="Seats" caption={"The hall"} />'
    assert quoted(text, "The hall", "a.mdx") == "The hall"
    assert quoted("We met {'at noon'} there.", "We met at noon there.", "a.mdx") == "We met {'at noon'} there."
