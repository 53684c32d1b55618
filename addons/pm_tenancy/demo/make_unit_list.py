"""Write yunhe_unit_list.xlsx: two office towers with their owners and occupants.

    python make_unit_list.py

The towers have the facts of TEN-001; areas, people, companies and leases are invented. The same
script always writes the same file.
"""

# ruff: noqa: SIM905 - names are read more easily than lists of strings

from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import xlsxwriter
from dateutil.relativedelta import relativedelta

TARGET = Path(__file__).with_name("yunhe_unit_list.xlsx")
CHOOSE = Random(20261)

# code, name, gross area, floors, storey height, units per floor, lifts, use of the floors
TOWERS = [
    ("A", "1 号楼", 64683.1, 20, 3.8, 8, 10, "1-3 大堂、商务用房；4-20 办公"),
    ("B", "2 号楼", 41803.1, 18, 3.6, 6, 10, "1-3 大堂、商务用房；4-18 办公"),
]
FIRST_OFFICE_FLOOR = 4
# Floor area and orientation of the rooms of a standard floor. With the larger floors of the
# podium, the lobby and the business rooms, they make up the gross area of the tower.
ROOMS = {
    "A": [
        (428.36, "东南"), (351.92, "南"), (428.36, "西南"), (317.58, "西"),
        (402.11, "西北"), (298.74, "北"), (402.11, "东北"), (261.45, "东"),
    ],
    "B": [
        (412.80, "东南"), (336.25, "南"), (412.80, "西南"),
        (348.66, "西北"), (273.94, "北"), (348.66, "东北"),
    ],
}  # fmt: skip
# The shafts grow narrower towards the top: (up to floor, square metres won by each room).
SHAFTS = [(9, 0.0), (15, 1.86), (99, 3.42)]

DEVELOPER = "云和置业发展有限公司"
MANAGER = ("云和物业服务有限公司", "400-000-1800")
COMPANY_OWNERS = """
    澄怀实业投资有限公司 栖梧资产管理有限公司 砚田文化发展有限公司 汀兰置业有限公司
    北岫控股有限公司 鹿鸣谷投资有限公司 听澜商业管理有限公司 叠翠山房地产经纪有限公司
    拾穗农业科技有限公司 锦砚纺织有限公司 溯源堂药业有限公司 云帆渡船舶设备有限公司
    长亭外建筑设计有限公司 半亩塘水务工程有限公司 和羹食品有限公司 青圭精密仪器有限公司
""".split()
PEOPLE_OWNERS = """
    沈砚秋 陆知微 顾南枝 温若谷 裴书远 岑听雨 路遥安 宋时雨 许归帆 叶清和 邵怀瑾 秦牧野
    楚云舒 江照晚 方采薇 柏景明 阮星河 喻长青 蒋望舒 傅静姝 卓一鸣 钟灵秀 薛沐阳 程思齐
    韩松龄 唐若棠 殷晓岚 俞伯川 骆春生 萧予墨 聂海棠 戚远帆 梁守拙 龚月白 谭竹溪 施雨桐
    魏长风 祝余年 甘棠 纪晚舟 计无咎 常思源
""".split()
BRANDS = """
    禾木间 知白 远岫 云笺 逐光里 清越 棠棣 汇川里 木石 简素 千帆渡 九畹 同舟记 沐风里 识微
    澍雨 凌霄阁 合页 万象书 晴川里 松间照 琢器 行健堂 经纬度 初晨里 若水居 启明里 珠还
    明鉴台 广厦记 溪云 采石 白露里 惊蛰 谷雨田 芒种 霜序 春耕图 南枝里 北辰里 东篱下 西窗烛
    致远舟 宁静港 淡泊斋 日新堂 又新 格致里 问渠 活水源 方塘鉴 天光云 清如许 半山亭 一苇渡
    双溪口 三径园 四时里 五柳居 七弦 八方汇 十里亭 百川汇 千山行 万木春 扬帆渡 云梯 登高台
    揽月阁 听雪庐 看云亭 问月 邀山 读海 观云台 听松阁 品茗轩 踏歌行 采菊 归园里 武陵溪
    渔舟晚 牧笛 樵歌 耕读园 诗礼堂 琴鹤 竹溪里 荷塘月 柳浪 桂雨 枫桥夜 杏坛里 橘洲头 榆荫
    槐安里 桐荫 梧叶 芦汀 蒹葭里 苇杭 泽兰 杜若洲 辛夷坞 木樨 雁栖里 鹤汀 鸥渚 鱼跃池 蝉鸣里
    萤火集 砚池 墨池里 笔耕 纸鸢 竹简 星槎 月浦 风荷 雨巷 雪霁 云岫 霞浦里 虹桥渡 石泉
    松涛里 柏舟 槿篱 兰舟 菱歌 莲溪 芷汀 蕙风 桑麻 稻香集 麦陇 茶山里 陶然居 青瓷里 白石桥
    黄梅渡 绿漪 紫陌 丹枫里 素履 朴园 拙见 守静 怀谷 临渊阁 枕溪 漱石 濯缨 扣舷 倚栏 凭江
    望潮 听泉 寻梅 访竹 过云楼 平芜 远黛
""".split()
TRADES = """
    信息技术有限公司 贸易有限公司 会计师事务所 律师事务所 广告有限公司 软件有限公司
    建筑设计有限公司 人力资源有限公司 教育咨询有限公司 医疗器械有限公司 供应链有限公司
    文化传媒有限公司 环保科技有限公司 国际货运代理有限公司 企业管理有限公司 旅行社有限公司
    电子科技有限公司 工程咨询有限公司 保险经纪有限公司 数据服务有限公司 服饰有限公司
    新能源有限公司 生物科技有限公司 网络科技有限公司 知识产权代理有限公司
""".split()
SURNAMES = "沈陆顾温裴岑路许叶邵秦楚江方柏阮喻蒋傅卓钟薛程韩唐殷俞骆萧聂戚梁龚谭施魏祝纪常"
GIVEN = """
    佳禾 明远 思源 晓岚 子衿 雨桐 文博 静怡 志远 嘉树 云帆 书瑶 浩然 婉清 逸飞 若曦 俊彦
    可心 天佑 诗涵 景行 慕白 南星 清扬
""".split()

