
"""The life cycle of a version, its comments, and a trigger that keeps what the public has seen as it was."""

import django.db.models.deletion
from django.db import migrations, models

REFUSE = """
create function policy_refuse() returns trigger language plpgsql as $$
begin
    raise exception 'policy texts and comments stay: % on % is refused', tg_op, tg_table_name
        using errcode = 'restrict_violation', hint = 'Withdraw the version, or enter another comment.';
end $$;

create function policy_version_stays() returns trigger language plpgsql as $$
begin
    if old.state <> 'draft' and (new.text, new.sha256, new.policy_id, new.version)
                              is distinct from (old.text, old.sha256, old.policy_id, old.version) then
        raise exception 'the text of policy version % is published: it can''t be rewritten', old.handle
            using errcode = 'restrict_violation', hint = 'Enter a new draft that is based on it.';
    end if;
    if old.state = 'withdrawn' or (old.state = 'adopted' and (
           new.state not in ('adopted', 'withdrawn')
           or (new.adopted_by, new.adopted_on, new.vote, new.minutes, new.effective, new.adopted_at)
              is distinct from (old.adopted_by, old.adopted_on, old.vote, old.minutes, old.effective, old.adopted_at)
       )) then
        raise exception 'policy version % is %: what was decided stays', old.handle, old.state
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$;

create trigger policy_version_stays before update on policy_policyversion
    for each row execute function policy_version_stays();
create trigger policy_no_delete before delete on policy_policyversion for each row execute function policy_refuse();
create trigger policy_no_change before update or delete on policy_comment
    for each row execute function policy_refuse();
"""

ALLOW = """
drop trigger policy_no_change on policy_comment;
drop trigger policy_no_delete on policy_policyversion;
drop trigger policy_version_stays on policy_policyversion;
drop function policy_version_stays();
drop function policy_refuse();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('policy', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('voice', models.CharField(choices=[('agency', 'Agency'), ('department', 'Department'), ('public', 'Public'), ('working group', 'Working group')], max_length=16)),
                ('name', models.TextField(blank=True)),
                ('clause', models.TextField(blank=True)),
                ('text', models.TextField()),
                ('said_on', models.DateField()),
                ('entered_at', models.DateTimeField(auto_now_add=True)),
                ('entered_by', models.TextField()),
            ],
            options={
                'ordering': ['said_on', 'entered_at'],
            },
        ),
        migrations.AlterModelOptions(
            name='policyversion',
            options={'ordering': ['effective', 'adopted_at', 'entered_at']},
        ),
        migrations.RemoveConstraint(
            model_name='policyversion',
            name='policy_version_once',
        ),
        migrations.AddField(
            model_name='policyversion',
            name='adopted_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='based_on',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='successors', to='policy.policyversion'),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='comments_until',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='entered_by',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='minutes',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='published_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='state',
            field=models.CharField(choices=[('draft', 'Draft'), ('published', 'Published for comment'), ('adopted', 'Adopted'), ('withdrawn', 'Withdrawn')], default='draft', max_length=16),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='title',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='vote',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='withdrawn_why',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AlterField(
            model_name='policyversion',
            name='adopted_by',
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name='policyversion',
            name='adopted_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='policyversion',
            name='effective',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='policyversion',
            index=models.Index(condition=models.Q(('state', 'adopted')), fields=['-effective'], name='policy_in_force'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'adopted')), fields=('policy_id', 'version'), name='policy_version_once'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'adopted')), fields=('effective',), name='policy_one_from_a_day'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'adopted'), _negated=True), models.Q(('adopted_at__isnull', False), ('adopted_on__isnull', False), ('effective__isnull', False)), _connector='OR'), name='policy_adopted_says_when'),
        ),
        migrations.AddField(
            model_name='comment',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='policy.policyversion'),
        ),
        migrations.RunSQL(REFUSE, ALLOW),
    ]
