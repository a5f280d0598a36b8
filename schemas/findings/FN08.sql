-- code: FN08
-- term_id: Kuota terlampaui atau bersisa
-- term_en: Quota over or under
-- definition: Jumlah kartu lebih banyak daripada kuota kabupaten/kota pada periode ini, atau sisa kuota lebih dari 1 %. PBPU Pemda: kartu yang ditagihkan untuk bulan itu; PBI JK: kartu aktif menurut wilayah peserta.
-- definition_en: More cards than the regency's quota for the period, or more than quota_unused_share (1 %) of it unused. PBPU Pemda: different cards billed to the regency in the period for that very month; PBI JK: different active cards with that region; one finding a regency and segment, and no person. The last row of a quota counts; a regency without a bill in the period is not tested.
-- severity: 2
-- actor: Dinas Sosial provinsi
-- action_id: Sesuaikan kuota atau daftar peserta; sisa kuota untuk yang layak dan belum terlayani.
-- action_en: Adjust the quota or the list; use what is left for the eligible without cover.
-- payer: APBN (PBI JK) atau APBD (PBPU Pemda)
-- rupiah: people over or under the quota, times the tariff of the segment
-- needs: quota, bpjs_kesehatan_bill, bpjs_kesehatan
-- partly: quota, bpjs_kesehatan_bill|bpjs_kesehatan
WITH asked AS (
    SELECT q.regency_code, q.segment, q.period, arg_max(q.quota, q.source_row) AS quota,
           arg_max(q.owner_code, q.source_row) AS owner_code,
           arg_max(q.file || ' baris ' || q.source_row, q.source_row) AS place
    FROM quota AS q
    CROSS JOIN parameter AS m
    WHERE q.period = coalesce(m.period, date_trunc('month', m.as_of))
    GROUP BY q.regency_code, q.segment, q.period
), counted AS (
    SELECT coalesce(r.payer_code, r.regency_code, r.owner_code) AS regency_code, 'PDA' AS segment,
           count(DISTINCT coalesce(r.card, r.record_id::VARCHAR)) FILTER (r.covered_month = r.period) AS cards
    FROM record AS r
    CROSS JOIN parameter AS m
    WHERE r.source = 'bpjs_kesehatan_bill' AND r.period = m.period AND coalesce(r.segment, 'PDA') = 'PDA'
    GROUP BY ALL
    UNION ALL
    SELECT regency_code, segment, count(DISTINCT coalesce(card, record_id::VARCHAR))
    FROM record
    WHERE source = 'bpjs_kesehatan' AND segment = 'PBI' AND status = 'AKTIF'
    GROUP BY ALL
)
SELECT
    NULL::VARCHAR AS person_id,
    []::BIGINT[] AS record_ids,
    a.owner_code,
    a.regency_code,
    NULL::VARCHAR AS village_code,
    abs(c.cards - a.quota) * CASE a.segment WHEN 'PBI' THEN m.tariff_pbi ELSE m.tariff_pda END AS rupiah_per_month,
    'Kuota ' || CASE a.segment WHEN 'PBI' THEN 'PBI JK ' ELSE 'PBPU Pemda ' END || a.regency_code || ' untuk '
        || strftime(a.period, '%m-%Y') || ' ' || a.quota || ' orang, '
        || CASE a.segment WHEN 'PBI' THEN 'kartu aktif ' ELSE 'ditagihkan ' END || c.cards || ': '
        || CASE WHEN c.cards > a.quota THEN 'terlampaui ' ELSE 'sisa ' END || abs(c.cards - a.quota)
        || ' orang (' || a.place || ').' AS detail,
    concat_ws('|', a.regency_code, a.segment, strftime(a.period, '%Y-%m')) AS discriminator
FROM asked AS a
CROSS JOIN parameter AS m
JOIN counted AS c USING (regency_code, segment)
WHERE c.cards > a.quota OR a.quota - c.cards > m.quota_unused_share * a.quota