# Units held together by one occupant: whole floors, halves, neighbours.
GROUPS = [
    ("A", 20, ["01", "02", "03", "04", "05", "06", "07", "08"]),
    ("A", 19, ["01", "02", "03", "04"]), ("A", 15, ["05", "06", "07"]), ("A", 12, ["01", "02"]),
    ("A", 9, ["06", "07", "08"]), ("A", 7, ["03", "04"]), ("B", 18, ["01", "02", "03"]),
    ("B", 14, ["04", "05"]), ("B", 10, ["01", "02"]), ("B", 6, ["05", "06"]),
]  # fmt: skip
LETTABLE_SHARE = 0.755  # of the remaining units, so that 75 to 80 of a hundred units are occupied


class People:
    """Hands out names and telephone numbers, each only once."""

    def __init__(self):
        self.brands = CHOOSE.sample(BRANDS, len(BRANDS))
        self.count = 0

    def company(self):
        trade = TRADES[len(self.brands) % len(TRADES)]
        return f"{self.brands.pop()}{trade}"

    def person(self):
        return CHOOSE.choice(SURNAMES) + CHOOSE.choice(GIVEN)

    def mobile(self):
        self.count += 1
        return f"190 0000 {self.count:04d}"


def make_units():
    """Return (building, floor, room, area, inner area, orientation) of every unit."""
    units = []
    for code, _name, _area, floors, *_rest in TOWERS:
        for floor in range(FIRST_OFFICE_FLOOR, floors + 1):
            won = next(area for top, area in SHAFTS if floor <= top)
            for number, (area, orientation) in enumerate(ROOMS[code], start=1):
                size = round(area + won, 2)
                units.append(
                    (code, floor, f"{number:02d}", size, round(size * 0.7134, 2), orientation)
                )
    return units


def share_out_units(units):
    """Return {unit number: owner}: the developer kept the top, companies hold floors and halves,
    people one to three units."""
    owners, codes = {}, [unit_no(unit) for unit in units]
    for code, floor, *_rest in units:
        if floor >= (18 if code == "A" else 17):
            owners.update({c: DEVELOPER for c in codes if c.startswith(f"{code}-{floor:02d}-")})
    free = [code for code in codes if code not in owners]
    while free and COMPANY_OWNERS:
        owner = COMPANY_OWNERS[len(set(owners.values())) % len(COMPANY_OWNERS)]
        if owner in owners.values():
            break
        for _unused in range(CHOOSE.choice([4, 5, 6, 8])):
            owners[free.pop(0)] = owner
    for person in PEOPLE_OWNERS:
        for _unused in range(CHOOSE.choice([1, 1, 2, 3])):
            if free:
                owners[free.pop(0)] = person
    owners.update(dict.fromkeys(free, DEVELOPER))
    return owners


def unit_no(unit):
    return f"{unit[0]}-{unit[1]:02d}-{unit[2]}"


def make_period(past=False):
    """Return the first and last day of a lease."""
    if past:
        start = date(2024, CHOOSE.randint(1, 3), 1)
        return start, start + relativedelta(years=1, days=-1)
    while True:
        start = date(2024 + CHOOSE.choice([0, 1, 1, 2, 2]), CHOOSE.randint(1, 10), 1)
        start += timedelta(days=CHOOSE.choice([0, 0, 0, 14]))
        end = start + relativedelta(years=CHOOSE.choice([1, 2, 2, 3, 3]), days=-1)
        if date(2026, 12, 1) <= end <= date(2029, 12, 31):
            return start, end


