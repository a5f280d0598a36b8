"""The map: tiles where they belong, a supplied GeoJSON drawn within bounds, a bad one told in a sentence."""

import json
import math
import re

import pytest

from reports.geojson import DRAWN_POINTS, MOST_BYTES, MapFault, area, fitted, read_map
from reports.page import render_page
from reports.tables import collect
from reports.tilemap import positions
from tests.report_fixture import REGENCIES, database


@pytest.fixture(scope="module")
def tables():
    with database() as con:
        return collect(con)


def square(x, y, side=0.1):
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


def feature(code, ring, name="kode"):
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {name: code, "nama": "x"}, "geometry": geometry}


def province(codes=REGENCIES, name="kode"):
    return [feature(code, square(106 + at * 0.1, -6), name) for at, code in enumerate(codes)]


@pytest.fixture
def written(tmp_path):
    def write(data):
        path = tmp_path / "peta.geojson"
        text = data if isinstance(data, bytes) else json.dumps(data).encode()
        path.write_bytes(text)
        return path

    return write


def collection(features):
    return {"type": "FeatureCollection", "features": features}


def test_the_tiles_of_banten_lie_as_on_a_map():
    at = positions(REGENCIES)
    assert len(set(at.values())) == len(REGENCIES)
    assert at["3601"][1] > at["3604"][1] and at["3602"][0] > at["3601"][0]  # Pandeglang south of Serang, west of Lebak
    assert at["3672"][0] < at["3673"][0] < at["3671"][0]  # Cilegon, Serang, Tangerang from the west


@pytest.mark.parametrize("codes", [["3301"], [f"33{n:02d}" for n in range(1, 36)], [*REGENCIES, "3699"]])
def test_any_other_province_has_a_grid_by_code_without_two_on_one_another(codes):
    at = positions(reversed(codes))
    assert len(set(at.values())) == len(codes)
    assert sorted(codes, key=lambda code: at[code][::-1]) == sorted(codes)


def test_a_supplied_map_stands_in_place_of_the_tiles(tables, written):
    told = render_page(tables, geojson=written(collection(province())))
    assert '<svg class="geo"' in told and '<ol class="tilemap' not in told
    for name in ("Kab. Lebak", "Kota Tangerang Selatan"):
        assert re.search(rf'<a href="36\d\d_\w+\.html"><text[^>]*>{name}</text>', told)
    assert len(re.findall(r"<path style=", told)) == 8


def test_a_regency_that_the_map_lacks_keeps_its_tile(tables, written):
    told = render_page(tables, geojson=written(collection(province(REGENCIES[:7]))))
    assert '<svg class="geo"' in told
    assert re.findall(r'<li style="--x:.*?<span class="place">(.*?)</span>', told) == ["Kota Tangerang Selatan"]


@pytest.mark.parametrize("form", ["{}", "{0:.2}.{1}", " {} ", "{}.0"])
def test_codes_are_known_with_dots_blanks_and_as_numbers(written, form):
    codes = [form.format(code) if "0" not in form else f"{code[:2]}.{code[2:]}" for code in REGENCIES]
    assert set(read_map(written(collection(province(codes))), REGENCIES)) == set(REGENCIES)
    numbers = [int(code) for code in REGENCIES]
    assert set(read_map(written(collection(province(numbers))), REGENCIES)) == set(REGENCIES)


def test_two_codings_that_differ_are_a_question_for_the_office(written):
    features = province()
    for at, one in enumerate(features):
        one["properties"]["bps"] = REGENCIES[at - 1]
    path = written(collection(features))
    with pytest.raises(MapFault) as fault:
        read_map(path, REGENCIES)
    assert (fault.value.key, fault.value.values) == ("map_two", {"names": "bps, kode"})
    first, second = (read_map(path, REGENCIES, name)["3601"] for name in ("kode", "bps"))
    assert first != second


