"""Text on pages of paper, as a PDF: the fonts that every reader has, no library, the same bytes for the same text.

Untagged and without pictures; the JSON beside it is what a program reads, and the page on the screen what a screen
reader does.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 612, 792, 64, 728, 64  # points of a US letter page
SIZES = {"title": 18, "head": 12, "text": 10, "small": 8}
WIDE = {"title": 52, "head": 78, "text": 96, "small": 92}  # characters of a line
Line = tuple[str, str]  # style, text


def of_certificate(said: dict[str, Any], sha256: str) -> bytes:
    """Returns the certificate as a PDF."""
    gone, early = said["destroyed"], said["before_its_time"]
    files = f"{gone['files_and_what_was_made_from_them']:,} files, with everything made from them"
    days = f"recorded from {gone['oldest']} to {gone['newest']}"
    lines: list[Line] = [
        ("title", "Certificate of destruction"),
        ("text", f"{said['department']} · disposal {said['number']}"),
        ("head", "What was destroyed"),
        ("text", f"{gone['recordings']:,} recordings: {files}, {gone['bytes']:,} bytes, {days}."),
        ("text", f"Destroyed from {_moment(gone['first_at'])} to {_moment(gone['last_at'])}."),
        ("text", f"Under clause {', '.join(said['clauses']) or 'none named'} of the policy "
                 f"{(said['policy'] or {}).get('version', 'none')}."),
    ]  # fmt: skip
    if early:
        lines.append(
            (
                "text",
                f"Before its time: {early['reason']} (clause {early['clause']}), {early['reference']}. {early['why']}",
            )
        )
    lines += [("text", f"{', '.join(row['classes'])}: {row['recordings']:,}") for row in said["by_class"]]
    lines.append(("text", f"Spared, because something kept them: {said['spared']['recordings']:,}."))
    lines.append(("head", "The course of it"))
    lines += [("text", _step(step)) for step in said["course"]]
    lines.append(("head", "Where it lay"))
    for row in said["shelves"]:
        lines.append(("text", f"Shelf {row['shelf']}: {row['removed']:,} files removed, none listed afterwards."))
    for row in said["months_of_keys"]:
        left = f"{row['living']:,} files still need it" if row["living"] else "no file needs it any more"
        lines.append(("text", f"Key of the month {row['month']} ({row['key']}): {left}."))
    lines += [("head", "What this proves"), *(("text", f"- {each}") for each in said["proves"])]
    lines += [("head", "What nobody can prove"), *(("text", f"- {each}") for each in said["cannot_prove"])]
    lines += [
        ("head", "How to check it"),
        (
            "text",
            "plainview verify LOG replays this destruction from the published log, with no server and no database.",
        ),
        ("small", f"disposal {said['disposal']}"),
        ("small", f"list {said['list_sha256']}"),
        ("small", f"certificate (JSON) {sha256}"),
        ("small", f"policy {(said['policy'] or {}).get('sha256', '')}"),
    ]
    return write(lines)


def _step(step: dict[str, Any]) -> str:
    note = f": {step['note']}" if step["note"] else ""
    return f"{_moment(step['at'])}  {step['what']} by {step['who']}{note}"


def _moment(text: str | None) -> str:
    return f"{text[:10]} {text[11:16]} UTC" if text else "never"


def write(lines: Iterable[Line]) -> bytes:
    """Returns a PDF of these lines, wrapped and broken into pages."""
    pages = _pages([(style, part) for style, text in lines for part in textwrap.wrap(text, WIDE[style]) or [""]])
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R /Lang (en-US) >>", b""]
    for font in ("Helvetica", "Helvetica-Bold", "Courier"):
        objects.append(f"<< /Type /Font /Subtype /Type1 /BaseFont /{font} /Encoding /WinAnsiEncoding >>".encode())
    kids = []
    for number, page in enumerate(pages, 1):
        content = _content(page, f"{number} / {len(pages)}")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        fonts = "/F1 3 0 R /F2 4 0 R /F3 5 0 R"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {len(objects)} 0 R "
            f"/Resources << /Font << {fonts} >> >> >>".encode()
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    return _file(objects)


def _pages(lines: Sequence[Line]) -> list[list[tuple[int, str, str]]]:
    pages: list[list[tuple[int, str, str]]] = [[]]
    at = TOP
    for style, text in lines:
        at -= round(SIZES[style] * (2.1 if style == "head" else 1.45))
        if at < BOTTOM:
            pages.append([])
            at = TOP
        pages[-1].append((at, style, text))
    return pages


def _content(page: Sequence[tuple[int, str, str]], foot: str) -> bytes:
    fonts = {"title": "F2", "head": "F2", "text": "F1", "small": "F3"}
    drawn = [(y, fonts[style], SIZES[style], text) for y, style, text in page] + [(BOTTOM - 28, "F1", 8, foot)]
    return b"\n".join(
        b"BT /%s %d Tf %d %d Td (%s) Tj ET" % (font.encode(), size, LEFT, y, _escaped(text))
        for y, font, size, text in drawn
    )


def _escaped(text: str) -> bytes:
    data = text.encode("cp1252", "replace")
    return data.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")


def _file(objects: Sequence[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, at)
    return bytes(out)
