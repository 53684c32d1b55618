from datetime import date

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.pm_billing.tools.bank_file import (
    BankFileError,
    Column,
    Layout,
    read_file,
    write_file,
)

# A busy machine is no failure.
PATIENT = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
AMOUNTS = st.integers(0, 10**11)
DATES = st.dates(date(2000, 1, 1), date(2099, 12, 31))
VALUES = {
    "text": st.text(st.characters(codec="utf-8"), max_size=12) | st.text("物业费,|A0 ", max_size=8),
    "number": st.integers(0, 10**9),
    "amount": AMOUNTS,
    "date": DATES | st.none(),
    "fixed": st.none(),
}


@st.composite
def columns_of(draw, is_fixed_width):
    kinds = draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=5))
    return tuple(
        Column(
            name=f"c{number}",
            kind=kind,
            width=draw(st.integers(1, 40) if is_fixed_width else st.sampled_from([0, 0, 24])),
            align=draw(st.sampled_from(["left", "right"])),
            pad=draw(st.sampled_from([" ", "0"])),
            text=draw(st.sampled_from(["", "H", "T1"])) if kind == "fixed" else "",
        )
        for number, kind in enumerate(kinds)
    )


@st.composite
def files(draw):
    """A layout of any shape and a file's worth of values for it."""
    delimiter = draw(st.sampled_from(["", "|", ",", "\t", ";"]))
    around = {part: draw(st.booleans()) for part in ("header", "footer")}
    encoding = draw(st.sampled_from(["utf-8", "gbk", "gb18030"]))
    layout = Layout(
        line=draw(columns_of(not delimiter)),
        **{part: draw(columns_of(not delimiter)) for part, there in around.items() if there},
        encoding=encoding,
        delimiter=delimiter,
        unit=draw(st.sampled_from(["fen", "yuan"])),
        dates=draw(st.sampled_from(["plain", "dash", "slash"])),
        line_end=draw(st.sampled_from(["\n", "\r\n"])),
        has_mark=encoding == "utf-8" and draw(st.booleans()),
    )

    def row(part):
        return {
            column.name: draw(VALUES[column.kind])
            for column in layout.get_columns(part)
            if column.kind != "fixed"
        }

    lines = [row("line") for _number in range(draw(st.integers(1, 4)))]
    return layout, lines, *(row(part) if around[part] else None for part in around)


@st.composite
def sound_files(draw):
    """A layout as banks have them, with columns wide enough."""
    delimiter = draw(st.sampled_from(["", "|", ","]))
    layout = Layout(
        header=(Column("mark", "fixed", text="H", width=1), Column("day", "date", width=10)),
        line=(
            Column("number", "number", width=12, align="right", pad="0"),
            Column("account", width=32),
            Column("holder", width=80),
            Column("amount", "amount", width=16, align="right", pad="0"),
        ),
        footer=(Column("count", "number", width=12), Column("total", "amount", width=20)),
        encoding=draw(st.sampled_from(["utf-8", "gbk", "gb18030"])),
        delimiter=delimiter,
        unit=draw(st.sampled_from(["fen", "yuan"])),
        dates=draw(st.sampled_from(["plain", "dash", "slash"])),
    )
    name = st.text("张王李赵物业有限公司ABCabc0123()（）·", max_size=20)
    lines = [
        {
            "number": draw(st.integers(0, 10**9)),
            "account": draw(st.text("0123456789", max_size=30)),
            "holder": draw(name),
            "amount": draw(AMOUNTS),
        }
        for _number in range(draw(st.integers(1, 5)))
    ]
    total = sum(line["amount"] for line in lines)
    return layout, lines, {"day": draw(DATES)}, {"count": len(lines), "total": total}


