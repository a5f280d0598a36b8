-- indicator: JKN_PAYER
-- term_id: Pembayar iuran JKN
-- term_en: Who pays for JKN
-- definition: Orang dengan kartu JKN aktif atau ditagihkan ke Pemda, menurut sumber dana yang membayar iurannya (tabel payer); seorang dapat dibayar beberapa sumber.
-- definition_en: Persons with an active JKN card or billed to a Pemda, by the fund that pays the dues (table payer); a person may be paid by several.
-- formula: orang dengan kartu JKN aktif atau ditagihkan ke Pemda dan dibayar sumber dana itu ÷ orang dengan kartu JKN aktif atau ditagihkan ke Pemda
-- formula_en: persons with an active JKN card or billed to a Pemda and paid by that fund ÷ persons with an active JKN card or billed to a Pemda
-- unit: people
-- by: person, fund
-- needs: bpjs_kesehatan
SELECT p.regency_code, p.village_code, p.sex, p.age, p.decile, NULL AS part, 1 AS numerator, 1 AS denominator
FROM person AS p
WHERE p.active_jkn OR p.billed
UNION ALL
SELECT p.regency_code, p.village_code, p.sex, p.age, p.decile, y.fund, 1, 0
FROM (SELECT DISTINCT person_id, fund FROM payer WHERE scheme = 'JKN' AND fund <> 'APBN_PDA') AS y JOIN person AS p USING (person_id)
