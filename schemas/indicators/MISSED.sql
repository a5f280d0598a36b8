-- indicator: MISSED
-- term_id: Terlewat: layak tanpa JKN aktif
-- term_en: Missed: eligible without active JKN
-- definition: Orang hidup yang layak PBI JK dan tidak memiliki kartu JKN aktif dari segmen apa pun, dibagi semua orang hidup yang layak.
-- definition_en: Living persons who qualify for PBI JK and have no active JKN card of any segment, divided by all living persons who qualify.
-- formula: orang hidup yang layak tanpa kartu JKN aktif ÷ orang hidup yang layak
-- formula_en: living eligible persons without an active JKN card ÷ living eligible persons
-- unit: people
-- by: person
-- interval: rest province bpjs_kesehatan
-- needs: bpjs_kesehatan, province
SELECT regency_code, village_code, sex, age, decile, NULL AS part, (NOT active_jkn)::INTEGER AS numerator, 1 AS denominator
FROM person
WHERE alive AND eligible
