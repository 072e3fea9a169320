"""The pages: who comes in, the blast radius, approving after a fresh login, the certificate as page, JSON and PDF."""

from __future__ import annotations

import hashlib

import pytest
from django.test import Client
from django.utils import timezone

from conftest import Department
from plainview.base.custody import sequencer
from plainview.base.people.tests.browsing import prove
from plainview.duties.retention import counting
from plainview.duties.retention.disposal import actions, destroying
from plainview.duties.retention.disposal.models import Batch, Line
from plainview.duties.retention.disposal.tests.conftest import WAIT, Old, aged

pytestmark = pytest.mark.django_db(transaction=True)


def text(browser: Client, path: str, code: int = 200) -> str:
    answer = browser.get(path)
    assert answer.status_code == code
    return answer.content.decode()


def test_pages_are_closed_by_default(old: Old) -> None:
    batch = old.announced()
    base = f"/disposals/{batch.pk}/"
    assert Client().get("/disposals/").status_code == 302
    department = old.department
    for account in (department.alice, department.sam, department.dina, department.adam, department.nora):
        for path in ("/disposals/", base, f"{base}list/", f"{base}list.csv", f"{base}certificate/"):
            text(department.client(account), path, 403)
    bea = department.client(department.bea)  # figures, no recordings
    text(bea, base)
    text(bea, f"{base}list/", 403)
    text(bea, f"{base}list.csv", 403)
    for verb in ("approve", "announce", "decide", "withdraw", "destroy"):
        assert prove(department.client(department.audrey), department.audrey).post(base + f"{verb}/").status_code == 403


def test_an_empty_page_says_what_to_do(department: Department) -> None:
    page = text(department.client(department.tess), "/disposals/")
    assert "pv-empty" in page
    assert "Nothing that is held here is due" in page


def test_from_due_to_the_blast_radius(old: Old) -> None:
    counting.refresh()
    browser = old.department.client(old.tess)
    assert "List what is due (3)" in text(browser, "/disposals/")
    assert "Non-evidentiary" in text(browser, "/disposals/draft/")
    page = browser.post("/disposals/draft/", {"class": "non-evidentiary"}, follow=True).content.decode()
    for part in ("What would be gone", "Look twice", "Nothing was destroyed in the month before", "Central Squad 1"):
        assert part in page
    batch = Batch.objects.get()
    listed = text(browser, f"/disposals/{batch.pk}/list/")
    assert listed.count('<th scope="row">') == 3
    picked = Line.objects.earliest("pk")
    browser.post(f"/disposals/{batch.pk}/decide/", {"some": "1", "line": picked.pk, "reason": "a claim may come"})
    picked.refresh_from_db()
    assert picked.state == Line.State.KEPT
    csv = b"".join(browser.get(f"/disposals/{batch.pk}/list.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert csv.count("\r\n") == 4


def test_approving_asks_who_it_is(old: Old) -> None:
    batch = old.announced()
    old.live(WAIT + 0.1)
    base = f"/disposals/{batch.pk}/"
    old.department.client(old.cora).post(f"{base}approve/")
    assert batch.approvals.count() == 0  # the password comes first
    cora = prove(old.department.client(old.cora), old.cora)
    assert "Approve the list" in text(cora, base)
    cora.post(f"{base}approve/", {"note": "Looked at ten of them."})
    assert "You have approved it" in text(cora, base)
    tess = prove(old.department.client(old.tess), old.tess)
    tess.post(f"{base}approve/")
    page = tess.post(f"{base}destroy/", {"count": "2"}, follow=True).content.decode()
    assert "Type how many recordings go: 3" in page
    page = tess.post(f"{base}destroy/", {"count": "3"}, follow=True).content.decode()
    assert "Being destroyed" in page or "being destroyed" in page


def test_the_certificate_as_page_json_and_pdf(old: Old) -> None:
    batch = destroying.go_on(old.begun())
    browser, base = old.department.client(old.department.bea), f"/disposals/{batch.pk}/"
    page = text(browser, f"{base}certificate/")
    for part in (
        "Certificate of destruction",
        "What nobody can prove",
        "That nobody kept a copy",
        "Cora",
        batch.handle,
    ):
        assert part in page
    data = browser.get(f"{base}certificate.json").content
    assert hashlib.sha256(data).hexdigest() == batch.certificate.sha256
    paper = browser.get(f"{base}certificate.pdf").content
    assert paper.startswith(b"%PDF-1.4")
    assert paper.rstrip().endswith(b"%%EOF")
    assert b"Certificate of destruction" in paper
    assert "Certificate" in text(browser, "/disposals/")


def test_the_recording_says_so(old: Old) -> None:
    batch = old.announced()
    tess = old.department.client(old.tess)
    path = f"/recordings/{old.gone[0].pk}/"
    assert "announced to be destroyed" in text(tess, path)
    destroying.go_on(old.begun(batch))
    tess = old.department.client(old.tess)  # a week later: nobody's session lasts that long
    page = text(tess, path)
    assert "under clause V.3" in page
    assert f"/disposals/{batch.pk}/certificate/" in page
    assert "Download the original" not in page
    file = old.gone[0].files.get()
    assert tess.get(f"/recordings/{old.gone[0].pk}/files/{file.pk}/media").status_code in (404, 410)
    assert "Destroyed" in text(tess, "/recordings/") or "Destroyed" in text(tess, "/")


def test_before_its_time_by_its_page(old: Old) -> None:
    browser = old.department.client(old.tess)
    given = {"early": "court-order", "reference": "24-CR-1", "reason": "Expunged.", "recordings": "nothing"}
    assert "There is no recording nothing" in browser.post("/disposals/early/", given).content.decode()
    given["recordings"] = str(old.young.pk)
    page = browser.post("/disposals/early/", given, follow=True).content.decode()
    assert "Before its time: Order of a court" in page
    assert "The newest is only 20 days old." in page


def test_a_person_decides_for_all_that_are_asked(old: Old) -> None:
    aged(old.department, 800, "citation")
    sequencer.drain()
    batch = actions.draft(old.tess)
    browser = old.department.client(old.tess)
    base = f"/disposals/{batch.pk}/"
    assert "1 waits for a person" in text(browser, base)
    page = browser.post(f"{base}decide/", {"decision": "go", "reason": "Paid."}, follow=True).content.decode()
    assert "1 recording goes." in page
    page = browser.post(f"{base}announce/", {"reason": "Looked."}, follow=True).content.decode()
    assert "In the published log since" in page
    assert timezone.localdate(Batch.objects.get().announced_at) == timezone.localdate()
