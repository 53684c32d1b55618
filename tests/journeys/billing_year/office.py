"""The office of the year: its company, people, units and occupants as they stand on 28 December."""

from datetime import date

from freezegun import freeze_time
from moving_year.office import DEPARTMENTS, PEOPLE
from moving_year.screens import Screens

from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.pm_base.tests.common import POSTS

from . import story
from .estate import METERS_SINCE, OCCUPANTS, TOWERS, UNITS


class FeeOffice(Screens):
    """The office 澄江 in a company of its own, with the Chinese chart of accounts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2025-12-28 01:00:00"):
            cls._found_company()
            # The scheduled actions of the year serve this office alone.
            cls.env["pm.site"].search([]).active = False
            cls._open_office()
            cls._employ()
            cls._set_prices()
            cls._enter_units()
            cls._enter_occupants()

    @classmethod
    def _found_company(cls):
        china = cls.env.ref("base.cn")
        company = cls.env["res.company"].create(
            {
                "name": "澄江物业服务有限公司",
                "country_id": china.id,
                "currency_id": cls.env.ref("base.CNY").id,
            }
        )
        cls.env.user.company_ids |= company
        cls.env["account.chart.template"].try_loading("cn", company=company, install_demo=False)
        cls.company = company
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": company.ids})

    @classmethod
    def _open_office(cls):
        cls.site = cls._create_site(
            "澄江管理处",
            "CJ",
            company_id=cls.company.id,
            property_name="澄江双塔",
            phone="0571-8000 6611",
            payment_place="北楼首层收费室",
            late_fee_rate=float(story.LATE_RATE),
            late_fee_grace_days=story.GRACE,
            bank_format_id=cls.env.ref("pm_billing.bank_format_bar").id,
            bank_contract_no="CJ-2026",
            dunning_profile_id=cls.env.ref("pm_billing.dunning_profile_calendar").id,
        )

    @classmethod
    def _employ(cls):
        for role, name in DEPARTMENTS.items():
            cls.env["hr.department"].create(
                {
                    "name": name,
                    "site_id": cls.site.id,
                    "pm_role": role,
                    "company_id": cls.company.id,
                }
            )
        for post, name in PEOPLE.items():
            user = new_test_user(
                cls.env,
                f"fees_{post}",
                POSTS[post],
                name=name,
                lang="zh_CN",
                tz="Asia/Shanghai",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
                site_ids=[Command.set(cls.site.ids)],
            )
            cls.env["hr.employee"].create(
                {"name": name, "user_id": user.id, "company_id": cls.company.id}
            )
            setattr(cls, post, user)
        cls.site.dunning_user_id = cls.area

    @classmethod
    def _set_prices(cls):
        cls.towers = {
            code: cls.env["pm.building"].create(
                {
                    "site_id": cls.site.id,
                    "code": code,
                    "name": name,
                    "usage": "office",
                    "floor_count": floors,
                    # How occupants move in and out is a journey of its own.
                    "move_in_template_id": False,
                    "move_out_template_id": False,
                }
            )
            for code, name, floors, _rooms in TOWERS
        }
        cls.fees = {}
        for sequence, (name, code, product, basis) in enumerate(story.FEES, start=1):
            cls.fees[name] = cls.env["pm.fee"].create(
                {
                    "name": name,
                    "code": code,
                    "sequence": sequence,
                    "site_id": cls.site.id,
                    "product_id": cls.env.ref(f"pm_billing.product_{product}").id,
                    "basis": basis,
                    "meter_kind": "electricity" if basis == "meter" else False,
                    "metered_from": story.FIRST_READINGS,
                    "late_from": story.LATE_SINCE,
                    "uom_name": "小时" if basis == "quantity" else False,
                    "price_ids": [
                        Command.create(
                            {
                                "building_id": price.tower and cls.towers[price.tower].id,
                                "date_start": price.start,
                                "date_end": price.end,
                                "price": float(price.price),
                                "tier_ids": [
                                    Command.create({"above": float(above), "price": float(each)})
                                    for above, each in price.tiers
                                ],
                            }
                        )
                        for price in story.PRICES
                        if price.fee == name
                    ],
                }
            )
        cls.fees[story.MANAGEMENT].write(
            {
                "deposit_kind_id": cls.env.ref("pm_billing.deposit_kind_management").id,
                "deposit_months": 1,
                "ground": "物业服务合同",
            }
        )
        cls.fees[story.REFUSE].write(
            {
                "deposit_kind_id": cls.env.ref("pm_billing.deposit_kind_utilities").id,
                "deposit_amount": 500.0,
            }
        )

    @classmethod
    def _enter_units(cls):
        units = cls.env["pm.unit"].create(
            [
                {
                    "building_id": cls.towers[unit.tower].id,
                    "floor": unit.floor,
                    "room": unit.room,
                    "area": float(unit.area),
                }
                for unit in UNITS
            ]
        )
        cls.units = {unit.code: unit for unit in units}
        meters = cls.env["pm.meter"].create(
            [
                {
                    "unit_id": cls.units[unit.code].id,
                    "kind": "electricity",
                    "meter_no": f"D-{unit.code}",
                    "multiplier": unit.multiplier,
                    "digits": 6,
                    "date_installed": METERS_SINCE,
                }
                for unit in UNITS
            ]
        )
        cls.meters = {meter.unit_id.code: meter for meter in meters}
        owner = cls.env["res.partner"].create({"name": "澄江置业", "is_company": True})
        cls.env["pm.ownership"].create(
            [
                {"unit_id": cls.units[UNITS[number].code].id, "partner_id": owner.id}
                for number in sorted(story.DEBTORS)
            ]
        )

    @classmethod
    def _enter_occupants(cls):
        partners = cls.env["res.partner"].create(
            [{"name": occupant.name, "is_company": True} for occupant in OCCUPANTS]
        )
        cls.partners = {partner.name: partner for partner in partners}
        here = [occupant for occupant in OCCUPANTS if not occupant.comes]
        tenancies = cls.env["pm.tenancy"].create(
            [cls._prepare_tenancy_vals(occupant) for occupant in here]
        )
        tenancies.action_move_in()
        tenancies.date_moved_in = here[0].start
        tenancies.action_activate()
        cls.tenancies = {tenancy.partner_id.name: tenancy for tenancy in tenancies}
        for occupant in here:
            if story.is_collected(occupant):
                cls._enter_mandate(occupant)

    @classmethod
    def _prepare_tenancy_vals(cls, occupant):
        vals = {
            "site_id": cls.site.id,
            "partner_id": cls.partners[occupant.name].id,
            "kind": "lease",
            "date_start": occupant.start,
            "date_end": occupant.end if occupant.announced else False,
            "user_id": cls.area.id,
            "monthly_rent": float(occupant.rent),
            "line_ids": [
                Command.create({"unit_id": cls.units[unit.code].id}) for unit in occupant.units
            ],
        }
        if occupant.rent:
            vals["fee_ids"] = [
                Command.create(
                    {
                        "fee_id": cls.fees[story.RENT].id,
                        "terms": "agreed",
                        "price": float(occupant.stepped_rent),
                        "date_start": story.RENT_STEP,
                    }
                )
            ]
        return vals

    @classmethod
    def _enter_mandate(cls, occupant):
        tenancy = cls.tenancies[occupant.name]
        account = cls.env["res.partner.bank"].create(
            {
                "acc_number": f"6200{occupant.number:012d}",
                "partner_id": tenancy.partner_id.id,
            }
        )
        cls.env["pm.bank.mandate"].create(
            {
                "tenancy_id": tenancy.id,
                "partner_bank_id": account.id,
                "signed_on": date(2025, 12, 1),
                "date_from": date(2025, 12, 1),
            }
        ).action_activate()
