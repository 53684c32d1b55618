"""Fill the blanks of a letter's text. A blank is a name in braces, such as {amount}."""

import re

_BLANK = re.compile(r"\{(\w*)\}")


def find_blanks(text):
    """Return the set of names in braces."""
    return set(_BLANK.findall(text or ""))


def fill_blanks(text, values):
    """Return the paragraphs of `text` with its blanks filled; a name not in `values` stays."""
    filled = _BLANK.sub(lambda match: str(values.get(match[1], match[0])), text or "")
    return [line.strip() for line in filled.splitlines() if line.strip()]
