"""A customer stands at the counter: the receptionist works in the web client, in Chinese."""

import json

import pytest

from odoo.addons.pm_base.tests.common import read_pages

BILL_THIS_MONTH = """
import json
site = env.ref("pm_base.site_yunhe")
month = site._today().replace(day=1)
runs = env["pm.bill.run"].search([("site_id", "=", site.id), ("month", "=", month)])
run = runs or runs.create({"site_id": site.id, "month": month})
if run.state == "draft":
    run.action_collect()
if run.state == "collected":
    run.action_check()
if run.state == "checked":
    run.action_invoice()
bill = run.bill_ids.filtered(lambda bill: len(bill.pm_tenancy_id.unit_ids) == 1)[0]
print(json.dumps({
    "unit": bill.pm_tenancy_id.unit_ids.code,
    "occupant": bill.partner_id.name,
    "amount": f"{bill.amount_total:,.2f}",
    "month": f"{month.year}年{month.month}月",
}))
"""


@pytest.fixture(scope="module")
def bill(odoo_server):
    """A bill of this month: what its statement has to say."""
    return json.loads(odoo_server.shell(BILL_THIS_MONTH).strip().splitlines()[-1])


def open_units(page):
    """From the board, on which the day begins, to the list of units."""
    page.locator(".o_pm_today .o_pm_tile").first.wait_for()
    page.locator("[data-menu-xmlid='pm_tenancy.pm_occupancy_menu']").click()
    page.locator("[data-menu-xmlid='pm_tenancy.pm_unit_menu']").click()
    page.locator(".o_list_view").wait_for()


def test_receptionist_finds_a_unit_and_prints_its_statement(odoo_server, page, bill, tmp_path):
    """From the number of the room to the statement in the customer's hand (BIL-022, BIL-027)."""
    odoo_server.login(page, "receptionist")
    open_units(page)
    odoo_server.search(page, bill["unit"])
    page.locator(".o_data_row", has_text=bill["occupant"]).first.click()
    page.locator("button[name=action_open_tenancy]").click()
    page.locator(".o_form_view", has_text=bill["occupant"]).wait_for()
    page.locator("button[name=action_view_bills]").click()
    page.locator(".o_list_view .o_data_row", has_text=bill["month"]).click()
    with page.expect_download(timeout=60_000) as download:
        page.locator(".o_form_statusbar button[name=action_pm_print_statement]").click()
    path = tmp_path / "statement.pdf"
    download.value.save_as(path)
    text = "".join(read_pages(path.read_bytes()))
    for expected in (
        "收费通知单",
        "云和广场管理处",
        bill["unit"],
        bill["occupant"],
        bill["amount"],
        bill["month"],
        "0579-81001800",
    ):
        assert expected in text


def test_receptionist_works_in_chinese(odoo_server, page):
    """Nothing in English is left on the screens of the desk."""
    odoo_server.login(page, "receptionist")
    open_units(page)
    menu = page.locator(".o_menu_sections").inner_text()
    assert "入住管理" in menu
    assert "收费" in menu
    heading = page.locator(".o_list_table thead").inner_text()
    assert "单元号" in heading
    latin = [word for word in f"{menu} {heading}".split() if word.isascii() and word.isalpha()]
    assert not latin


def test_receptionist_finds_an_occupant_by_name(odoo_server, page, bill):
    """One search box: the name of the occupant finds the unit as well."""
    odoo_server.login(page, "receptionist")
    open_units(page)
    odoo_server.search(page, bill["occupant"])
    page.locator(".o_data_row", has_text=bill["unit"]).wait_for()


def test_receptionist_may_not_configure(odoo_server, page):
    """The desk sees neither the settings of the office nor the import."""
    odoo_server.login(page, "receptionist")
    assert "设置" not in page.locator(".o_menu_sections").inner_text()
    call = odoo_server.rpc("receptionist")
    assert call("pm.site", "has_access", [], "read")
    assert not call("pm.import", "has_access", [], "read")
    assert not call("pm.unit", "has_access", [], "write")
