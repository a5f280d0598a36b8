-- code: TK11
-- term_id: Proyek jasa konstruksi tak terdaftar
-- term_en: Construction project unregistered
-- definition: Kontrak jasa konstruksi pemerintah daerah yang sudah mulai dan belum selesai, tanpa nomor pendaftaran Jakon (13 angka).
-- definition_en: A construction contract of the local government that has begun and not ended on as_of (an empty date counts as both), without a Jakon number of 13 digits in the list; one finding a contract, and no person. BPJS Ketenagakerjaan's own list of registered projects is not among the extracts, so that a number given is believed.
-- severity: 2
-- actor: Bappeda/Dinas PU; BPJS Ketenagakerjaan
-- action_id: Minta penyedia mendaftarkan proyek sebelum pembayaran berikutnya.
-- action_en: Have the contractor register the project before the next payment.
-- payer: Penyedia jasa konstruksi
-- rupiah: none a month; the detail tells the dues that are paid once (jakon_rate, by steps of the contract value)
-- needs: construction
WITH step AS (
    SELECT item::BIGINT AS above, lead(above) OVER (ORDER BY above) AS below, value AS share
    FROM rule, parameter AS m
    WHERE rule = 'jakon_rate' AND m.as_of BETWEEN berlaku_mulai AND coalesce(berlaku_sampai, m.as_of)
), open AS (
    SELECT c.*, coalesce(c.contract_no, c.project_name) AS contract
    FROM construction AS c, parameter AS m
    WHERE c.project_no IS NULL
      AND coalesce(c.start_date <= m.as_of, TRUE)
      AND coalesce(c.end_date >= m.as_of, TRUE)
), dues AS (
    SELECT o.owner_code, o.file, o.source_row,
           round(sum(greatest(least(o.contract_value, s.below) - s.above, 0) * s.share))::BIGINT AS dues
    FROM open AS o CROSS JOIN step AS s
    GROUP BY ALL
)
SELECT
    NULL::VARCHAR AS person_id,
    []::BIGINT[] AS record_ids,
    o.owner_code,
    arg_min(o.regency_code, o.source_row) AS regency_code,
    NULL::VARCHAR AS village_code,
    0 AS rupiah_per_month,
    'Kontrak ' || o.contract || coalesce(' (' || arg_min(o.project_name, o.source_row) || ')', '')
        || coalesce(', penyedia ' || arg_min(o.contractor_name, o.source_row), '')
        || coalesce(', nilai Rp' || max(o.contract_value) || ', perkiraan iuran Jakon Rp' || max(d.dues) || ' satu kali', '')
        || ', tanpa nomor Jakon (' || arg_min(o.file || ' baris ' || o.source_row, o.source_row) || ').' AS detail,
    o.contract AS discriminator
FROM open AS o
LEFT JOIN dues AS d USING (owner_code, file, source_row)
GROUP BY o.owner_code, o.contract
