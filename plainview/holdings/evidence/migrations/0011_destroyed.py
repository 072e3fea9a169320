"""Recordings may have come to their end. The row stays and says so.

Whoever asks, also in psql: a recording is called destroyed only when no key of anything of it is left, it never comes
back, and nothing is added to it.
"""

from django.db import migrations, models

GUARDS = r"""
create function evidence_ends() returns trigger language plpgsql as $$
begin
    if old.destroyed_at is not null and (new.destroyed_at, new.destroyed_by) is distinct from (old.destroyed_at, old.destroyed_by) then
        raise exception 'recording % is destroyed: nothing brings it back', old.id using errcode = 'restrict_violation';
    end if;
    if old.destroyed_at is null and new.destroyed_at is not null and exists (
        select from evidence_file f join storage_storedobject o on o.id = f.object_id
         where f.recording_id = old.id and o.destroyed_at is null
        union all
        select from evidence_file f join evidence_derivative d on d.file_id = f.id
          join storage_storedobject o on o.id = d.object_id
         where f.recording_id = old.id and o.destroyed_at is null) then
        raise exception 'recording % still has something that can be read', old.id using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger evidence_ends before update of destroyed_at, destroyed_by on evidence_recording
    for each row execute function evidence_ends();

create function evidence_takes_files() returns trigger language plpgsql as $$
begin
    perform from evidence_recording where id = new.recording_id and destroyed_at is null;
    if not found then
        raise exception 'recording % is destroyed: nothing is added to it', new.recording_id using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger evidence_takes_files before insert on evidence_file
    for each row execute function evidence_takes_files();

create function evidence_takes_derivatives() returns trigger language plpgsql as $$
begin
    perform from evidence_file f join evidence_recording r on r.id = f.recording_id
      where f.id = new.file_id and r.destroyed_at is null;
    if not found then
        raise exception 'the recording of file % is destroyed: nothing is made from it', new.file_id using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger evidence_takes_derivatives before insert on evidence_derivative
    for each row execute function evidence_takes_derivatives();
"""
AWAY = """
drop trigger evidence_takes_derivatives on evidence_derivative;
drop function evidence_takes_derivatives();
drop trigger evidence_takes_files on evidence_file;
drop function evidence_takes_files();
drop trigger evidence_ends on evidence_recording;
drop function evidence_ends();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0010_feedkey_handedin'),
        ('storage', '0003_shelves_and_destruction'),
    ]

    operations = [
        migrations.AddField(
            model_name='recording',
            name='destroyed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='recording',
            name='destroyed_by',
            field=models.CharField(blank=True, db_default='', default='', max_length=32),
        ),
        migrations.AddIndex(
            model_name='recording',
            index=models.Index(condition=models.Q(('destroyed_at__isnull', False)), fields=['destroyed_at'], name='recording_destroyed'),
        ),
        migrations.RunSQL(GUARDS, AWAY),
    ]
