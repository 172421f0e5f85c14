"""Writes PDF files for tests: text where a test wants it, in any order, script and rotation.

    pdf = PdfFile()
    pdf.page([(72, 720, "Hello")])
    path.write_bytes(pdf.file())

Fonts are not embedded: what letters mean is told by a table (ToUnicode), which is all that reading needs.
Encryption is the standard handler's first revision (RC4, 40 bits), ISO 32000-1, 7.6.3.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from unicodedata import bidirectional

Text = tuple[float, float, str]  # x, y from the lower left, in points; and what stands there
LETTER = (612.0, 792.0)
# What turns the page's coordinates so that text is upright when the viewer has rotated the page.
_UPRIGHT = {0: "", 90: "0 1 -1 0 612 0 cm", 180: "-1 0 0 -1 612 792 cm", 270: "0 -1 1 0 0 792 cm"}
_PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


class PdfFile:
    """A PDF being written. `password` encrypts it."""

    def __init__(self, *, password: str | None = None, compress: bool = True) -> None:
        self._objects: list[bytes] = [b"", b"", b"", b""]  # catalog, pages, Helvetica, Unicode font
        self._pages: list[int] = []
        self._fields: list[int] = []
        self._outline: list[tuple[str, int]] = []
        self._letters: dict[str, int] = {}
        self._password = password
        self._compress = compress

    def page(
        self,
        texts: Sequence[Text] = (),
        *,
        size: float = 11,
        rotate: int = 0,
        picture: bool = False,
        fields: Sequence[tuple[str, str]] = (),
        comment: str = "",
    ) -> None:
        """Add a page with `texts` in this order, where and as they are seen, however the page is rotated."""
        drawn = [f"BT {self._show(_as_seen(text), size)} ET" % (x, y) for x, y, text in texts]
        drawn.insert(0, _UPRIGHT[rotate])
        resources = b"/Font << /F1 3 0 R /F2 4 0 R >>"
        if picture:
            image = self._stream(bytes(64), b"/Type /XObject /Subtype /Image /Width 8 /Height 8 /BitsPerComponent 8 "
                                 b"/ColorSpace /DeviceGray ")  # fmt: skip
            resources += b" /XObject << /Im1 %d 0 R >>" % image
            drawn.append("q 400 0 0 600 100 100 cm /Im1 Do Q")
        content = self._stream("\n".join(drawn).encode("latin-1"))
        annotations = [self._field(name, value, number) for number, (name, value) in enumerate(fields)]
        if comment:
            annotations.append(
                self._add(
                    b"<< /Type /Annot /Subtype /Text /Rect [10 10 30 30] /Contents %s >>" % _string(comment)
                )
            )
        self._fields += annotations[: len(fields)]
        kids = b" ".join(b"%d 0 R" % number for number in annotations)
        self._pages.append(
            self._add(
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Rotate %d /Resources << %s >> /Contents %d 0 R "
                b"/Annots [%s] >>" % (*LETTER, rotate, resources, content, kids)
            )
        )

    def bookmark(self, title: str) -> None:
        """Let the outline name the last page."""
        self._outline.append((title, self._pages[-1]))

    def file(self) -> bytes:
        """The file."""
        self._objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (
            b" ".join(b"%d 0 R" % page for page in self._pages),
            len(self._pages),
        )
        self._objects[2] = (
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
        )
        self._objects[3] = self._unicode_font()
        catalog = b"/Type /Catalog /Pages 2 0 R"
        if self._fields:
            fields = b" ".join(b"%d 0 R" % number for number in self._fields)
            catalog += (
                b" /AcroForm << /Fields [%s] /DA (/F1 11 Tf) /DR << /Font << /F1 3 0 R >> >> >>" % fields
            )
        if self._outline:
            catalog += b" /Outlines %d 0 R" % self._outlines()
        self._objects[0] = b"<< %s >>" % catalog
        return self._written()

    def _show(self, text: str, size: float) -> str:
        try:
            letters = text.encode("cp1252")
            escaped = letters.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
            return f"/F1 {size} Tf 1 0 0 1 %g %g Tm (" + escaped.decode("latin-1").replace("%", "%%") + ") Tj"
        except UnicodeEncodeError:
            codes = [self._letters.setdefault(letter, len(self._letters) + 1) for letter in text]
            return f"/F2 {size} Tf 1 0 0 1 %g %g Tm <" + "".join(f"{code:04X}" for code in codes) + "> Tj"

    def _unicode_font(self) -> bytes:
        lines = [
            f"<{code:04X}> <{letter.encode('utf-16-be').hex()}>" for letter, code in self._letters.items()
        ]
        table = (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def /CMapType 2 def "
            "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        )
        for begin in range(0, len(lines), 100):
            part = lines[begin : begin + 100]
            table += f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar\n"
        table += "endcmap CMapName currentdict /CMap defineresource pop end end"
        unicode = self._stream(table.encode())
        base = b"/BaseFont /Test /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
        about = self._add(
            b"<< /Type /FontDescriptor /FontName /Test /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 "
            b"/Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>"
        )
        inner = self._add(
            b"<< /Type /Font /Subtype /CIDFontType2 %s /DW 1000 /FontDescriptor %d 0 R >>" % (base, about)
        )
        return (
            b"<< /Type /Font /Subtype /Type0 /BaseFont /Test /Encoding /Identity-H /DescendantFonts [%d 0 R] "
            b"/ToUnicode %d 0 R >>" % (inner, unicode)
        )

    def _field(self, name: str, value: str, number: int) -> int:
        y = 700 - 30 * number
        box = b"/Type /Annot /Subtype /Widget /Rect [72 %d 300 %d]" % (y, y + 20)
        if value in ("on", "off"):
            state = b"/Yes" if value == "on" else b"/Off"
            return self._add(
                b"<< %s /FT /Btn /T %s /V %s /AS %s /AP << /N << /Yes %d 0 R /Off %d 0 R >> >> >>"
                % (box, _string(name), state, state, self._form(), self._form())
            )
        return self._add(
            b"<< %s /FT /Tx /T %s /V %s /DA (/F1 11 Tf) >>" % (box, _string(name), _string(value))
        )

    def _form(self) -> int:
        return self._stream(b"", b"/Type /XObject /Subtype /Form /BBox [0 0 20 20] ")

    def _outlines(self) -> int:
        root = len(self._objects) + 1 + len(self._outline)
        first = len(self._objects) + 1
        for position, (title, page) in enumerate(self._outline):
            following = (
                b" /Next %d 0 R" % (first + position + 1) if position + 1 < len(self._outline) else b""
            )
            self._add(
                b"<< /Title %s /Parent %d 0 R /Dest [%d 0 R /Fit]%s >>"
                % (_string(title), root, page, following)
            )
        return self._add(
            b"<< /Type /Outlines /First %d 0 R /Last %d 0 R /Count %d >>"
            % (first, root - 1, len(self._outline))
        )

    def _stream(self, data: bytes, entries: bytes = b"") -> int:
        if self._compress:
            data, entries = zlib.compress(data, 1), entries + b"/Filter /FlateDecode "
        if self._password is not None:
            data = _rc4(self._key_of(len(self._objects) + 1), data)
        return self._add(b"<< %s/Length %d >>\nstream\n%s\nendstream" % (entries, len(data), data))

    def _add(self, content: bytes) -> int:
        self._objects.append(content)
        return len(self._objects)

    # Encryption

    @property
    def _owner(self) -> bytes:
        word = (self._password or "").encode()
        return _rc4(hashlib.md5((word + _PAD)[:32]).digest()[:5], (word + _PAD)[:32])

    @property
    def _key(self) -> bytes:
        word = ((self._password or "").encode() + _PAD)[:32]
        return hashlib.md5(word + self._owner + b"\xfc\xff\xff\xff" + b"0123456789abcdef").digest()[:5]

    def _key_of(self, number: int) -> bytes:
        return hashlib.md5(self._key + number.to_bytes(3, "little") + b"\0\0").digest()[:10]

    def _written(self) -> bytes:
        out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
        places = []
        for number, content in enumerate(self._objects, 1):
            places.append(len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
        table = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
        for place in places:
            out += b"%010d 00000 n \n" % place
        trailer = b"/Size %d /Root 1 0 R" % (len(places) + 1)
        if self._password is not None:
            user = _rc4(self._key, _PAD)
            trailer += b" /ID [<%s> <%s>]" % (2 * (b"0123456789abcdef".hex().encode(),))
            trailer += b" /Encrypt << /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O <%s> /U <%s> >>" % (
                self._owner.hex().encode(),
                user.hex().encode(),
            )
        out += b"trailer\n<< %s >>\nstartxref\n%d\n%%%%EOF\n" % (trailer, table)
        return bytes(out)


def _as_seen(text: str) -> str:
    """Letters from left to right: text of scripts that are written from right to left is turned around."""
    return text[::-1] if any(bidirectional(letter) in ("R", "AL") for letter in text) else text


def _string(text: str) -> bytes:
    return b"<" + (b"\xfe\xff" + text.encode("utf-16-be")).hex().encode() + b">"


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    out = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)
