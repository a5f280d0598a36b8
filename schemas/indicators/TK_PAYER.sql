-- indicator: TK_PAYER
-- term_id: Pembayar iuran BPJS Ketenagakerjaan
-- term_en: Who pays for Jamsostek
-- definition: Orang yang aktif di BPJS Ketenagakerjaan, menurut sumber dana yang membayar iurannya (tabel payer); seorang dapat dibayar beberapa sumber.
-- definition_en: Persons active in Jamsostek, by the fund that pays the dues (table payer); a person may be paid by several.
-- formula: orang yang aktif di BPJS Ketenagakerjaan dan dibayar sumber dana itu ÷ orang yang aktif di BPJS Ketenagakerjaan
-- formula_en: persons active in Jamsostek and paid by that fund ÷ persons active in Jamsostek
-- unit: people
-- by: person, fund
-- needs: bpjs_ketenagakerjaan
SELECT p.regency_code, p.village_code, p.sex, p.age, p.decile, NULL AS part, 1 AS numerator, 1 AS denominator
FROM person AS p
WHERE p.active_jamsostek
UNION ALL
SELECT p.regency_code, p.village_code, p.sex, p.age, p.decile, y.fund, 1, 0
FROM (SELECT DISTINCT person_id, fund FROM payer WHERE scheme = 'TK') AS y JOIN person AS p USING (person_id)
