"""The pages in a real browser: at both widths, in both languages, light and dark, worked, and without the network.

A wrapper page shows a report in a frame of the wanted width (headless Chromium's own window is never narrower than
500), works its controls and leaves what it saw as JSON in the dumped document.
"""

import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from reports.page import render_page, render_regencies
from reports.tables import collect
from tests.report_fixture import database

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for name in NAMES if (path := shutil.which(name))), None)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--allow-file-access-from-files", "--virtual-time-budget=4000", "--enable-logging=stderr", "--dump-dom",
)  # fmt: skip
DARK = "--blink-settings=preferredColorScheme=0"
WRAPPER = Path(__file__).with_name("report_browser.html").read_text(encoding="utf-8")
REGENCY = "3602_Kabupaten_Lebak.html"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    if CHROMIUM is None:
        if os.environ.get("PADAN_REQUIRE_BROWSER") == "1":
            pytest.fail("PADAN_REQUIRE_BROWSER is 1 and there is no Chromium on this machine")
        pytest.skip("there is no Chromium on this machine")
    folder = tmp_path_factory.mktemp("page")
    with database() as con:
        tables = collect(con)
        (folder / "index.html").write_text(render_page(tables), encoding="utf-8")
        for name, text in render_regencies(tables):
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def look(folder, page, width, *flags):
    """What the browser saw of a page at a width."""
    wrapper = folder / f"wrapper_{width}_{len(flags)}.html"
    wrapper.write_text(WRAPPER.replace("$WIDTH", str(width)).replace("$PAGE", page), encoding="utf-8")
    profile = folder / f"profile_{width}"
    size = f"--window-size={max(width, 500)},2400"
    ended = subprocess.run(
        [CHROMIUM, *FLAGS, *flags, f"--user-data-dir={profile}", size, wrapper.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    shutil.rmtree(profile, ignore_errors=True)
    found = re.search(r'<pre id="seen">(.+?)</pre>', ended.stdout, re.S)
    assert found, "the wrapper left nothing: the page did not load, or its script failed"
    assert not re.findall(r"CONSOLE.*", ended.stderr)
    return json.loads(html.unescape(found.group(1)))


def is_sound(seen, width):
    """Nothing is said on the console, asked of the network, outside the page, cut off or too small to read."""
    assert seen["requests"] == 0
    assert (seen["width"], seen["overflow"], seen["told"]) == (width, 0, [str(width), "0"])
    assert seen["outside"] == [] and seen["clipped"] == []
    assert seen["beyond"] == [] and seen["smallest"] >= 8


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_fits_and_works(folder, width):
    seen = look(folder, "index.html", width)
    is_sound(seen, width)
    # One histogram, of the form for this width, and three pairs; a line of the nights and one of the months.
    assert seen["pictures"] == 6
    # What is not urgent is folded; a filter finds it all the same.
    assert len(seen["codes"]) == 14 and "DM01" not in seen["codes"] and "TK06" in seen["codes"]
    assert "DM01" in seen["unfolded"] and len(seen["unfolded"]) == 15 and seen["folded"] == []
    assert set(seen["level"]) == {"EL01", "EL02", "EL06", "EL08", "EL10", "FN06"}
    assert set(seen["find"]) == {"FN01", "ID06", "TK06"} and seen["calm"] == ["DM01"]
    assert seen["nothing"] == [0, False] and seen["money"] == "inline"
    counts = [[int(text.replace(".", "")) for text in family if text != "–"] for family in seen["sorted"]]
    assert counts == [sorted(family, reverse=True) for family in counts] and seen["order"] == "descending"
    assert seen["opened"] == seen["files"] + 8
    assert seen["before"] == "Temuan menurut kabupaten/kota"
    assert seen["after"] == ["en", "Findings by regency", "Number of findings", "Open/close all"]
    assert seen["link"] == f"{REGENCY}?lang=en"


@pytest.mark.parametrize("width", [1280, 390])
def test_the_map_shows_the_chosen_measure_in_figures_and_colour(folder, width):
    seen = look(folder, "index.html", width)["map"]
    assert len(seen["places"]) == 8 and "Kab. Lebak" in seen["places"]
    assert all(figure.startswith("Rp") for figure in seen["rupiah"]["figures"])
    assert all("%" in figure for figure in seen["uhc"]["figures"])
    assert seen["rupiah"]["colours"] != seen["uhc"]["colours"]
    assert len(set(seen["rupiah"]["colours"])) > 4
    assert seen["within"]


@pytest.mark.parametrize("width", [1280, 390])
def test_a_regency_s_page_fits_and_works(folder, width):
    seen = look(folder, f"{REGENCY}?lang=en", width)
    is_sound(seen, width)
    assert seen["pictures"] == 1
    assert seen["after"][0] == "id"  # it came in English, the button made it Indonesian
    assert set(seen["find"]) == {"FN01", "ID06", "TK06"}


@pytest.mark.parametrize("page", ["index.html", REGENCY])
@pytest.mark.parametrize("flags", [(), (DARK,)])
def test_every_text_can_be_read_in_light_and_dark(folder, page, flags):
    seen = look(folder, page, 1280, *flags)
    assert seen["dark"] is bool(flags)
    assert seen["texts"] > 500
    assert seen["faint"] == []
