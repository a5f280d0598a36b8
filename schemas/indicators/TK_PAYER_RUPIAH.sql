-- indicator: TK_PAYER_RUPIAH
-- term_id: Iuran BPJS Ketenagakerjaan menurut sumber dana
-- term_en: Jamsostek dues by fund
-- definition: Iuran sebulan menurut tarif yang berlaku, menurut sumber dana (tabel payer); pembilang adalah rupiah sebulan, bukan yang ditagihkan.
-- definition_en: Dues a month by the tariff in force, by fund (table payer); the numerator is rupiah a month, not what was billed.
-- formula: iuran sebulan dari sumber dana itu ÷ iuran sebulan dari semua sumber dana yang dapat dihitung
-- formula_en: dues a month of that fund ÷ dues a month of all funds, as far as they can be reckoned
-- unit: rupiah
-- by: person, fund
-- limits: Iuran jasa konstruksi (menurut nilai kontrak) dan pekerja migran tidak dapat dihitung, begitu pula bila upah atau sumber iuran kosong. SUMBER_IURAN APBD tidak menyebut provinsi atau kabupaten/kota.
-- limits_en: Dues of construction workers (by contract value) and of migrant workers cannot be reckoned, nor where wage or source of dues is empty. SUMBER_IURAN APBD does not say province or regency.
-- needs: bpjs_ketenagakerjaan
WITH dues AS (
    SELECT p.regency_code, p.village_code, p.sex, p.age, p.decile, y.fund, y.rupiah_per_month AS rupiah
    FROM payer AS y JOIN person AS p USING (person_id)
    WHERE y.scheme = 'TK' AND y.rupiah_per_month > 0
)
SELECT regency_code, village_code, sex, age, decile, NULL AS part, rupiah AS numerator, rupiah AS denominator FROM dues
UNION ALL
SELECT regency_code, village_code, sex, age, decile, fund, rupiah, 0 FROM dues
