"""Epochs know their key's fingerprint; the row of an object can't be changed or deleted by any code path.

Re-wrapping a key into a later epoch stays possible: `epoch` and `wrapped_key` may change, nothing else.
"""

from django.db import migrations, models

WRITE_ONCE = """
create function storage_write_once() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'stored object % is write-once: its row is never deleted', old.id using errcode = 'restrict_violation';
    end if;
    if (new.id, new.handle, new.size, new.stored_size, new.sha256, new.chunk_root, new.stored_at)
        is distinct from (old.id, old.handle, old.size, old.stored_size, old.sha256, old.chunk_root, old.stored_at) then
        raise exception 'stored object % is write-once: only its key may be wrapped anew', old.id using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger storage_write_once before update or delete on storage_storedobject
    for each row execute function storage_write_once();
"""
AWAY = """
drop trigger storage_write_once on storage_storedobject;
drop function storage_write_once();
"""


class Migration(migrations.Migration):

    dependencies = [("storage", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="epoch",
            name="fingerprint",
            field=models.CharField(default="", max_length=32),
            preserve_default=False,
        ),
        migrations.RunSQL(WRITE_ONCE, AWAY),
    ]