BAD = {
    "not JSON": (b"<html>", "bukan JSON"),
    "half a file": (json.dumps(collection(province())).encode()[:-40], "bukan JSON"),
    "not Unicode": (b"\xff\xfe\x00\x81", "bukan JSON"),
    "without end": (b"[" * 200_000, "bukan JSON"),
    "a number without end": (b'{"features": ' + b"9" * 5000 + b"}", "bukan JSON"),
    "a list": (b"[]", "bukan GeoJSON"),
    "no features": (collection([]), "tidak ada wilayah"),
    "features of nothing": (collection([None, 1, {}, {"properties": []}, {"geometry": []}]), "tidak ada wilayah"),
    "another province": (collection(province(["3301", "3302"])), "tidak ada wilayah"),
    "points": (
        collection([{"properties": {"kode": "3601"}, "geometry": {"type": "Point", "coordinates": [1, 2]}}]),
        "tidak ada wilayah",
    ),
    "metres": (collection([feature("3601", square(650_000, 9_300_000, 1000))]), "bujur dan lintang"),
    "words": (collection([feature("3601", [["a", "b"]])]), "bujur dan lintang"),
    "not a number": (b'{"features":[' + json.dumps(feature("3601", square(106, -6))).replace("106,", "NaN,").encode()
                     + b"]}", "bujur dan lintang"),
    "no rings": (collection([feature("3601", 5)]), "bujur dan lintang"),
    "one place": (collection([feature("3601", [[106, -6]] * 5)]), "tidak ada wilayah"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_map_that_cannot_be_drawn_is_told_and_the_tiles_stand(tables, written, case):
    data, told = BAD[case]
    page = render_page(tables, geojson=written(data))
    sentence = re.search(r'<p class="pad told"><span lang="id">(.*?)</span>', page).group(1)
    assert sentence.startswith("Peta peta.geojson tidak digambar: ") and told in sentence
    assert '<svg class="geo"' not in page and page.count('class="place"') == 8


def test_a_map_that_is_gone_or_too_large_is_told(tables, tmp_path):
    assert "tidak dapat dibaca" in render_page(tables, geojson=tmp_path / "none.geojson")
    path = tmp_path / "large.geojson"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    assert "lebih besar dari 50 MB" in render_page(tables, geojson=path)


def test_what_a_map_says_is_only_text(tables, written):
    features = [*province(), *province()]
    hostile = "<script>alert(1)</script>"
    for one in features:
        one["properties"] = {hostile: one["properties"]["kode"], "nama": hostile}
    told = render_page(tables, geojson=written(collection(features)))
    assert "<script>alert" not in told and '<svg class="geo"' in told
    for at, one in enumerate(features):
        one["properties"]["two"] = REGENCIES[at % 7 - 1]
    told = render_page(tables, geojson=written(collection(features[:7])))
    assert "<script>alert" not in told and "&lt;script&gt;alert" in told


def test_a_fine_border_is_drawn_with_few_points_and_keeps_its_form():
    def wavy(x, y, points=30_000):
        turns = [2 * math.pi * n / points for n in range(points)]
        return [(x + math.cos(t) * (1 + 0.1 * math.sin(90 * t)), y + math.sin(t)) for t in turns]

    shapes = {"3601": [wavy(106, -6)], "3602": [wavy(108, -6)], "3603": [[(106, -6), (106.0001, -6), (106, -6.0001)]]}
    drawn, height = fitted(shapes)
    assert sum(len(ring) for rings in drawn.values() for ring in rings) <= DRAWN_POINTS
    assert 0 < height <= 900
    assert set(drawn) == set(shapes)  # what is too small to be seen is drawn as a spot
    circle, other = (abs(area(drawn[code][0])) for code in ("3601", "3602"))
    assert circle == pytest.approx(other, rel=0.02)
    assert circle == pytest.approx(math.pi * (900 / 4.2) ** 2, rel=0.05)
