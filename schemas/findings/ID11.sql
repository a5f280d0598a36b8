-- code: ID11
-- term_id: Nomor kartu JKN atau KPJ tidak valid
-- term_en: Bad JKN card or KPJ number
-- definition: Nomor kartu JKN (PSNOKA) yang tertulis di data BPJS Kesehatan atau SK tidak terbaca sebagai 13 angka, atau KPJ yang tertulis di data BPJS Ketenagakerjaan tidak terbaca sebagai 11 angka. Angka nol di depan yang hilang sudah dipulihkan; nomor kosong tidak dihitung.
-- definition_en: A number is written, yet it cannot be read as a card number of 13 digits (rows of bpjs_kesehatan and decree) or a KPJ of 11 digits (bpjs_ketenagakerjaan), also after restoring zeros that a spreadsheet dropped; an empty cell is not tested. One finding a person and register.
-- severity: 3
-- actor: BPJS Kesehatan, BPJS Ketenagakerjaan, atau pemilik SK
-- action_id: Betulkan nomor sesuai kartu; kirim kolom nomor sebagai teks.
-- action_en: Correct the number from the card; send number columns as text.
-- payer: -
-- rupiah: none
-- needs: bpjs_kesehatan|decree|bpjs_ketenagakerjaan
SELECT
    l.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    r.owner_code,
    any_value(coalesce(CASE WHEN length(r.owner_code) = 4 THEN r.owner_code END, p.regency_code, r.regency_code)) AS regency_code,
    any_value(p.village_code) AS village_code,
    0 AS rupiah_per_month,
    CASE r.source
        WHEN 'bpjs_ketenagakerjaan' THEN 'KPJ di data peserta BPJS Ketenagakerjaan bukan 11 angka'
        WHEN 'decree' THEN 'Nomor kartu JKN di SK PBPU Pemda' || coalesce(' ' || r.owner_code, '') || ' bukan 13 angka'
        ELSE 'Nomor kartu JKN di data peserta BPJS Kesehatan bukan 13 angka' END
        || ' (tertulis ' || any_value(length(r.source_key)) || ' huruf, berakhiran ' || any_value(right(r.source_key, 4)) || ').' AS detail,
    concat_ws('|', r.source, r.owner_code) AS discriminator
FROM record AS r
CROSS JOIN parameter AS m
JOIN link AS l USING (record_id)
JOIN person AS p USING (person_id)
WHERE r.source IN ('bpjs_kesehatan', 'decree', 'bpjs_ketenagakerjaan')
  AND r.source_key IS NOT NULL
  AND CASE WHEN r.source = 'bpjs_ketenagakerjaan' THEN r.kpj ELSE r.card END IS NULL
GROUP BY l.person_id, r.source, r.owner_code
