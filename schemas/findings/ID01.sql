-- code: ID01
-- term_id: NIK kosong, 0, atau sementara
-- term_en: NIK missing, 0 or temporary
-- definition: NIK pada baris register (bukan tagihan) kosong, 0, satu angka berulang, nomor contoh, atau nomor sementara tanpa tanggal lahir.
-- definition_en: A row of a register (bills aside) has nik_status missing: empty, 0, one digit over and over, a sample number, or a temporary number whose date part is one repeated digit; one finding a person and register. A place code followed by zeros alone is ID03.
-- severity: 2
-- actor: Desa/kelurahan
-- action_id: Dapatkan NIK dari KTP, KK, atau Dukcapil, lalu isikan di register.
-- action_en: Obtain the NIK from the identity card, family card or civil registry and enter it.
-- payer: APBN (PBI JK) atau APBD (PBPU Pemda)
-- rupiah: when no register has a readable NIK of the person: the PBI tariff when a PBI card is active, or blocked (eligible, alive, not active in JKN), plus the PBPU Pemda tariff when a PDA card is active; else none
-- needs: province|regency|decree|bpjs_kesehatan|bpjs_ketenagakerjaan|civil_deaths|letters|roster
SELECT
    l.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    r.owner_code,
    any_value(coalesce(CASE WHEN length(r.owner_code) = 4 THEN r.owner_code END, p.regency_code, r.regency_code)) AS regency_code,
    any_value(p.village_code) AS village_code,
    any_value(CASE WHEN p.nik IS NOT NULL THEN 0
        ELSE CASE WHEN p.has_pbi_active OR (p.eligible AND p.alive AND NOT p.active_jkn) THEN m.tariff_pbi ELSE 0 END
            + CASE WHEN p.has_pda_active THEN m.tariff_pda ELSE 0 END END) AS rupiah_per_month,
    'NIK kosong, 0, atau sementara di ' || CASE r.source
        WHEN 'province' THEN 'DTSEN provinsi'
        WHEN 'regency' THEN 'register kabupaten/kota'
        WHEN 'decree' THEN 'SK PBPU Pemda'
        WHEN 'bpjs_kesehatan' THEN 'data peserta BPJS Kesehatan'
        WHEN 'bpjs_ketenagakerjaan' THEN 'data peserta BPJS Ketenagakerjaan'
        WHEN 'letters' THEN 'surat keterangan faskes'
        WHEN 'roster' THEN 'daftar pegawai non-ASN'
        ELSE 'daftar akta kematian' END
        || CASE WHEN length(r.owner_code) = 4 THEN ' ' || r.owner_code ELSE '' END || '.'
        || any_value(CASE WHEN p.nik IS NULL THEN ' Orang ini tidak punya NIK yang terbaca di register mana pun.' ELSE ' Register lain mencatat NIK ' || left(p.nik, 4) || '••••••••' || right(p.nik, 4) || '.' END) AS detail,
    concat_ws('|', r.source, r.owner_code) AS discriminator
FROM record AS r
CROSS JOIN parameter AS m
JOIN link AS l USING (record_id)
JOIN person AS p USING (person_id)
WHERE r.source <> 'bpjs_kesehatan_bill'
  AND r.nik_status = 'missing'
GROUP BY l.person_id, r.source, r.owner_code
