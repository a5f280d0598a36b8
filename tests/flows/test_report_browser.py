"""The page in a real browser: at both widths, in both languages, filtered and sorted, and without the network.

A wrapper page shows the report in a frame of the wanted width (headless Chromium's own window is never narrower than
500), works its controls and leaves what it saw as JSON in the dumped document.
"""

import html
import json
import os
import re
import shutil
import subprocess

import pytest

from reports.page import render_page
from reports.tables import collect
from tests.report_fixture import database

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for name in NAMES if (path := shutil.which(name))), None)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--allow-file-access-from-files", "--virtual-time-budget=4000", "--dump-dom",
)  # fmt: skip
WRAPPER = """<!doctype html><html><body style="margin:0"><pre id="seen"></pre>
<iframe id="frame" src="index.html" style="width:%(width)dpx;height:2400px;border:0"></iframe><script>
var seen = {errors: []}, frame = document.getElementById("frame");
frame.contentWindow.addEventListener("error", function (event) { seen.errors.push(event.message); });
window.addEventListener("load", function () {
  var win = frame.contentWindow, doc = win.document, root = doc.documentElement;
  function all(selector) { return Array.from(doc.querySelectorAll(selector)); }
  function rows() { return all("#heat tbody tr").filter(function (row) { return !row.hidden; }); }
  function set(id, value, kind) {
    doc.getElementById(id).value = value;
    doc.getElementById(id).dispatchEvent(new win.Event(kind));
  }
  function codes() { return rows().map(function (row) { return row.dataset.find.split(" ")[0].toUpperCase(); }); }
  seen.width = root.clientWidth;
  seen.overflow = root.scrollWidth - root.clientWidth;
  seen.told = [root.dataset.width, root.dataset.overflow];
  seen.outside = all("body *").filter(function (one) {
    var box = one.getBoundingClientRect();
    return box.width > 0 && !one.closest(".scroll,nav,.sr,.skip,thead,svg")
      && (box.right > seen.width + 1 || box.left < -1);
  }).map(function (one) { return one.outerHTML.slice(0, 80); });
  seen.clipped = all("h1,h2,h3,dt,dd,p,summary,.chip,.books a,button").filter(function (one) {
    return one.offsetParent && one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0
      && win.getComputedStyle(one).display !== "inline";
  }).map(function (one) { return one.outerHTML.slice(0, 80); });
  var drawn = all("svg.drawn").filter(function (one) { return one.getBoundingClientRect().width > 0; });
  seen.pictures = drawn.length;
  seen.beyond = [];
  seen.smallest = 99;
  drawn.forEach(function (one) {
    var wide = one.viewBox.baseVal.width, scale = one.getBoundingClientRect().width / wide;
    Array.from(one.querySelectorAll("text")).forEach(function (text) {
      var box = text.getBBox();
      if (!box.width) { return; }
      if (box.x < -0.5 || box.x + box.width > wide + 0.5) { seen.beyond.push(text.textContent); }
      seen.smallest = Math.min(seen.smallest, parseFloat(win.getComputedStyle(text).fontSize) * scale);
    });
  });
  seen.requests = win.performance.getEntriesByType("resource").length;
  seen.codes = codes();
  set("level", "2", "change"); seen.level = codes();
  set("level", "", "change"); set("find", "ganda", "input"); seen.find = codes();
  set("find", "zzz", "input"); seen.nothing = [codes().length, doc.getElementById("none").hidden];
  set("find", "", "input"); set("measure", "money", "change");
  seen.money = win.getComputedStyle(doc.querySelector("#heat .rp")).display;
  var heading = all("#heat thead th")[1];
  heading.querySelector("button").click();
  seen.sorted = rows().map(function (row) { return row.cells[1].textContent.trim(); });
  seen.order = heading.getAttribute("aria-sort");
  seen.files = all("tr.file").filter(function (row) { return !row.hidden; }).length;
  doc.querySelector(".fold").click();
  seen.opened = all("tr.file").filter(function (row) { return !row.hidden; }).length;
  seen.before = doc.querySelector("#findings-h").innerText;
  doc.getElementById("switch").click();
  seen.after = [root.lang, doc.querySelector("#findings-h").innerText, doc.getElementById("measure").options[0].text];
  document.getElementById("seen").textContent = JSON.stringify(seen);
});
</script></body></html>"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    if CHROMIUM is None:
        if os.environ.get("PADAN_REQUIRE_BROWSER") == "1":
            pytest.fail("PADAN_REQUIRE_BROWSER is 1 and there is no Chromium on this machine")
        pytest.skip("there is no Chromium on this machine")
    folder = tmp_path_factory.mktemp("page")
    with database() as con:
        (folder / "index.html").write_text(render_page(collect(con)), encoding="utf-8")
    return folder


def look(folder, width):
    """What the browser saw of the page at a width."""
    wrapper = folder / f"wrapper_{width}.html"
    wrapper.write_text(WRAPPER % {"width": width}, encoding="utf-8")
    profile = folder / f"profile_{width}"
    ended = subprocess.run(
        [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", f"--window-size={max(width, 500)},2400", wrapper.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    shutil.rmtree(profile, ignore_errors=True)
    found = re.search(r'<pre id="seen">(.+?)</pre>', ended.stdout, re.S)
    assert found, "the wrapper left nothing: the page did not load, or its script failed"
    return json.loads(html.unescape(found.group(1)))


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_fits_and_works(folder, width):
    seen = look(folder, width)
    assert seen["errors"] == [] and seen["requests"] == 0
    assert (seen["width"], seen["overflow"], seen["told"]) == (width, 0, [str(width), "0"])
    assert seen["outside"] == [] and seen["clipped"] == []
    # One histogram, of the form for this width, and three pairs; every text inside and large enough to read.
    assert seen["pictures"] == 4 and seen["beyond"] == [] and seen["smallest"] >= 8
    assert len(seen["codes"]) == 14 and seen["codes"][-1] == "TK06"
    assert set(seen["level"]) == {"EL01", "EL02", "EL06", "EL08", "EL10", "FN06"}
    assert set(seen["find"]) == {"FN01", "ID06", "TK06"}
    assert seen["nothing"] == [0, False] and seen["money"] == "inline"
    counts = [int(text.replace(".", "")) for text in seen["sorted"] if text.replace(".", "").isdigit()]
    assert counts == sorted(counts, reverse=True) and seen["order"] == "descending"
    assert seen["opened"] == seen["files"] + 8
    assert seen["before"] == "Temuan menurut kabupaten/kota"
    assert seen["after"] == ["en", "Findings by regency", "Number of findings"]
