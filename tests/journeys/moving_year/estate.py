"""The estate of the year: what stands there before the first occupant comes."""

from .office import MovingOffice, on

# Code, name and use of each building: one for each way of moving in.
BUILDINGS = [
    ("S", "商务中心", "business_centre"),
    ("M", "商场", "mall"),
    ("H", "住宅楼", "residential"),
    ("O", "写字楼", "office"),
    ("T", "剧场", "culture"),
]
# Building, floor, room, area, owner, meters.
UNITS = [
    ("S", 3, "05", 60.0, "知春置业", ["electricity"]),
    ("M", 1, "08", 85.5, "望湖商贸", ["electricity", "water", "gas"]),
    ("H", 8, "02", 96.3, "林晓", ["electricity", "water"]),
    ("O", 6, "01", 200.0, "苏白", ["electricity", "water"]),
    ("O", 6, "02", 140.0, "苏白", ["electricity"]),
    ("T", 2, "01", 420.0, "知春置业", ["electricity", "water", "gas"]),
]
TEMPLATES = {
    "S": ("business_centre", "business_centre"),
    "M": ("mall", "office"),
    "H": ("residential", "office"),
    "O": ("individual", "office"),
    "T": ("marketing", "leasing"),
}


class Estate(MovingOffice):
    @on("2023-09-01 09:00")
    def office_is_set_up(self):
        """Buildings, units, owners, keys and meters are entered; use proposes the procedures."""
        owners = {name: self.meet(name, phone="0571-8000 0001") for name in {u[4] for u in UNITS}}
        buildings = {}
        for code, name, usage in BUILDINGS:
            buildings[code] = self.fill(
                self.director,
                "pm.building",
                code=code,
                name=name,
                usage=usage,
                has_gas=usage in ("mall", "culture"),
            )
        # No use stands for letting through the developer: the director chooses it.
        self.fill(
            self.director,
            buildings["T"],
            move_in_template_id=self.env.ref("pm_tenancy.procedure_move_in_marketing"),
            key_return_role="security",
        )
        for code, (move_in, move_out) in TEMPLATES.items():
            building = buildings[code]
            self.assertEqual(
                (building.move_in_template_id, building.move_out_template_id),
                (
                    self.env.ref(f"pm_tenancy.procedure_move_in_{move_in}"),
                    self.env.ref(f"pm_tenancy.procedure_move_out_{move_out}"),
                ),
            )
        for code, floor, room, area, owner, kinds in UNITS:
            form = self.open(self.supervisor, "pm.unit")
            form.building_id = buildings[code]
            form.floor, form.room, form.area = floor, room, area
            with form.ownership_ids.new() as ownership:
                ownership.partner_id = owners[owner]
            unit = form.save().with_env(self.env)
            self.confirm(
                self.supervisor,
                {
                    "type": "ir.actions.act_window",
                    "res_model": "pm.key.add",
                    "views": [[False, "form"]],
                },
                unit_id=unit,
                name="大门",
            )
            for kind in kinds:
                self.fill(
                    self.engineer,
                    "pm.meter",
                    unit_id=unit,
                    kind=kind,
                    meter_no=f"{unit.code}-{kind[0].upper()}",
                )
        fee = self.open(self.director, "pm.fee")
        fee.name, fee.code, fee.basis = "物业管理费", "WY", "area"
        fee.product_id = self.env.ref("pm_billing.product_management_fee")
        with fee.price_ids.new() as price:
            price.date_start = "2023-01-01"
            price.price = 12.0
        fee.save()
        for register in ("directory", "vacant"):
            self.fill(
                self.director,
                self.env.ref(f"pm_tenancy.register_{register}"),
                date_start="2023-12-01",
            )
        self.assertEqual(set(self.site.building_ids.unit_ids.mapped("state")), {"vacant"})
