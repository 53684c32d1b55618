"""Fill the blanks of a text. A blank is a name in braces, such as {amount}; {?amount} is one that
may stay empty."""

import re
from html import escape

import lxml.html

_BLANK = re.compile(r"\{(\??)\s*(\w*)\s*\}")
# Paragraphs that go when all their blanks are optional and empty, the outer ones first.
_PARAGRAPHS = ("tr", "li", "p")
# Where a value goes in while the text is still a tree: private characters, which nobody types.
_MARK = "\ue000%d\ue001"
_MARKS = re.compile("\ue000(\\d+)\ue001")

_BLOCKS = ("<table", "<div", "<ul", "<ol", "<p")

EMPTY_LINE = '<span class="pm-blank"></span>'


def find_blanks(text):
    """Return the set of names in braces."""
    return {match[2] for match in _BLANK.finditer(text or "")}


def find_html_blanks(html):
    """Return the set of names in braces, whatever formatting runs through them."""
    return find_blanks(_parse(html).text_content())


def fill_blanks(text, values):
    """Return the paragraphs of `text` with its blanks filled; a name not in `values` stays."""
    filled = _BLANK.sub(lambda match: str(values.get(match[2], match[0])), text or "")
    return [line.strip() for line in filled.splitlines() if line.strip()]


def fill_html(html, get_value):
    """Return `html` with its blanks filled.

    `get_value(name)` gives the value: markup (an object with `__html__`) goes in as it is, text is
    escaped, and what is empty prints as a line to fill by hand. A paragraph, list item or table row
    whose blanks are all optional and empty disappears.
    """
    root = _parse(html)
    values = {name: get_value(name) for name in find_blanks(root.text_content())}
    for tag in _PARAGRAPHS:
        for element in list(root.iter(tag)):
            blanks = _BLANK.findall(element.text_content())
            if blanks and all(mark and not _is_filled(values[name]) for mark, name in blanks):
                element.drop_tree()
    fillings = []
    _put_marks(root, values, fillings)
    filled = lxml.html.tostring(root, encoding="unicode")
    return _MARKS.sub(lambda match: fillings[int(match[1])], filled)


def mark_salutation(html):
    """Give the first paragraph a class of its own when it ends with a colon."""
    root = _parse(html)
    first = next(root.iter("p"), None)
    if first is not None and first.text_content().strip().endswith((":", "：")):
        first.classes.add("pm-salutation")
    return lxml.html.tostring(root, encoding="unicode")


def _parse(html):
    return lxml.html.fragment_fromstring(_MARKS.sub("", str(html or "")), create_parent="div")


def _is_filled(value):
    return value is not None and value is not False and str(value) != ""


def _put_marks(root, values, fillings):
    """Put a mark where each blank begins, and take the rest of the blank out of the tree."""
    pieces, text = [], ""
    for element, kind in _iter_texts(root):
        start = len(text)
        text += getattr(element, kind)
        pieces.append((element, kind, start, len(text)))
    # From the end, so that what is left of a blank keeps its place.
    for match in reversed(list(_BLANK.finditer(text))):
        mark = _MARK % len(fillings)
        fillings.append(_word(values[match[2]], optional=bool(match[1])))
        for element, kind, start, end in pieces:
            first, last = max(match.start(), start), min(match.end(), end)
            if first < last:
                content = getattr(element, kind)
                # The mark takes the formatting of the name, wherever the braces are.
                inside = mark if start <= match.start(2) < end else ""
                setattr(element, kind, content[: first - start] + inside + content[last - start :])
    for element in root.iter("p"):
        # A table within a paragraph is no HTML.
        number = _MARKS.fullmatch(element.text_content().strip())
        if number and fillings[int(number[1])].lstrip().startswith(_BLOCKS):
            element.tag = "div"


def _iter_texts(element):
    """Yield (element, "text" or "tail") of each piece of text, in reading order."""
    if element.text:
        yield element, "text"
    for child in element:
        yield from _iter_texts(child)
        if child.tail:
            yield child, "tail"


def _word(value, optional):
    if hasattr(value, "__html__"):
        return value.__html__() if str(value) else ("" if optional else EMPTY_LINE)
    if not _is_filled(value):
        return "" if optional else EMPTY_LINE
    return escape(str(value), quote=False).replace("\n", "<br/>")
