-- indicator: MISDIRECTED
-- term_id: Salah sasaran: PBI JK aktif tetapi tidak layak
-- term_en: Misdirected: active PBI JK but not eligible
-- definition: Orang hidup dengan kartu PBI JK aktif yang tidak layak (desil 6 sampai 10, belum diperingkat, ter-exclude, atau tidak ada di DTSEN), dibagi semua orang hidup dengan kartu PBI JK aktif.
-- definition_en: Living persons with an active PBI JK card who do not qualify (decile 6 to 10, not ranked, excluded or not in DTSEN), divided by all living persons with an active PBI JK card.
-- formula: orang hidup dengan kartu PBI JK aktif yang tidak layak ÷ orang hidup dengan kartu PBI JK aktif
-- formula_en: living persons with an active PBI JK card who are not eligible ÷ living persons with an active PBI JK card
-- unit: people
-- by: person
-- interval: rest province bpjs_kesehatan
-- needs: bpjs_kesehatan, province
SELECT regency_code, village_code, sex, age, decile, NULL AS part, (NOT eligible)::INTEGER AS numerator, 1 AS denominator
FROM person
WHERE alive AND has_pbi_active
