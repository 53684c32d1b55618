from markupsafe import Markup

from odoo.tests import BaseCase, tagged

from ..tools.letter_text import EMPTY_LINE, fill_blanks, fill_html, find_blanks, find_html_blanks

VALUES = {
    "name": "Tom & Co <b>",
    "amount": "1.00",
    "lines": "one\ntwo",
    "table": Markup("<table><tr><td>1</td></tr></table>"),
    "empty": "",
    "nothing": False,
    "zero": 0,
}


@tagged("post_install", "-at_install")
class TestLetterText(BaseCase):
    def _fill(self, html):
        filled = fill_html(html, VALUES.__getitem__)
        return filled.removeprefix("<div>").removesuffix("</div>")

    def test_blanks_of_plain_text(self):
        text = "Pay {amount}\n\n by {day}; {unknown} stays"
        self.assertEqual(find_blanks(text), {"amount", "day", "unknown"})
        self.assertEqual(
            fill_blanks(text, {"amount": "1.00", "day": "{amount}"}),
            ["Pay 1.00", "by {amount}; {unknown} stays"],
        )

    def test_blanks_of_html(self):
        for html, filled in (
            ("<p>Pay {amount}.</p>", "<p>Pay 1.00.</p>"),
            ("{amount} and {amount}", "1.00 and 1.00"),
            ("<p>{ amount }</p>", "<p>1.00</p>"),
            # The editor's formatting runs through a blank.
            ("<p>Pay {<b>amount</b>} now</p>", "<p>Pay <b>1.00</b> now</p>"),
            ("<p>Pay <b>{amo</b>unt} now</p>", "<p>Pay <b>1.00</b> now</p>"),
            ("<p>{<i>am</i><b>ount</b>}{zero}</p>", "<p><i>1.00</i><b></b>0</p>"),
            # Values are text.
            ("<p>{name}</p>", "<p>Tom &amp; Co &lt;b&gt;</p>"),
            ("<p>{lines}</p>", "<p>one<br/>two</p>"),
            # A block takes the place of its paragraph.
            ("<p>{table}</p>", "<div><table><tr><td>1</td></tr></table></div>"),
            # Nothing to fill in: a line to fill by hand.
            ("<p>By {empty}, {nothing}</p>", f"<p>By {EMPTY_LINE}, {EMPTY_LINE}</p>"),
            # Optional blanks.
            ("<p>a</p><p>By {?empty}</p>", "<p>a</p>"),
            ("<p>By {?empty} {?amount}</p>", "<p>By  1.00</p>"),
            ("<p>By {?empty} {nothing}</p>", f"<p>By  {EMPTY_LINE}</p>"),
            ("<ol><li>{?empty}</li><li>{?amount}</li></ol>", "<ol><li>1.00</li></ol>"),
            ("<ul><li><p>{?empty}</p></li></ul>x", "<ul></ul>x"),
        ):
            with self.subTest(html=html):
                self.assertEqual(self._fill(html), filled)

    def test_filled_in_text_is_no_blank(self):
        """What an occupant is called never fills in anything else."""
        values = {"name": "{secret} \ue0000\ue001", "secret": "1234"}
        self.assertNotIn("1234", fill_html("<p>{name}</p>", values.__getitem__))

    def test_blanks_are_found_through_formatting(self):
        self.assertEqual(find_html_blanks("<p>{<b>a</b>} {?b} {c}</p><p>{d</p>"), {"a", "b", "c"})
