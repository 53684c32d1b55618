"""Occupants come, fit out and go: each post at its own screen, in Chinese."""

import json
import re

import pytest

from odoo.addons.pm_base.tests.common import read_pages

# An occupant about to come, one about to go with a key in hand, and passes of a fit-out under way.
CAST = """
import json
from datetime import timedelta
from odoo.fields import Command

from odoo.addons.pm_base.models.pm_import import IMPORTING

site = env.ref("pm_base.site_yunhe")
today = site._today()
env = env(context={"lang": "zh_CN"})

def register(unit, name, day):
    return env["pm.tenancy"].create({
        "site_id": site.id,
        "partner_id": env["res.partner"].create({"name": name, "is_company": True}).id,
        "unit_ids": unit.ids,
        "date_start": day,
        "contact_name": "温如故",
        "user_id": env.ref("pm_base.user_area").id,
    })

coming, going = env["pm.unit"].search(
    [("site_id", "=", site.id), ("building_id.code", "=", "A"), ("state", "=", "vacant")], limit=2
)
register(coming, "听雨轩文化传播有限公司", today)
leaving = register(going, "望潮阁贸易有限公司", today - timedelta(days=400))
long_in = leaving.with_context(pm_import=IMPORTING)  # no procedure, no gates
long_in.action_move_in()
long_in.action_activate()
key = env["pm.key"].create(
    {"site_id": site.id, "unit_id": going.id, "code": f"{going.code}-K-9", "name": "大门钥匙"}
)
leaving._issue_keys(key, borrower_name="温如故", issued_by_id=env.ref("pm_base.user_area").id)
leaving.with_user(env.ref("pm_base.user_area")).action_move_out()

fitout = env.ref("pm_tenancy.fitout_works")
# In case today is a day off.
fitout.holiday_ids = [Command.create({"date_from": today, "content": "吊顶"})]
workers = env["pm.fitout.worker"].create([
    {
        "fitout_id": fitout.id,
        "name": name,
        "trade": "木工",
        "photo": env.ref("pm_tenancy.fitout_worker_w1").photo,
        "valid_from": today - timedelta(days=9),
        "valid_to": today + timedelta(days=days),
    }
    for name, days in (("东方既白", 9), ("西门未晞", -1), ("北堂夜阑", 9))
])
workers.action_issue()
workers[-1].action_withdraw()
print(json.dumps({
    "going": going.code,
    "key": key.code,
    "codes": [worker._get_verify_url().partition("/pm/v/")[2] for worker in workers],
}))
"""


@pytest.fixture(scope="module")
def cast(odoo_server):
    return json.loads(odoo_server.shell(CAST).strip().splitlines()[-1])


def open_menu(page, section, menu):
    page.locator(".o_pm_today .o_pm_tile").first.wait_for()
    page.locator(f"[data-menu-xmlid='{section}']").click()
    page.locator(f"[data-menu-xmlid='{menu}']").click()
    page.locator(".o_pm_today").wait_for(state="detached")


def open_record(odoo_server, page, text, row=".o_data_row"):
    """From a list or board to the form of the one record that the text finds."""
    odoo_server.search(page, text)
    page.locator(row, has_text=text).first.click()
    page.locator(".o_form_view", has_text=text).wait_for()


def read_screen(page):
    """Return what the screen says, up to the chatter, and see that it says it in Chinese."""
    text = page.locator(".o_action_manager").inner_text().partition("发送消息")[0]
    assert not latin_words(f"{page.locator('.o_menu_sections').inner_text()} {text}")
    return text


def latin_words(text):
    return [word for word in text.split() if word.isascii() and word.isalpha() and len(word) > 1]


def read_paper(page, tmp_path, click):
    """Return the text of the PDF that a click brings."""
    with page.expect_download(timeout=60_000) as download:
        click()
    path = tmp_path / "paper.pdf"
    download.value.save_as(path)
    return "".join(read_pages(path.read_bytes()))


def find_step(page, name):
    return page.locator("[name=procedure_step_ids] .o_data_row").filter(
        has=page.locator(".o_data_cell[name=name]", has_text=name)
    )


def test_receptionist_moves_an_occupant_in(odoo_server, page, cast, tmp_path):
    """The procedure says what is open and who owes it; keys wait for its gates (TEN-054)."""
    odoo_server.login(page, "receptionist")
    open_menu(page, "pm_tenancy.pm_occupancy_menu", "pm_tenancy.pm_tenancy_menu")
    open_record(odoo_server, page, "听雨轩文化传播有限公司")
    page.locator("button[name=action_move_in]").click()
    page.locator(".o_notebook .nav-link[name=procedure]").click()
    fees = find_step(page, "缴清入伙费用")
    fees.wait_for()
    assert "财务部" in fees.inner_text()
    assert "资料" in find_step(page, "收取并核验资料").inner_text()
    read_screen(page)

    page.locator("button[name=action_issue_keys]").click()
    refusal = page.locator(".modal", has_text="缴清入伙费用")
    refusal.wait_for()
    assert "财务部" in refusal.inner_text()
    assert not latin_words(refusal.inner_text())
    refusal.locator(".modal-footer button").click()

    step = find_step(page, "收到发展商通知书")
    step.locator("button[name=action_done]").click()
    step.filter(has_text="已完成").wait_for()
    covenant = find_step(page, "签署公约").locator("button[name=action_work]")
    text = read_paper(page, tmp_path, covenant.click)
    assert "公约" in text
    assert "听雨轩文化传播有限公司" in text


