-- indicator: POOR_WORKER_UNCOVERED
-- term_id: Pekerja miskin tanpa JKK/JKM
-- term_en: Poor workers without JKK/JKM
-- definition: Pekerja informal (18 sampai 59 tahun, hidup) dari desil termiskin yang tidak aktif di BPJS Ketenagakerjaan, dibagi semua pekerja informal dari desil itu; sama dengan temuan TK01.
-- definition_en: Informal workers (aged 18 to 59, alive) of the poorest decile who are not active in Jamsostek, divided by all informal workers of that decile; the same people as finding TK01.
-- formula: pekerja informal desil 1 yang tidak aktif di BPJS Ketenagakerjaan ÷ pekerja informal desil 1
-- formula_en: informal workers of decile 1 who are not active in Jamsostek ÷ informal workers of decile 1
-- unit: people
-- by: person
-- interval: rest province bpjs_ketenagakerjaan
-- needs: bpjs_ketenagakerjaan, province
SELECT regency_code, village_code, sex, age, decile, NULL AS part, (NOT active_jamsostek)::INTEGER AS numerator, 1 AS denominator
FROM person, parameter AS m
WHERE decile BETWEEN 1 AND m.poorest_decile_max AND informal_worker AND alive
