-- indicator: POOR_WORKER_COST
-- term_id: Biaya melindungi pekerja miskin
-- term_en: Cost of covering poor workers
-- definition: Iuran sebulan (JKK dan JKM, dibayar pihak lain) untuk semua pekerja miskin yang belum terlindungi, dibagi semua pekerja miskin; pembilang adalah rupiah sebulan.
-- definition_en: Dues a month (JKK and JKM, paid by somebody else) for all poor workers without cover, divided by all poor workers; the numerator is rupiah a month.
-- formula: iuran BPU dua program × pekerja miskin tanpa perlindungan ÷ pekerja miskin
-- formula_en: own-account dues of two programmes × poor workers without cover ÷ poor workers
-- unit: rupiah
-- by: person
-- needs: bpjs_ketenagakerjaan, province
SELECT
    regency_code, village_code, sex, age, decile, NULL AS part,
    CASE WHEN active_jamsostek THEN 0 ELSE m.tariff_bpu END AS numerator,
    1 AS denominator
FROM person, parameter AS m
WHERE decile BETWEEN 1 AND m.poorest_decile_max AND informal_worker AND alive
