-- A living person who qualifies for PBI and has no active JKN card, with what can be done (id: layak, belum terlindungi).
-- question_id: Siapa yang layak PBI tetapi tidak aktif di JKN?
-- question_en: Who is eligible for PBI and not active in JKN?
CREATE VIEW eligible_uncovered (
    person_id,             -- The person (id: kode orang)
    nik,                   -- Population number that stands (id: NIK)
    kk,                    -- Family card that stands (id: No. KK)
    name,                  -- Name that stands (id: nama)
    age,                   -- Completed years at as_of (id: umur)
    decile,                -- Decile in DTSEN (id: desil)
    regency_code,          -- Regency of residence (id: kode kabupaten/kota)
    regency_name,          -- Its name (id: kabupaten/kota)
    district_name,         -- District of residence (id: kecamatan)
    village_name,          -- Village of residence (id: desa/kelurahan)
    remedy,                -- usul baru: never had a card, or the window has passed; reaktivasi: a PBI card can be reactivated; segmen lain: an inactive card of another segment (id: jalan keluar)
    inactive_since,        -- Since when the PBI card is inactive (id: nonaktif sejak)
    days_left,             -- Days left to reactivate it (id: sisa hari reaktivasi)
    rupiah_per_month       -- What PBI JK costs, rupiah a month (id: rupiah per bulan)
) AS
SELECT
    p.person_id,
    p.nik,
    p.kk,
    p.name,
    p.age,
    p.decile,
    p.regency_code,
    k.region_name AS regency_name,
    d.region_name AS district_name,
    v.region_name AS village_name,
    CASE WHEN p.pbi_inactive_since >= m.reactivation_from THEN 'reaktivasi'
         WHEN p.in_jkn AND NOT p.has_pbi_inactive THEN 'segmen lain'
         ELSE 'usul baru' END AS remedy,
    p.pbi_inactive_since AS inactive_since,
    CASE WHEN p.pbi_inactive_since >= m.reactivation_from
         THEN greatest(datediff('day', m.as_of, (p.pbi_inactive_since + to_months(m.reactivation_months))::DATE), 0)
         END AS days_left,
    m.tariff_pbi AS rupiah_per_month
FROM person AS p
CROSS JOIN parameter AS m
LEFT JOIN region AS k ON k.region_code = p.regency_code
LEFT JOIN region AS d ON d.region_code = left(p.village_code, 6)
LEFT JOIN region AS v ON v.region_code = p.village_code
WHERE p.eligible AND p.alive AND NOT p.active_jkn