def test_board_of_a_move_out_turns_green(odoo_server, page, cast):
    """The board names what holds the occupant up; a key taken back clears its line (TEN-135)."""
    odoo_server.login(page, "area")
    open_menu(page, "pm_tenancy.pm_moving_menu", "pm_tenancy.pm_clearance_menu")
    open_record(odoo_server, page, cast["going"], row=".o_kanban_record")
    keys = page.locator("[name=line_ids] .o_data_row", has_text="钥匙及门禁卡")
    assert cast["key"] in keys.inner_text()
    assert "未结清" in keys.inner_text()
    assert "望潮阁贸易有限公司" in keys.inner_text()
    read_screen(page)

    keys.locator("button[name=action_open]").click()
    page.locator(".modal button[name=action_confirm]").click()
    page.locator(".modal").wait_for(state="detached")
    page.locator("button[name=action_refresh]").click()
    keys.filter(has_text="已结清").wait_for()


def test_engineer_sees_until_when_drawings_are_reviewed(odoo_server, page):
    """The deadline stands on the fit-out beside the step and its department (TEN-092)."""
    odoo_server.login(page, "engineer")
    open_menu(page, "pm_tenancy.pm_fitout_menu_root", "pm_tenancy.pm_fitout_menu")
    open_record(odoo_server, page, "A-06-08")
    review = find_step(page, "图纸审核").inner_text()
    assert "工程部" in review
    assert re.search(r"\d+月\d+日 23:59", review)
    assert "审核中，期限" in review
    read_screen(page)


def test_supervisor_prints_the_permit_of_a_fitout(odoo_server, page, tmp_path):
    """The permit says who works where (TEN-094)."""
    odoo_server.login(page, "supervisor")
    open_menu(page, "pm_tenancy.pm_fitout_menu_root", "pm_tenancy.pm_fitout_menu")
    open_record(odoo_server, page, "A-12-04")
    read_screen(page)
    page.locator(".o_cp_action_menus button").click()
    page.locator(".o-dropdown--menu .dropdown-toggle", has_text="打印").hover()
    permit = page.get_by_role("menuitem", name="开工许可证")
    text = read_paper(page, tmp_path, permit.click)
    for expected in ("开工许可证", "KG20", "A-12-04", "柏舟环保科技有限公司", "匠心阁装饰工程"):
        assert expected in text


def test_the_life_of_a_unit_on_screen_and_paper(odoo_server, page, tmp_path):
    """What happened to a unit in any department, and its dossier."""
    odoo_server.login(page, "receptionist")
    open_menu(page, "pm_tenancy.pm_occupancy_menu", "pm_tenancy.pm_unit_menu")
    open_record(odoo_server, page, "A-12-04")
    page.locator(".o_cp_action_menus button").click()
    dossier = page.get_by_role("menuitem", name="单元档案")
    text = read_paper(page, tmp_path, dossier.click)
    for expected in ("单元档案", "A-12-04", "租期开始", "装修开工", "云帆渡船舶设备有限公司"):
        assert expected in text

    page.locator("button[name=action_view_events]").click()
    works = page.locator(".o_list_view .o_data_row", has_text="装修开工")
    works.wait_for()
    assert "签署公约" in read_screen(page)
    works.click()
    page.locator(".o_form_view button[name=action_print_passes]").wait_for()


def test_guard_checks_passes_with_a_telephone(odoo_server, browser, cast):
    """Without a login the code tells whether to let the worker in (TEN-094, TEN-100)."""
    telephone = browser.new_context(
        base_url=odoo_server.url, viewport={"width": 390, "height": 800}, is_mobile=True
    )
    page = telephone.new_page()
    answers = (
        ("东方既白", "有效", "匠心阁装饰工程有限公司"),
        ("西门未晞", "已到期", "A-12-04"),
        ("北堂夜阑", "无效", "该证已收回"),
    )
    for code, (name, answer, fact) in zip(cast["codes"], answers, strict=True):
        page.goto(f"/pm/v/{code}")
        assert page.get_by_role("status").inner_text() == answer
        text = page.locator("main").inner_text()
        assert name in text
        assert fact in text
        assert not latin_words(text)
        assert page.locator("img.photo").is_visible()
        assert not page.locator("form").count()  # a pass is looked at; nothing is ticked
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    telephone.close()


def test_the_day_begins_on_the_board(odoo_server, page):
    """A number on the board leads to as many lines of the due list."""
    odoo_server.login(page, "area")
    tile = page.locator(".o_pm_today .o_pm_tile", has_text="已逾期")
    late = tile.locator(".o_pm_tile_value").inner_text()
    assert int(late)
    read_screen(page)
    tile.click()
    page.locator(".o_list_view .o_data_row").first.wait_for()
    assert page.locator(".o_pager_limit").inner_text() == late
    read_screen(page)
