"""Personal numbers: how they are masked, tidied and checked. Plain functions on texts."""

import re

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

MASK = "*"


def mask_number(text):
    """Return `text` with its middle hidden: 138****5678, 300***********102X; blanks stay.

    Long numbers keep three characters in front and four at the end, short ones only the last two.
    """
    if not text:
        return text
    total = sum(char.isalnum() for char in text)
    front, end = (3, 4) if total >= 10 else (0, 2 if total > 4 else 0)
    masked, seen = [], 0
    for char in text:
        if char.isalnum():
            seen += 1
            hidden = front < seen <= total - end
            masked.append(MASK if hidden else char)
        else:
            masked.append(char)
    return "".join(masked)


def tidy_number(text):
    """Return a number without blanks, brackets and dashes, its letters in capitals, or False."""
    return re.sub(r"[\s()（）-]", "", text or "").upper() or False


def is_wrong_id_card(number):
    """Tell whether a number of 18 characters cannot be on an ID card of the PRC.

    Its last character is a check digit (GB 11643) and it holds a day of birth. Numbers of another
    length, such as those of the first generation, are not judged.
    """
    if len(number) != 18:
        return False
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return True
    try:
        ric.get_birth_date(number)
    except ValidationError:
        return True
    return ric.calc_check_digit(number) != number[-1]
