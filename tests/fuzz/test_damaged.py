"""Good files damaged at random: whatever the bytes, a file is rows or one plain sentence."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.holding import held_to_account, read_bytes
from tests.fuzz.seeds import texts, workbooks

pytestmark = pytest.mark.long

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
NASTY = st.sampled_from(
    [b"\0", b"\n", b"\r", b'"', b";", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1b[2J", "\u202e".encode(), b"\x80", b"'",
     b"=1+1", b"9" * 400, b"\n" * 40, b'"' * 31, b"PK\x03\x04", "\u0000\ud83d".encode("utf-8", "surrogatepass")]
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """A seed with pieces cut out, put in, overwritten and repeated."""
    content = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content)))
        end = min(len(content), at + draw(st.integers(0, 60)))
        piece = draw(st.one_of(NASTY, st.binary(max_size=12)))
        match draw(st.sampled_from(["cut", "put", "over", "twice", "end"])):
            case "cut":
                del content[at:end]
            case "put":
                content[at:at] = piece
            case "over":
                content[at : at + len(piece)] = piece
            case "twice":
                content[at:at] = content[at:end]
            case "end":
                del content[at:]
    return bytes(content)


@settings(max_examples=400, deadline=None, suppress_health_check=SLOW)
@given(damaged(texts()), st.sampled_from(["decree", "decree", "decree", "bpjs_kesehatan_bill", "workforce"]))
def test_a_damaged_text(content: bytes, kind: str) -> None:
    held_to_account(read_bytes(content, kind))


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(damaged(workbooks()))
def test_a_damaged_workbook(content: bytes) -> None:
    held_to_account(read_bytes(content))


@settings(max_examples=100, deadline=None, suppress_health_check=SLOW)
@given(
    st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=9), min_size=1, max_size=6), st.sampled_from(";,|\t")
)
def test_any_cells_below_a_heading(rows: list[list[str]], delimiter: str) -> None:
    heading = delimiter.join(("NO", "PSNOKA", "NIK", "NAMA", "TGL_LAHIR", "KODE_DESA", "NO_SK", "TMT"))
    body = "\n".join(delimiter.join(cells) for cells in rows)
    held_to_account(read_bytes(f"{heading}\n{body}\n".encode("utf-8", "surrogatepass")))
