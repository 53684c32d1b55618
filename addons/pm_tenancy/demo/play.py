"""The demo office at work: one occupant has nearly moved out, another one's owner refuses, and
leader and director have something to decide.

Played once the translations are loaded, so that steps and sheets are worded in Chinese.
"""

from datetime import datetime, time, timedelta

from odoo.fields import Command

from odoo.addons.pm_base.models.pm_import import IMPORTING


def play(env):
    site = env.ref("pm_base.site_yunhe")
    site = site.with_context(lang=site.print_lang)
    _play_lodger(site)
    _play_nearly_out(site, _find(site, "A-16-01"))
    _play_refused(site, _find(site, "B-04-01"))
    _play_deposit_release(site)
    _play_move_in_plan(site)


def _find(site, code):
    return site.env["pm.tenancy"].search(
        [("site_id", "=", site.id), ("state", "=", "active"), ("unit_codes", "=", code)]
    )


def _play_lodger(site):
    """Who has rented a flat for some months was entered as on an import: without a procedure."""
    lodger = site.env.ref("pm_tenancy.tenancy_lodger").with_context(pm_import=IMPORTING)
    lodger.action_move_in()
    lodger.action_activate()


def _play_nearly_out(site, tenancy):
    """The owner consents, the unit is inspected and read; bills, damage and keys are left."""
    if not tenancy:
        return
    env, today = site.env, site._today()
    tenancy.action_move_out()
    tenancy.clearance_id.write(
        {
            "notice_on": today - timedelta(days=20),
            "notice_from": "tenant",
            "notice_reason": "合同到期，迁往新址",
            "forwarding_address": "云和市云溪路 88 号科创园 3 幢 502",
            "forwarding_phone": "0579-8100 3300",
            "goods": "办公桌椅 36 套、文件柜 12 组、复印机 2 台、服务器机柜 1 组",
            "protection_required": True,
            "inspection_at": site._to_utc(datetime.combine(today - timedelta(days=1), time(10))),
            "consent_by": "letter",
            "consent_asked_on": today - timedelta(days=15),
            "consent": "given",
            "consent_on": today - timedelta(days=10),
            "consent_note": "业主盖章同意函，已归档",
            "reinstatement": "no",
        }
    )
    env["pm.removal"].create(
        {
            "tenancy_id": tenancy.id,
            "planned_at": site._to_utc(datetime.combine(today + timedelta(days=5), time(19))),
            "mover": "顺捷搬家公司",
            "vehicles": "浙Z·A6618、浙Z·A7029",
            "note": "电梯轿厢铺防护板；服务器机柜最后下。",
        }
    )
    engineer = env.ref("pm_base.employee_engineer")
    for meter in tenancy.unit_ids._get_handover_meters():
        env["pm.meter.reading"].create(
            {
                "meter_id": meter.id,
                "kind": "move_out",
                "date": today,
                "value": meter.last_value + 312,
                "is_signed": True,
                "confirmed_by": tenancy.contact_name,
                "reader_id": engineer.id,
            }
        )
    tenancy.action_inspect_move_out()
    inspection = tenancy._get_move_out_inspection()
    inspection.inspector_ids = [Command.set(engineer.ids)]
    floor = inspection.line_ids.filtered(lambda line: line.kind == "tick")[2]
    floor.write({"verdict": "fault", "finding": "会议室地毯烫痕两处", "compensation": 680.0})
    for line in inspection.line_ids.filtered(lambda line: line.kind == "reading"):
        line.value = tenancy._get_final_readings()[:1].value or 1.0
    inspection.action_all_in_order()
    inspection.action_judge()
    inspection.signed_by = tenancy.contact_name or tenancy.partner_id.name
    inspection.with_user(env.ref("pm_base.user_engineer")).action_sign()


def _play_refused(site, tenancy):
    """The owner was asked by telephone and refuses: nothing is released."""
    if not tenancy:
        return
    today = site._today()
    tenancy.unit_ids.building_id.key_return_role = "security"
    tenancy.action_move_out()
    tenancy.clearance_id.write(
        {
            "notice_on": today - timedelta(days=4),
            "notice_from": "tenant",
            "notice_reason": "提前退租",
            "consent_by": "phone",
            "consent_asked_on": today - timedelta(days=2),
            "consent": "refused",
            "consent_on": today - timedelta(days=2),
            "consent_note": "电话：尚欠两个月租金，不同意搬出",
            "reinstatement": "yes",
            "reinstatement_note": "拆除隔断，恢复吊顶",
        }
    )


def _play_deposit_release(site):
    """Everybody agrees to give a fit-out deposit back; the leader in charge has still to."""
    env = site.env
    fitout = env.ref("pm_tenancy.fitout_hold", raise_if_not_found=False)
    if not fitout:
        return
    signers = {
        "customer": "业户代表",
        "service": env.ref("pm_base.user_area").name,
        "engineering": env.ref("pm_base.user_engineer").name,
        "security": env.ref("pm_base.user_security").name,
    }
    for opinion in fitout.opinion_ids.filtered(lambda opinion: opinion.stage == "release"):
        opinion.write(
            {
                "verdict": "agree",
                "signed_by": signers[opinion.party],
                "signed_on": site._today() - timedelta(days=1),
            }
        )
    fitout.with_user(env.ref("pm_base.user_area")).action_ask_release()


def _play_move_in_plan(site):
    """The supervisor has drawn up a plan for another building; the director has still to decide."""
    env, today = site.env, site._today()
    building = env.ref("pm_tenancy.building_flats", raise_if_not_found=False)
    if not building:
        return
    duties = {
        "supervisor": ("8102", "总协调，检查登记册、协议和票据"),
        "receptionist": ("8101", "咨询引导，核对通知书，发放资料"),
        "area": ("8103", "审核资料，陪同验收，发放钥匙"),
        "engineer": ("8104", "验收、抄录水电气表底数"),
    }
    plan = env["pm.move.in.plan"].create(
        {
            "site_id": site.id,
            "name": "4 号楼公寓第二批入伙",
            "building_ids": [Command.set(building.ids)],
            "date_start": today + timedelta(days=34),
            "date_end": today + timedelta(days=41),
            "fallback_date": today + timedelta(days=45),
            "place": "4 号楼首层大堂",
            "enquiry_name": "客户服务中心前台",
            "enquiry_phone": "0579-8100 1800",
            "developer_place": "云和市和风路 20 号发展商接待处",
            "duty_ids": [
                Command.create(
                    {
                        "employee_id": env.ref(f"pm_base.employee_{post}").id,
                        "phone": phone,
                        "name": duty,
                    }
                )
                for post, (phone, duty) in duties.items()
            ],
        }
    )
    plan.action_fill_schedule()
    plan.with_user(env.ref("pm_base.user_supervisor")).action_ask()
