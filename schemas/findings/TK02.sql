-- code: TK02
-- term_id: PPU di Kesehatan, tidak ada di Ketenagakerjaan
-- term_en: Health-only employee
-- definition: Peserta (bukan anggota keluarga) dengan kartu JKN PPU badan usaha yang aktif, tidak diketahui meninggal, tetapi tidak aktif di BPJS Ketenagakerjaan.
-- definition_en: Holder himself (KDHUBKEL 1, not a family member) of an active PPU card of a private employer, not known dead, and not active in Jamsostek. Cards of state employers (PPU PN) are left out: those workers are insured elsewhere; a segment that says PPU alone counts.
-- severity: 2
-- actor: BPJS Ketenagakerjaan dan Dinas Tenaga Kerja
-- action_id: Telusuri pemberi kerjanya: wajib daftar (PWBD) atau baru mendaftarkan sebagian (PDS tenaga kerja).
-- action_en: Trace the employer: not registered at all (PWBD) or only part of the staff (PDS).
-- payer: Pemberi kerja
-- rupiah: none: the wage, and so what the employer owes, is not known
-- needs: bpjs_kesehatan, bpjs_ketenagakerjaan
SELECT
    p.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    arg_min(r.owner_code, r.record_id) AS owner_code,
    coalesce(any_value(p.regency_code), arg_min(r.regency_code, r.record_id)) AS regency_code,
    any_value(p.village_code) AS village_code,
    0 AS rupiah_per_month,
    'Kartu JKN ' || arg_min(coalesce(r.segment_as_written, 'PPU'), r.record_id) || ' aktif sebagai peserta, '
        || any_value(CASE WHEN p.in_jamsostek THEN 'keanggotaan BPJS Ketenagakerjaan tidak aktif'
                          ELSE 'tidak ditemukan di BPJS Ketenagakerjaan' END) || '.' AS detail,
    '' AS discriminator
FROM person AS p
JOIN link AS l USING (person_id)
JOIN record AS r USING (record_id)
WHERE p.has_ppu_active
  AND p.alive
  AND NOT p.active_jamsostek
  AND r.source = 'bpjs_kesehatan' AND r.status = 'AKTIF' AND r.segment = 'PPU' AND r.relation = 'head'
  AND NOT coalesce(regexp_matches(upper(r.segment_as_written),
      '\bPN\b|PENYELENGGARA|NEGERI|\bPNS\b|\bASN\b|\bPPPK\b|\bTNI\b|POLRI|PEJABAT|PEMERINTAH|PERANGKAT'), FALSE)
GROUP BY p.person_id
