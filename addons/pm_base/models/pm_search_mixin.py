import re

from odoo import api, fields, models
from odoo.fields import Domain


class PmSearchMixin(models.AbstractModel):
    """A record found by whatever its people remember of it, in one stored and indexed line.

    The model computes `search_key` from its own and its parties' names and numbers, with its own
    `@api.depends`, by `_join_search_words`.
    """

    _name = "pm.search.mixin"
    _description = "Found by What Is Remembered"

    search_key = fields.Char(
        compute="_compute_search_key", store=True, index="trigram", export_string_translation=False
    )

    def _compute_search_key(self):
        """To be overridden, with what it depends on."""
        self.search_key = False

    @api.model
    def _join_search_words(self, *words):
        """Return the key of some words: each as written, and without its dashes and blanks."""
        words = [word.strip() for word in words if word and word.strip()]
        compact = [_compact(word) for word in words if _compact(word) != word]
        return "\n".join(dict.fromkeys(words + compact))

    def _search_display_name(self, operator, value):
        """Find `A-12-03` by A1203 or 1203, and a telephone number however it is written."""
        if operator not in ("ilike", "not ilike") or not isinstance(value, str):
            return super()._search_display_name(operator, value)
        wanted, compact = value.strip(), _compact(value)
        if len(compact) >= 3 and re.search(r"\d", compact):
            wanted = compact  # the key holds every word without its dashes as well
        return Domain("search_key", operator, wanted)


def _compact(text):
    return re.sub(r"[\s().+-]", "", text)
