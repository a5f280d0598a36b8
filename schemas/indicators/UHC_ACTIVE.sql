-- indicator: UHC_ACTIVE
-- term_id: UHC, aktif JKN
-- term_en: UHC, active in JKN
-- definition: Orang hidup yang memiliki kartu JKN aktif dibagi semua orang hidup yang dikenal di wilayah itu. Orang dengan kartu aktif di beberapa segmen dihitung pada segmen kartu yang berlaku (person.jkn_segment).
-- definition_en: Living persons with an active JKN card divided by all living persons known in the area. Who has active cards of several segments counts under that of the card that stands (person.jkn_segment).
-- formula: orang hidup yang memiliki kartu JKN aktif ÷ orang hidup yang dikenal di wilayah dari semua register padan (bukan proyeksi penduduk)
-- formula_en: living persons with an active JKN card ÷ living persons known in the area from all registers of padan (no population projection)
-- unit: people
-- by: person, segment
-- limits: Tanpa selang: orang yang tidak tertaut menambah pembilang dan penyebut sekaligus.
-- limits_en: No interval: a person left unlinked adds to numerator and denominator alike.
-- needs: bpjs_kesehatan, province|regency
SELECT
    regency_code, village_code, sex, age, decile,
    CASE WHEN active_jkn THEN coalesce(jkn_segment, 'UNKNOWN') END AS part,
    active_jkn::INTEGER AS numerator,
    1 AS denominator
FROM person
WHERE alive
