-- indicator: PBI_REALISED
-- term_id: PBI JK terealisasi
-- term_en: PBI JK realised
-- definition: Orang hidup yang layak PBI JK (desil 1 sampai 5 di DTSEN, tidak ter-exclude) dan memiliki kartu PBI JK aktif, dibagi semua orang hidup yang layak.
-- definition_en: Living persons who qualify for PBI JK (decile 1 to 5 in DTSEN, not excluded) and have an active PBI JK card, divided by all living persons who qualify.
-- formula: orang hidup yang layak dengan kartu PBI JK aktif ÷ orang hidup yang layak
-- formula_en: living eligible persons with an active PBI JK card ÷ living eligible persons
-- unit: people
-- by: person
-- interval: numerator province bpjs_kesehatan
-- needs: bpjs_kesehatan, province
SELECT regency_code, village_code, sex, age, decile, NULL AS part, has_pbi_active::INTEGER AS numerator, 1 AS denominator
FROM person
WHERE alive AND eligible
