"""Finishes a disposal: the certificate, the end of keys of months in which nothing lives any more, the lists."""

from __future__ import annotations

from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from plainview.base import custody
from plainview.base.custody import sequencer
from plainview.base.custody.actions import in_transaction
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event
from plainview.base.policy.lookup import current_hash
from plainview.base.storage import actions as storage
from plainview.base.storage.errors import NotAllowed
from plainview.base.storage.models import Epoch, StoredObject
from plainview.duties.retention.disposal import certificate, publishing
from plainview.duties.retention.disposal.models import Batch, Certificate, Line
from plainview.ledger.canonical import Json

ACTOR = "system:disposal"


def finish(batch: Batch) -> Batch:
    """Writes the certificate and ends the batch; safe to call again after it was killed."""
    batch = _certify(batch)
    close_months(batch)
    publishing.publish()
    if not in_transaction():
        sequencer.settle(Event.objects.filter(item_id=batch.handle).only("id"))
    return batch


@transaction.atomic
def _certify(batch: Batch) -> Batch:
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.state != Batch.State.DESTROYING:
        return batch
    batch.ended_at, batch.stopped = timezone.now(), ""
    data = certificate.write(batch)
    made = Certificate.objects.create(batch=batch, data=data, sha256=sha256(data).hexdigest())
    batch.state = Batch.State.FINISHED
    batch.save()
    gone = batch.lines.filter(state=Line.State.GONE).count()
    spared = batch.lines.filter(state=Line.State.SPARED).count()
    public: dict[str, Json] = {
        "manifest": batch.manifest.sha256,
        "recordings": gone,
        "spared": spared,
        "certificate": made.sha256,
    }
    custody.record(
        Kind.DISPOSAL_BATCH_FINISHED, batch.handle, actor=ACTOR, facts=public, public=public, policy=current_hash()
    )
    return batch


def close_months(batch: Batch) -> list[str]:
    """Destroys the keys of months in which nothing lives any more; returns their names."""
    mine = StoredObject.objects.filter(order=batch.handle).values("epoch")
    closed = []
    for epoch in Epoch.objects.filter(pk__in=mine, destroyed_at=None).order_by("name"):
        if StoredObject.objects.filter(epoch=epoch, destroyed_at=None).exists():
            continue
        try:
            with transaction.atomic():
                storage.close_epoch(epoch.name)
                custody.record(
                    Kind.DISPOSAL_EPOCH_CLOSED,
                    batch.handle,
                    actor=ACTOR,
                    facts={"epoch": epoch.name},
                    public={"key": epoch.fingerprint},
                )
        except NotAllowed:
            continue  # the month isn't over: it comes with the next disposal, or at night
        closed.append(epoch.name)
    return closed
