"""Recordings of more than a day and a half are few, and are looked for apart: by an index of their own.

Written as SQL, since an expression of the length can't be said in a model's index.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("evidence", "0008_untie_requests")]

    operations = [
        migrations.RunSQL(
            "create index recording_long on evidence_recording (listed_at) where stop - start > interval '36 hours'",
            "drop index recording_long",
        ),
    ]
