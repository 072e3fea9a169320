"""History can't be rewritten through the database: triggers refuse it, whoever asks.

A superuser can switch triggers off. That isn't prevented here but shown by `plainview log check`.
"""

import django.db.models.deletion
from django.db import migrations, models

REFUSE = """
create function custody_refuse() returns trigger language plpgsql as $$
begin
    raise exception 'history is append-only: % on % is refused', tg_op, tg_table_name
        using errcode = 'restrict_violation',
              hint = 'Nothing in the custody tables is ever changed or removed; record a new event instead.';
end $$;

create function custody_item_advances() returns trigger language plpgsql as $$
begin
    if new.handle <> old.handle or new.kind <> old.kind or new.opened_at <> old.opened_at
       or new.n <= old.n or new.head is null then
        raise exception 'history is append-only: an item may only advance (% from n = % to n = %)',
            old.handle, old.n, new.n using errcode = 'restrict_violation';
    end if;
    return new;
end $$;

create function custody_item_begins() returns trigger language plpgsql as $$
begin
    if new.n <> 0 or new.head is not null then
        raise exception 'history is append-only: an item begins without a past' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;

create trigger custody_append_only before update or delete on custody_event
    for each row execute function custody_refuse();
create trigger custody_append_only before update or delete on custody_leaf
    for each row execute function custody_refuse();
create trigger custody_append_only before update or delete on custody_checkpoint
    for each row execute function custody_refuse();
create trigger custody_append_only before delete on custody_item
    for each row execute function custody_refuse();
create trigger custody_append_only before update on custody_outbox
    for each row execute function custody_refuse();
create trigger custody_item_begins before insert on custody_item
    for each row execute function custody_item_begins();
create trigger custody_item_advances before update on custody_item
    for each row execute function custody_item_advances();

create trigger custody_no_truncate before truncate on custody_event execute function custody_refuse();
create trigger custody_no_truncate before truncate on custody_leaf execute function custody_refuse();
create trigger custody_no_truncate before truncate on custody_checkpoint execute function custody_refuse();
create trigger custody_no_truncate before truncate on custody_item execute function custody_refuse();
create trigger custody_no_truncate before truncate on custody_outbox execute function custody_refuse();
"""

ALLOW = """
drop trigger custody_no_truncate on custody_outbox;
drop trigger custody_no_truncate on custody_item;
drop trigger custody_no_truncate on custody_checkpoint;
drop trigger custody_no_truncate on custody_leaf;
drop trigger custody_no_truncate on custody_event;
drop trigger custody_item_advances on custody_item;
drop trigger custody_item_begins on custody_item;
drop trigger custody_append_only on custody_outbox;
drop trigger custody_append_only on custody_item;
drop trigger custody_append_only on custody_checkpoint;
drop trigger custody_append_only on custody_leaf;
drop trigger custody_append_only on custody_event;
drop function custody_item_begins();
drop function custody_item_advances();
drop function custody_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("custody", "0001_initial")]

    operations = [
        migrations.AlterField(
            "event",
            "item",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="custody.item",
            ),
        ),
        migrations.RunSQL(REFUSE, ALLOW),
    ]
