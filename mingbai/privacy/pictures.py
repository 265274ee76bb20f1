"""Photographs and pictures: what they know beside what they show, and a copy that only shows."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import PurePath

from PIL import ExifTags, Image, ImageOps

from mingbai.privacy.limits import NotAllowed, Part

MAX_PIXELS = 50_000_000
LONGEST_SIDE = 2_400
AUTHORS = frozenset({ExifTags.Base.Artist, ExifTags.Base.XPAuthor, ExifTags.Base.Copyright})
NOT_WORDS = frozenset({"exif", "icc_profile", "photoshop", "dpi", "version"})


def opened(data: bytes) -> Image.Image:
    """The picture, not yet unpacked. Raises NotAllowed for one of too many pixels or of another kind."""
    try:
        image = Image.open(io.BytesIO(data))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise NotAllowed("图片像素太大，请缩小后再上传。") from error
    if image.width * image.height > MAX_PIXELS:
        raise NotAllowed("图片像素太大，请缩小后再上传。")
    if image.format not in ("JPEG", "PNG", "MPO"):
        raise NotAllowed("图片的内容和扩展名不一致，请重新导出后再上传。")
    return image


def picture_parts(data: bytes) -> Iterator[Part]:
    """Every text that a picture carries: EXIF, comments, text chunks, XMP."""
    with opened(data) as image:
        exif = image.getexif()
        tags = {**exif, **exif.get_ifd(ExifTags.IFD.Exif)}
        for tag, value in tags.items():
            where = f"照片属性 {ExifTags.TAGS.get(tag, tag)}"
            text = _words(value, wide=ExifTags.TAGS.get(tag, "").startswith("XP"))
            yield Part(where, text, shown=False, author=tag in AUTHORS)
        for key, value in image.info.items():
            if str(key) not in NOT_WORDS and isinstance(value, str | bytes):
                yield Part(f"图片属性 {key}", _words(value, wide=False), shown=False)


def _words(value: object, *, wide: bool) -> str:
    if not isinstance(value, bytes):
        return str(value)
    if wide:
        return value.decode("utf-16-le", "ignore").rstrip("\0")
    return value.replace(b"\0", b"").decode("utf-8", "ignore")


def says_where(data: bytes) -> bool:
    """Whether a picture says where it was taken."""
    with opened(data) as image:
        return bool(image.getexif().get_ifd(ExifTags.IFD.GPSInfo))


def clean_picture(name: str, data: bytes, *, longest: int | None = LONGEST_SIDE) -> bytes:
    """The picture upright, encoded anew, without anything it knows."""
    jpeg = PurePath(name).suffix.lower() != ".png"
    with opened(data) as image:
        upright = ImageOps.exif_transpose(image)
        if longest is not None:
            upright.thumbnail((longest, longest))
        plain = upright.convert("RGB" if jpeg else "RGBA")
        clean = Image.new(plain.mode, plain.size)
        clean.paste(plain)
        out = io.BytesIO()
        if jpeg:
            clean.save(out, "JPEG", quality=85)
        else:
            clean.save(out, "PNG")
    return out.getvalue()
