from odoo.tests import BaseCase, tagged

from ..tools import guard


@tagged("post_install", "-at_install")
class TestGuard(BaseCase):
    def test_good_pin(self):
        for pin, good in (
            ("280416", True),
            ("280416739021", True),
            ("28041", False),
            ("2804167390215", False),
            ("000000", False),
            ("123456", False),
            ("654321", False),
            ("28O416", False),
            ("２８０４１６", False),
        ):
            with self.subTest(pin=pin):
                self.assertEqual(guard.is_good_pin(pin), good)

    def test_address_in_networks(self):
        networks = "192.168.10.0/24\n10.1.2.3，fd00:1::/32"
        for address, inside in (
            ("192.168.10.0", True),
            ("192.168.10.255", True),
            ("192.168.11.0", False),
            ("10.1.2.3", True),
            ("10.1.2.4", False),
            ("fd00:1::9", True),
            ("::ffff:192.168.10.9", True),
            ("", False),
            ("elsewhere", False),
        ):
            with self.subTest(address=address):
                self.assertEqual(guard.is_in_networks(address, networks), inside)
        self.assertFalse(guard.is_in_networks("192.168.10.1", False))

    def test_bad_networks_are_refused(self):
        for text in ("0.0.0.0/0", "192.168.10.0/33", "our house", "::/0"):
            with self.subTest(text=text), self.assertRaises(ValueError):
                guard.parse_networks(text)
