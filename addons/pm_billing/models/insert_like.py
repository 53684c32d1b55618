"""Records written by the database after one of their kind, where there are thousands of them.

What `create` does for one record after the other is done once for all. Stored computed fields of
the addons `known` are taken from the pattern as they are; what any other addon computes is computed
for each record.
"""

from collections import defaultdict

from odoo.fields import Command
from odoo.tools import SQL, float_repr, split_every

# Whose part in making the suite's own records was read: what a copy passes by does nothing to it.
_OUR_ADDONS = {"pm_base", "pm_billing"}
CHUNK = 1000
_STAMPS = {"id", "create_uid", "create_date", "write_uid", "write_date"}


def create_alike(model, vals_list, kind=()):
    """Create records of the suite: the first of each kind by `create`, the others by the database
    after it.

    What is written is what `create` writes, column by column. Records that have the fields `kind`
    in common have all in common that their values do not name. Whatever comes with records of its
    own is created the ordinary way, and so is everything where another addon has a say in `create`
    or gives a default.
    """
    creators = [part for part in type(model).__mro__ if "create" in vars(part)]
    defaults = [field for field in model._fields.values() if field.store and field.default]
    is_ours = all(map(_is_ours, creators)) and all(
        field._module in _OUR_ADDONS for field in defaults
    )
    columns = {name for name, field in model._fields.items() if field.column_type}
    kinds, plain = {}, []
    for vals in vals_list:
        if is_ours and vals.keys() <= columns:
            key = (*(vals[name] for name in kind), *sorted(vals))
            kinds.setdefault(key, []).append(vals)
        else:
            plain.append(vals)
    for chunk in split_every(CHUNK, plain, list):
        model.create(chunk)
        model.invalidate_model()  # thousands are not kept in memory
    patterns = model.create([first for first, *_others in kinds.values()])
    rows = dict(zip(patterns, read_rows(patterns, _OUR_ADDONS), strict=True))
    alike = (
        (pattern, vals)
        for pattern, (_first, *others) in zip(patterns, kinds.values(), strict=True)
        for vals in others
    )
    for chunk in split_every(CHUNK, alike, list):
        insert_like(rows, chunk, _OUR_ADDONS)
        model.invalidate_model()


def _is_ours(part):
    """Tell whether a part of a model's class is Odoo's own or of an addon that was read."""
    if "pool" in vars(part):
        return False  # the class of the registry: rules of automation replace its methods
    package, kind, name = part.__module__.split(".")[:3]
    return package == "odoo" and (kind == "orm" or name in _OUR_ADDONS)


def browse_among(records, number):
    """Return one record or some, read together with the others of `records`."""
    return records.browse(number).with_prefetch(records._prefetch_ids)


def _is_copied(field, known):
    """Tell whether a column is taken from the pattern; Odoo computes those of other addons."""
    return field.store and field.name not in _STAMPS and not _is_reckoned_by_odoo(field, known)


def _is_reckoned_by_odoo(field, known):
    return bool(field.compute) and field._module not in known


def read_rows(records, known):
    """Return what create would have to be given to write these very rows again."""
    env = records.env
    env.cr.execute(
        SQL(
            "SELECT * FROM %s WHERE id = ANY(%s) ORDER BY id",
            SQL.identifier(records._table),
            records.ids,
        )
    )
    rows = []
    for record, columns in zip(records.sorted("id"), env.cr.dictfetchall(), strict=True):
        row = {}
        for field in records._fields.values():
            if not _is_copied(field, known):
                continue
            if field.type == "many2many" and record[field.name]:
                row[field.name] = [Command.set(record[field.name].ids)]
            elif field.column_type and columns.get(field.name) is not None:
                row[field.name] = columns[field.name]
        rows.append(row)
    return rows


def get_given(records, known):
    """Return the fields that are given and not to be computed again."""
    return {
        field
        for field in records._fields.values()
        if field.store and field.compute and not _is_reckoned_by_odoo(field, known)
    }


def insert_like(rows, made, known):
    """Insert a record for each (pattern, own values) of `made`; return them in that order.

    `rows` are the values of each pattern; the database copies the columns that are not its own.
    What `create` does besides is done for all at once: what depends on the records is computed,
    they are checked, and they must be allowed.
    """
    patterns = next(iter(rows)).union(*rows)
    env, fields = patterns.env, patterns._fields
    own = list({name: None for _pattern, vals in made for name in vals})
    given = sorted({name for row in rows.values() for name in row}.union(own))
    stamps = {"create_uid": env.uid, "create_date": env.cr.now()}
    stamps |= {"write_uid": env.uid, "write_date": env.cr.now()}
    copied = [name for name in given if fields[name].column_type and name not in own]
    values = {
        name: [vals.get(name, rows[pattern].get(name)) for pattern, vals in made] for name in given
    }
    env.cr.execute(
        SQL(
            """INSERT INTO %(table)s (%(columns)s)
               SELECT %(values)s
                 FROM unnest(%(arrays)s) WITH ORDINALITY AS own (pattern, %(own)s, place)
                 JOIN %(table)s pattern ON pattern.id = own.pattern
             ORDER BY own.place
            RETURNING id""",
            table=SQL.identifier(patterns._table),
            columns=SQL(", ").join(map(SQL.identifier, [*copied, *own, *stamps])),
            values=SQL(", ").join(
                [SQL.identifier("pattern", name) for name in copied]
                + [SQL.identifier("own", name) for name in own]
                + [SQL("%s", value) for value in stamps.values()]
            ),
            arrays=SQL(", ").join(
                [SQL("%s", [pattern.id for pattern, _vals in made])]
                + [_to_array(fields[name], values[name], patterns[0]) for name in own]
            ),
            own=SQL(", ").join(map(SQL.identifier, own)),
        )
    )
    records = patterns.browse(number for [number] in env.cr.fetchall())
    for name in given:
        field = fields[name]
        if field.type == "many2many":
            _link_like(field, [pattern for pattern, _vals in made], records)
        elif field.type == "many2one" and env.registry.field_inverses[field]:
            linked = defaultdict(list)
            for record, value in zip(records, values[name], strict=True):
                linked[value].append(record.id)
            for value, ids in linked.items():
                field._update_inverses(browse_among(records, ids), value)
    with env.protecting(get_given(records, known), records):
        records.modified(fields, create=True)
    records._validate_fields(given)
    records.check_access("create")
    return records


def _link_like(field, patterns, records):
    """Link each record to what its pattern is linked to."""
    records.env.cr.execute(
        SQL(
            """INSERT INTO %(table)s (%(record)s, %(linked)s)
               SELECT made.id, link.%(linked)s
                 FROM unnest(%(ids)s, %(pattern_ids)s) AS made (id, pattern)
                 JOIN %(table)s link ON link.%(record)s = made.pattern""",
            table=SQL.identifier(field.relation),
            record=SQL.identifier(field.column1),
            linked=SQL.identifier(field.column2),
            ids=records.ids,
            pattern_ids=[pattern.id for pattern in patterns],
        )
    )


def _to_array(field, values, pattern):
    """Return values as an array of what the column holds; alike bills have one currency."""
    column_type = SQL(field.column_type[1].partition("(")[0])
    if field.type == "monetary":
        currency = pattern.currency_id
        column = [
            None if value is None else float_repr(currency.round(value), currency.decimal_places)
            for value in values
        ]
    else:
        column = [field.convert_to_column_insert(value, pattern) for value in values]
    return SQL("%s::%s[]", column, column_type)
