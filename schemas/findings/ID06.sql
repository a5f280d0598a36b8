-- code: ID06
-- term_id: Ganda dalam satu sumber
-- term_en: Duplicate row in one register
-- definition: Satu orang memiliki dua baris atau lebih dalam satu register (sumber dan pemilik yang sama); tagihan dan surat faskes tidak termasuk. SK yang berbeda nomor dan berkasnya adalah periode yang berbeda.
-- definition_en: Two or more rows of one person in one register (same source and owner), bills and letters aside; one finding a register. Decrees that differ in number and in file are different periods.
-- severity: 1
-- actor: Pemilik register
-- action_id: Periksa dan hapus baris ganda.
-- action_en: Check and delete the duplicate row.
-- payer: APBN (PBI JK) atau APBD (PBPU Pemda)
-- rupiah: in a decree the PBPU Pemda tariff for each row beyond the first; among JKN cards the tariffs of the active PBI and PDA cards less the dearest; elsewhere none
-- needs: province|regency|decree|bpjs_kesehatan|bpjs_ketenagakerjaan|civil_deaths|roster
WITH several AS (
    -- few people have two rows in one register, and only theirs are looked at closely
    SELECT DISTINCT person_id FROM (
        SELECT l.person_id
        FROM record AS r JOIN link AS l USING (record_id)
        WHERE r.source NOT IN ('bpjs_kesehatan_bill', 'letters')
        GROUP BY l.person_id, r.source, r.owner_code HAVING count(*) > 1
    )
), priced AS (
    SELECT l.person_id, r.record_id, r.source, r.owner_code, r.regency_code, r.file, coalesce(r.decree_no, r.file) AS decree,
           CASE WHEN r.source = 'decree' THEN m.tariff_pda
                WHEN r.source = 'bpjs_kesehatan' AND r.status = 'AKTIF' AND r.segment = 'PBI' THEN m.tariff_pbi
                WHEN r.source = 'bpjs_kesehatan' AND r.status = 'AKTIF' AND r.segment = 'PDA' THEN m.tariff_pda
                ELSE 0 END AS cost
    FROM several JOIN link AS l USING (person_id) JOIN record AS r USING (record_id), parameter AS m
    WHERE r.source NOT IN ('bpjs_kesehatan_bill', 'letters')
), doubled AS (
    SELECT person_id, source, owner_code, list(record_id ORDER BY record_id) AS record_ids,
           arg_min(regency_code, record_id) AS regency_code, sum(cost) - max(cost) AS rupiah_per_month
    FROM priced
    GROUP BY person_id, source, owner_code
    HAVING count(*) > CASE WHEN source = 'decree' THEN least(count(DISTINCT file), count(DISTINCT decree)) ELSE 1 END
)
SELECT
    d.person_id,
    d.record_ids,
    d.owner_code,
    coalesce(CASE WHEN length(d.owner_code) = 4 THEN d.owner_code END, p.regency_code, d.regency_code) AS regency_code,
    p.village_code,
    d.rupiah_per_month,
    'Satu orang tercatat ' || len(d.record_ids) || ' kali di ' || CASE d.source
        WHEN 'province' THEN 'DTSEN provinsi'
        WHEN 'regency' THEN 'register kabupaten/kota'
        WHEN 'decree' THEN 'SK PBPU Pemda'
        WHEN 'bpjs_kesehatan' THEN 'data peserta BPJS Kesehatan'
        WHEN 'bpjs_ketenagakerjaan' THEN 'data peserta BPJS Ketenagakerjaan'
        WHEN 'roster' THEN 'daftar pegawai non-ASN'
        ELSE 'daftar akta kematian' END || coalesce(' ' || d.owner_code, '') || '.' AS detail,
    concat_ws('|', d.source, d.owner_code) AS discriminator
FROM doubled AS d
JOIN person AS p USING (person_id)
