"""record() in one trip to the database: lock the item, complete the leaf, write event and outbox row, advance the item.

A leaf comes in two halves around what only the locked row knows: `"n":<number>,"p":<leaf hash before>` (composing.py).
Where another event came first while we waited for the lock, nothing is written and `bytes` is null: the caller composes
again, so that the times of an item's events don't run backward.
"""

from django.db import migrations

CREATE = """
create function custody_append(
    new_id uuid, item_handle text, new_kind text, new_at timestamptz, new_actor text, new_body bytea,
    before text, after text, again boolean
) returns table (number bigint, bytes bytea) language plpgsql as $$
declare
    previous bytea;
begin
    select i.n + 1, i.head into number, previous
        from custody_item i where i.handle = item_handle for no key update;
    if not found then
        return;
    end if;
    if not again and exists (
        select from custody_event e where e.item_id = item_handle and e.n = number - 1 and e.logged_at > new_at
    ) then
        return next;
        return;
    end if;
    bytes := convert_to(
        before || number || ',"p":' || coalesce('"' || encode(previous, 'hex') || '"', 'null') || after, 'UTF8'
    );
    insert into custody_event (id, item_id, n, kind, logged_at, actor, leaf, body)
        values (new_id, item_handle, number, new_kind, new_at, new_actor, bytes, new_body);
    insert into custody_outbox (event_id) values (new_id);
    update custody_item set n = number, head = sha256('\\x00'::bytea || bytes) where handle = item_handle;
    return next;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("custody", "0002_append_only")]

    operations = [
        migrations.RunSQL(
            CREATE, "drop function custody_append(uuid, text, text, timestamptz, text, bytea, text, text, boolean);"
        )
    ]
