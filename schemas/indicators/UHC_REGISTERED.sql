-- indicator: UHC_REGISTERED
-- term_id: UHC, terdaftar JKN
-- term_en: UHC, registered in JKN
-- definition: Orang hidup yang memiliki kartu JKN (aktif atau tidak) dibagi semua orang hidup yang dikenal di wilayah itu.
-- definition_en: Living persons with a JKN card, active or not, divided by all living persons known in the area.
-- formula: orang hidup yang memiliki kartu JKN ÷ orang hidup yang dikenal di wilayah dari semua register padan (bukan proyeksi penduduk)
-- formula_en: living persons with a JKN card ÷ living persons known in the area from all registers of padan (no population projection)
-- unit: people
-- by: person, segment
-- limits: Tanpa selang: orang yang tidak tertaut menambah pembilang dan penyebut sekaligus.
-- limits_en: No interval: a person left unlinked adds to numerator and denominator alike.
-- needs: bpjs_kesehatan, province|regency
SELECT
    regency_code, village_code, sex, age, decile,
    CASE WHEN in_jkn THEN coalesce(jkn_segment, 'UNKNOWN') END AS part,
    in_jkn::INTEGER AS numerator,
    1 AS denominator
FROM person
WHERE alive
