"""Takes something made from a file into evidence: a new item that names its parent, tool and parameters."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from plainview.base.custody.actions import open_item, record
from plainview.base.custody.kinds import Kind
from plainview.base.storage import actions as storage
from plainview.base.storage.stored import Stored
from plainview.holdings.evidence.models import Derivative, File
from plainview.ledger.canonical import Json


def add_derivative(
    file: File, kind: Derivative.Kind, stored: Stored, *, tool: str, parameters: Mapping[str, Json], actor: str
) -> Derivative:
    """Registers stored bytes as a derivative of the file, and says so in its own history and the file's.

    Where another worker was first its derivative is returned and these bytes stay unregistered.
    """
    with transaction.atomic():
        File.objects.select_for_update(no_key=True).get(pk=file.pk)
        there = Derivative.objects.filter(file=file, kind=kind).select_related("object").first()
        if there is not None:
            return there
        made = Derivative.objects.create(
            handle=open_item("derivative", handle=stored.handle),
            file=file,
            kind=kind,
            object=storage.register(stored),
            tool=tool,
            parameters=dict(parameters),
        )
        record(
            Kind.EVIDENCE_DERIVATIVE_MADE,
            made.handle,
            actor=actor,
            facts={
                "kind": kind.value,
                "parent": file.handle,
                "parent_sha256": bytes(file.object.sha256).hex(),
                "sha256": stored.sha256.hex(),
                "chunk_root": stored.chunk_root.hex(),
                "size": stored.size,
                "tool": tool,
                "parameters": dict(parameters),
            },
        )
        return made