def make_tenancies(units, owners, people):
    """Return the rows of the tenancies, and the occupants who are not owners."""
    sizes = {unit_no(unit): unit[3] for unit in units}
    grouped = [[f"{code}-{floor:02d}-{room}" for room in rooms] for code, floor, rooms in GROUPS]
    taken = {code for codes in grouped for code in codes}
    singles = [code for code in sizes if code not in taken]
    occupied = sorted(CHOOSE.sample(singles, round(len(singles) * LETTABLE_SHARE)))
    rows, occupants = [], []

    def add(codes, period, occupant=None, moved_out=None, rent=True):
        area = sum(sizes[code] for code in codes)
        tenant = occupant or people.company()
        contact, phone = people.person(), people.mobile()
        if not occupant:
            occupants.append((tenant, "单位", phone, contact))
        price = CHOOSE.choice([48, 52, 55, 58, 62, 66])
        start, end = period
        rows.append(
            (
                "、".join(codes), tenant, "业主自用" if occupant else "租户", start, end, moved_out,
                not occupant, contact, phone, None if occupant or not rent else round(area * price),
            )
        )  # fmt: skip

    own_use = 0
    for codes in [*grouped, *([code] for code in occupied)]:
        owner = owners[codes[0]]
        lives_there = owner != DEVELOPER and len(codes) == 1 and own_use < 16
        if lives_there and CHOOSE.random() < 0.2:
            own_use += 1
            add(codes, (date(2024, CHOOSE.randint(1, 12), 1), None), occupant=owner)
        else:
            add(codes, make_period())
    # Former tenants of units let again or vacant since, and tenants who are still to come.
    starts = {code: row[3] for row in rows for code in row[0].split("、")}
    former = [code for code in singles if starts.get(code, date(2099, 1, 1)) > date(2025, 6, 30)]
    for code in CHOOSE.sample(former, 10):
        period = make_period(past=True)
        add([code], period, moved_out=period[1])
    vacant = [code for code in singles if code not in starts]
    for number, code in enumerate(CHOOSE.sample(vacant, 6)):
        start = date(2027, 1 + number // 3, 1)
        add([code], (start, start + relativedelta(years=2, days=-1)))
    # Leases are numbered in the order in which they begin, and listed by unit.
    count = 0
    for index, row in sorted(enumerate(rows), key=lambda pair: pair[1][3]):
        if row[6]:
            count += 1
        number = f"YH-{row[3].year}-{count:03d}" if row[6] else None
        rows[index] = (*row[:6], number, *row[7:])
    return sorted(rows, key=lambda row: (row[0], row[3])), occupants


def write(sheets):
    workbook = xlsxwriter.Workbook(str(TARGET))
    workbook.set_properties({"title": "云和广场单元清单", "created": datetime(2026, 1, 1)})
    heading = workbook.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
    formats = {
        date: workbook.add_format({"num_format": "yyyy-mm-dd"}),
        float: workbook.add_format({"num_format": "#,##0.00"}),
        str: workbook.add_format({"num_format": "@"}),
    }
    for title, columns, rows in sheets:
        sheet = workbook.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        for index, (label, width) in enumerate(columns):
            sheet.set_column(index, index, width)
            sheet.write(0, index, label, heading)
        for number, row in enumerate(rows, start=1):
            for index, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, index, value, formats[date])
                elif value is not None:
                    sheet.write(number, index, value, formats.get(type(value)))
    workbook.close()


def main():
    people = People()
    units = make_units()
    owners = share_out_units(units)
    tenancies, occupants = make_tenancies(units, owners, people)
    parties = [
        (MANAGER[0], "单位", MANAGER[1], None),
        (DEVELOPER, "单位", "0579-8100 2000", "钟予宁"),
    ]
    for owner in dict.fromkeys(owners.values()):
        if owner != DEVELOPER:
            kind = "单位" if owner in COMPANY_OWNERS else "个人"
            contact = people.person() if kind == "单位" else None
            parties.append((owner, kind, people.mobile(), contact))
    write(
        [
            (
                "业主与业户",
                [("名称", 30), ("类别", 8), ("电话", 18), ("联系人", 12)],
                [*parties, *occupants],
            ),
            (
                "楼栋",
                [
                    ("楼栋编号", 10), ("名称", 12), ("用途", 10), ("总建筑面积（㎡）", 18),
                    ("地上层数", 10), ("标准层高（m）", 14), ("每层单元数", 12),
                    ("电梯数（台）", 14), ("楼层用途", 34), ("产权方", 24), ("管理方", 24),
                ],
                [
                    (code, name, "写字楼", area, *facts, DEVELOPER, MANAGER[0])
                    for code, name, area, *facts in TOWERS
                ],
            ),
            (
                "单元",
                [
                    ("楼栋编号", 10), ("楼层", 8), ("房号", 8), ("建筑面积（㎡）", 16),
                    ("套内面积（㎡）", 16), ("朝向", 8), ("业主", 30),
                ],
                [(*unit, owners[unit_no(unit)]) for unit in units],
            ),
            (
                "入住登记",
                [
                    ("单元号", 30), ("业户", 30), ("类别", 10), ("起始日", 12), ("截止日", 12),
                    ("迁出日期", 12), ("合同编号", 14), ("联系人", 12), ("联系电话", 16),
                    ("月租金", 14),
                ],
                tenancies,
            ),
        ]
    )  # fmt: skip


if __name__ == "__main__":
    main()
