from odoo.tests import BaseCase, tagged

from odoo.addons.pm_tenancy.tools.privacy import is_wrong_id_card, mask_number, tidy_number


@tagged("post_install", "-at_install")
class TestPrivacy(BaseCase):
    """DESIGN §7, §9: personal numbers are masked and checked."""

    def test_masks(self):
        for number, mask in (
            ("13812345678", "138****5678"),
            ("11010519491231002X", "110***********002X"),
            ("190 0000 0040", "190 **** 0040"),
            ("E12345678", "*******78"),
            ("1234567890", "123***7890"),
            ("12345", "***45"),
            ("1234", "****"),
            ("", ""),
            (False, False),
        ):
            with self.subTest(number=number):
                self.assertEqual(mask_number(number), mask)

    def test_numbers_are_tidied(self):
        for number, tidy in (
            (" 190 0000-0040", "19000000040"),
            ("11010519491231002x", "11010519491231002X"),
            ("+86 (190) 1", "+861901"),
            ("  ", False),
            (False, False),
        ):
            with self.subTest(number=number):
                self.assertEqual(tidy_number(number), tidy)

    def test_id_cards(self):
        for number, is_wrong in (
            ("11010519491231002X", False),
            ("300000197804126382", False),
            ("110105194912310021", True),  # check digit
            ("110105194902310021", True),  # 31 February
            ("1101051949123100AX", True),  # a letter in the middle
            ("130503670401001", False),  # first generation, 15 digits
            ("1101051949123100", False),  # not judged: 16 digits
        ):
            with self.subTest(number=number):
                self.assertEqual(is_wrong_id_card(number), is_wrong)
