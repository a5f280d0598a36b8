-- indicator: JKN_PAYER_RUPIAH
-- term_id: Iuran JKN menurut sumber dana
-- term_en: JKN dues by fund
-- definition: Iuran sebulan menurut tarif yang berlaku, menurut sumber dana (tabel payer); pembilang adalah rupiah sebulan, bukan yang ditagihkan.
-- definition_en: Dues a month by the tariff in force, by fund (table payer); the numerator is rupiah a month, not what was billed.
-- formula: iuran sebulan dari sumber dana itu ÷ iuran sebulan dari semua sumber dana yang dapat dihitung
-- formula_en: dues a month of that fund ÷ dues a month of all funds, as far as they can be reckoned
-- unit: rupiah
-- by: person, fund
-- limits: Iuran peserta mandiri tidak dapat dihitung: kelas tidak ada di data BPJS Kesehatan. Iuran PPU hanya dari upah yang ada di data BPJS Ketenagakerjaan.
-- limits_en: Dues of self-paying members cannot be reckoned: no extract of BPJS Kesehatan gives the class. Dues of wage workers only from the wages in the extract of BPJS Ketenagakerjaan.
-- needs: bpjs_kesehatan
WITH dues AS (
    SELECT p.regency_code, p.village_code, p.sex, p.age, p.decile, y.fund, y.rupiah_per_month AS rupiah
    FROM payer AS y JOIN person AS p USING (person_id)
    WHERE y.scheme = 'JKN' AND y.rupiah_per_month > 0
)
SELECT regency_code, village_code, sex, age, decile, NULL AS part, rupiah AS numerator, rupiah AS denominator FROM dues
UNION ALL
SELECT regency_code, village_code, sex, age, decile, fund, rupiah, 0 FROM dues
