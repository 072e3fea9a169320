"""What kinds of file there are: what people call them, how a browser does, and which single demuxer may open them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file."""

    label: str  # as in "the content is ..."
    mime: str
    family: str  # video, audio, picture, document, text, archive, playlist, unknown
    demuxer: str | None = None  # the one FFmpeg demuxer that may look at it
    endings: tuple[str, ...] = ()  # name endings that fit


KINDS: dict[str, Kind] = {
    "mp4": Kind("an MP4 video", "video/mp4", "video", "mov", ("mp4", "m4v", "mp4v", "lrv", "360", "insv")),
    "mov": Kind("a QuickTime video", "video/quicktime", "video", "mov", ("mov", "qt")),
    "3gp": Kind("a 3GP video", "video/3gpp", "video", "mov", ("3gp", "3g2")),
    "m4a": Kind("an MPEG-4 sound file", "audio/mp4", "audio", "mov", ("m4a", "m4b", "aac")),
    "m4s": Kind("a piece of a streamed video", "video/iso.segment", "video", "mov", ("m4s", "cmfv", "cmfa")),
    "mkv": Kind("a Matroska video", "video/x-matroska", "video", "matroska", ("mkv", "mka", "mk3d")),
    "webm": Kind("a WebM video", "video/webm", "video", "matroska", ("webm", "weba")),
    "avi": Kind("an AVI video", "video/x-msvideo", "video", "avi", ("avi", "divx")),
    "ts": Kind("an MPEG transport stream", "video/mp2t", "video", "mpegts", ("ts", "mts", "m2ts", "m2t", "tsv")),
    "ps": Kind(
        "an MPEG program stream", "video/mpeg", "video", "mpeg", ("mpg", "mpeg", "vob", "m2p", "mod", "ps", "dat")
    ),
    "mpegvideo": Kind("an MPEG video", "video/mpeg", "video", "mpegvideo", ("mpg", "mpeg", "m1v", "m2v", "mpv")),
    "h264": Kind("a bare H.264 stream", "video/h264", "video", "h264", ("h264", "264", "avc")),
    "asf": Kind("a Windows Media file", "video/x-ms-asf", "video", "asf", ("wmv", "asf", "wma")),
    "flv": Kind("a Flash video", "video/x-flv", "video", "flv", ("flv", "f4v")),
    "mxf": Kind("an MXF video", "application/mxf", "video", "mxf", ("mxf",)),
    "ogg": Kind("an Ogg file", "video/ogg", "video", "ogg", ("ogg", "ogv", "oga", "opus", "spx")),
    "dav": Kind("a Dahua video", "video/x-dav", "video", "dhav", ("dav",)),
    "wav": Kind("a WAV sound file", "audio/wav", "audio", "wav", ("wav", "wave", "bwf")),
    "mp3": Kind("an MP3 sound file", "audio/mpeg", "audio", "mp3", ("mp3", "mpga", "mp2")),
    "aac": Kind("an AAC sound file", "audio/aac", "audio", "aac", ("aac", "adts")),
    "flac": Kind("a FLAC sound file", "audio/flac", "audio", "flac", ("flac",)),
    "amr": Kind("an AMR sound file", "audio/amr", "audio", "amr", ("amr", "3ga")),
    "aiff": Kind("an AIFF sound file", "audio/aiff", "audio", "aiff", ("aif", "aiff", "aifc")),
    "caf": Kind("a Core Audio file", "audio/x-caf", "audio", "caf", ("caf",)),
    "jpeg": Kind("a JPEG picture", "image/jpeg", "picture", None, ("jpg", "jpeg", "jpe", "thm")),
    "png": Kind("a PNG picture", "image/png", "picture", None, ("png",)),
    "gif": Kind("a GIF picture", "image/gif", "picture", None, ("gif",)),
    "webp": Kind("a WebP picture", "image/webp", "picture", None, ("webp",)),
    "bmp": Kind("a bitmap picture", "image/bmp", "picture", None, ("bmp", "dib")),
    "tiff": Kind("a TIFF picture", "image/tiff", "picture", None, ("tif", "tiff", "dng", "nef", "arw", "cr2")),
    "heic": Kind("an HEIC picture", "image/heic", "picture", None, ("heic", "heif", "hif")),
    "avif": Kind("an AVIF picture", "image/avif", "picture", None, ("avif",)),
    "cr3": Kind("a camera's raw picture", "image/x-canon-cr3", "picture", None, ("cr3",)),
    "pdf": Kind("a PDF document", "application/pdf", "document", None, ("pdf",)),
    "ole": Kind(
        "an older Office document", "application/x-ole-storage", "document", None, ("doc", "xls", "ppt", "msg")
    ),
    "rtf": Kind("an RTF document", "application/rtf", "document", None, ("rtf", "doc")),
    "zip": Kind(
        "a ZIP archive", "application/zip", "archive", None, ("zip", "docx", "xlsx", "pptx", "odt", "ods", "kmz")
    ),
    "gzip": Kind("a gzip archive", "application/gzip", "archive", None, ("gz", "tgz")),
    "7z": Kind("a 7z archive", "application/x-7z-compressed", "archive", None, ("7z",)),
    "rar": Kind("a RAR archive", "application/vnd.rar", "archive", None, ("rar",)),
    "html": Kind("a web page", "text/html", "text", None, ("html", "htm", "xhtml")),
    "svg": Kind("an SVG drawing", "image/svg+xml", "text", None, ("svg",)),
    "gpx": Kind("a GPX track", "application/gpx+xml", "text", None, ("gpx", "xml")),
    "xml": Kind("an XML text", "application/xml", "text", None, ("xml", "kml", "xmp", "rttm", "srt")),
    "json": Kind("a JSON text", "application/json", "text", None, ("json", "geojson", "jsonl")),
    "vtt": Kind("a WebVTT text", "text/vtt", "text", None, ("vtt",)),
    "text": Kind("a plain text", "text/plain", "text", None, ("txt", "csv", "tsv", "log", "srt", "nmea", "md", "key")),
    "gpmf": Kind("GoPro telemetry", "application/octet-stream", "text", None, ("raw", "gpmf", "bin")),
    "hls": Kind("an HLS playlist", "application/vnd.apple.mpegurl", "playlist", None, ("m3u8", "m3u")),
    "dash": Kind("a DASH playlist", "application/dash+xml", "playlist", None, ("mpd",)),
    "concat": Kind("an FFmpeg script", "text/plain", "playlist", None, ("ffconcat", "ffcat")),
    "playlist": Kind("a playlist", "text/plain", "playlist", None, ("pls", "asx", "xspf", "wpl", "smil", "ram")),
    "sdp": Kind("a stream description", "application/sdp", "playlist", None, ("sdp",)),
}
MADE_OF_BOXES = ("mp4", "mov", "3gp", "m4a", "m4s")
UNKNOWN = Kind("of no known kind", "application/octet-stream", "unknown")


def kind_of(name: str | None) -> Kind:
    """Returns the kind of that name."""
    return KINDS.get(name or "", UNKNOWN)
