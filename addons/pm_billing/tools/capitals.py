"""Amounts in Chinese capitals, as cheques, receipts and demand letters write them."""

import cn2an


def to_capitals(amount):
    """Return an amount of yuan in capitals: 12345.60 is 壹万贰仟叁佰肆拾伍元陆角."""
    return cn2an.an2cn(f"{amount:.2f}", "rmb")
