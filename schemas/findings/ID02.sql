-- code: ID02
-- term_id: NIK tidak valid
-- term_en: NIK malformed
-- definition: NIK pada baris register (bukan tagihan) bukan 16 angka, memuat tanggal yang mustahil, wilayah yang tidak pernah ada, nomor urut 0000, atau sama dengan No. KK baris itu.
-- definition_en: A row of a register (bills aside) has nik_status malformed: not 16 digits, an impossible date, a place that neither is nor was, serial 0000, or the number of the row's own family card; one finding a person and register.
-- severity: 2
-- actor: Desa/kelurahan dan Dukcapil
-- action_id: Samakan NIK dengan KTP atau KK; mintakan perbaikan ke Dukcapil bila perlu.
-- action_en: Copy the NIK from the identity or family card; have the civil registry correct it where needed.
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
    'NIK di ' || CASE r.source
        WHEN 'province' THEN 'DTSEN provinsi'
        WHEN 'regency' THEN 'register kabupaten/kota'
        WHEN 'decree' THEN 'SK PBPU Pemda'
        WHEN 'bpjs_kesehatan' THEN 'data peserta BPJS Kesehatan'
        WHEN 'bpjs_ketenagakerjaan' THEN 'data peserta BPJS Ketenagakerjaan'
        WHEN 'letters' THEN 'surat keterangan faskes'
        WHEN 'roster' THEN 'daftar pegawai non-ASN'
        ELSE 'daftar akta kematian' END
        || CASE WHEN length(r.owner_code) = 4 THEN ' ' || r.owner_code ELSE '' END
        || any_value(CASE WHEN r.nik IS NULL THEN ' bukan 16 angka atau sama dengan No. KK.'
            ELSE ' (' || left(r.nik, 4) || '••••••••' || right(r.nik, 4) || ') memuat tanggal, wilayah, atau nomor urut yang mustahil.' END)
        || any_value(CASE WHEN p.nik IS NULL THEN ' Orang ini tidak punya NIK yang terbaca di register mana pun.' ELSE ' Register lain mencatat NIK ' || left(p.nik, 4) || '••••••••' || right(p.nik, 4) || '.' END) AS detail,
    concat_ws('|', r.source, r.owner_code) AS discriminator
FROM record AS r
CROSS JOIN parameter AS m
JOIN link AS l USING (record_id)
JOIN person AS p USING (person_id)
WHERE r.source <> 'bpjs_kesehatan_bill'
  AND r.nik_status = 'malformed'
GROUP BY l.person_id, r.source, r.owner_code