@tagged("post_install", "-at_install")
class TestBankFile(BaseCase):
    """BIL-024, BIL-030: files for the bank and its answers."""

    @PATIENT
    @given(files())
    def test_whatever_is_written_is_read_back(self, file):
        """Any format: what cannot be kept is refused, the rest comes back as it was."""
        layout, lines, header, footer = file
        try:
            content = write_file(layout, lines, header, footer)
        except BankFileError:
            assume(False)
        self.assertEqual(read_file(layout, content), (lines, header, footer))

    @PATIENT
    @given(sound_files())
    def test_nothing_of_a_sound_format_is_refused(self, file):
        layout, lines, header, footer = file
        content = write_file(layout, lines, header, footer)
        self.assertEqual(read_file(layout, content), (lines, header, footer))

    def test_fixed_width_counts_bytes(self):
        """A Chinese character takes two bytes in GBK: the amount begins at the same place."""
        layout = Layout(
            line=(
                Column("holder", width=8),
                Column("amount", "amount", width=10, align="right", pad="0"),
            ),
            encoding="gbk",
            unit="fen",
        )
        content = write_file(
            layout, [{"holder": "张三", "amount": 12345}, {"holder": "Li", "amount": 1}]
        )
        self.assertEqual(content, "张三    0000012345\r\nLi      0000000001\r\n".encode("gbk"))

    def test_delimited_in_yuan(self):
        layout = Layout(
            header=(Column("mark", "fixed", text="H"), Column("count", "number")),
            line=(Column("account"), Column("amount", "amount"), Column("day", "date")),
            delimiter="|",
            dates="dash",
            line_end="\n",
        )
        content = write_file(
            layout,
            [{"account": "0062", "amount": 90, "day": date(2026, 3, 5)}],
            {"count": 1},
        )
        self.assertEqual(content, b"H|1\n0062|0.90|2026-03-05\n")

    def test_what_cannot_be_kept_is_refused_with_its_line(self):
        layout = Layout(
            line=(Column("holder", label="Holder", width=8), Column("amount", "amount", width=6)),
            encoding="gbk",
        )
        delimited = Layout(line=(Column("holder", label="Holder"),), delimiter="|", encoding="gbk")
        good = {"holder": "A", "amount": 1}
        for reason, case, bad in (
            ("too_wide", layout, {"holder": "有限责任公司", "amount": 1}),
            ("too_wide", layout, {"holder": "A", "amount": 9999999}),
            ("character", layout, {"holder": "😀", "amount": 1}),
            ("not_kept", layout, {"holder": "A ", "amount": 1}),
            ("not_kept", delimited, {"holder": "A|B"}),
            ("not_kept", delimited, {"holder": "A\nB"}),
        ):
            with self.subTest(reason=reason, bad=bad), self.assertRaises(BankFileError) as caught:
                write_file(case, [good, bad])
            self.assertEqual((caught.exception.reason, caught.exception.line), (reason, 2))

    def test_what_cannot_be_understood_is_refused_with_its_line(self):
        layout = Layout(
            header=(Column("mark", "fixed", text="H"), Column("day", "date")),
            line=(Column("account"), Column("amount", "amount"), Column("count", "number")),
            delimiter="|",
            encoding="gbk",
        )
        for reason, line, content in (
            ("empty", None, "H|20260305\r\n"),
            ("fixed", 1, "T|20260305\r\nA|1.00|1\r\n"),
            ("date", 1, "H|20260230\r\nA|1.00|1\r\n"),
            ("columns", 2, "H|20260305\r\nA|1.00\r\n"),
            ("amount", 2, "H|20260305\r\nA|1.005|1\r\n"),
            ("amount", 3, "H|20260305\r\nA|1.00|1\r\nA|-1.00|1\r\n"),
            ("number", 2, "H|20260305\r\nA|1.00|one\r\n"),
        ):
            with self.subTest(content=content), self.assertRaises(BankFileError) as caught:
                read_file(layout, content.encode("gbk"))
            self.assertEqual((caught.exception.reason, caught.exception.line), (reason, line))

    def test_wrong_encoding_is_noticed(self):
        layout = Layout(line=(Column("holder"),), delimiter="|", encoding="utf-8")
        with self.assertRaises(BankFileError) as caught:
            read_file(layout, "张三\r\n".encode("gbk"))
        self.assertEqual(caught.exception.reason, "encoding")

    def test_line_of_another_length_is_refused(self):
        layout = Layout(line=(Column("account", width=4),))
        with self.assertRaises(BankFileError) as caught:
            read_file(layout, b"12345\r\n")
        self.assertEqual(caught.exception.reason, "length")
