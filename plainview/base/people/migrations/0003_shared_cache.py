"""What all web processes must know together: one-time codes already used, attempts already made.

Not logged: after a crash it begins empty, which only means that a code of the last half minute could be used once more.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0002_accounts_and_handles")]

    operations = [
        migrations.RunSQL(
            sql="""
            create unlogged table people_cache (
                cache_key varchar(255) primary key,
                value text not null,
                expires timestamptz not null
            );
            create index people_cache_expires on people_cache (expires);
            """,
            reverse_sql="drop table people_cache",
        ),
    ]
