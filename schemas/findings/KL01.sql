-- code: KL01
-- term_id: Bayi belum terdaftar
-- term_en: Newborn not registered
-- definition: Bayi di bawah batas umur yang tidak diketahui meninggal dan tidak memiliki kartu JKN, padahal pada KK yang sama ada perempuan kepala keluarga atau istri dengan kartu PBI atau PBPU Pemda aktif.
-- definition_en: Not known dead, without any JKN card, born less than newborn_months before as_of (and not after it), while on the family card that stands for the child another person of sex P, head or spouse in any row, has an active PBI or PDA card.
-- severity: 1
-- actor: Desa/kelurahan dan Dinas Sosial kabupaten/kota
-- action_id: Daftarkan bayi ke segmen ibunya.
-- action_en: Register the child in the mother's segment.
-- payer: APBN (PBI JK) atau APBD (PBPU Pemda)
-- rupiah: the PBI tariff when the mother's card is PBI, else the PBPU Pemda tariff
-- needs: bpjs_kesehatan, province|regency, province.relation|regency.relation|bpjs_kesehatan.relation, province.kk|regency.kk|bpjs_kesehatan.kk
WITH child AS (
    SELECT p.person_id, p.kk, p.birth_date, p.regency_code, p.village_code
    FROM person AS p, parameter AS m
    WHERE p.alive
      AND NOT p.in_jkn
      AND p.birth_date <= m.as_of
      AND p.birth_date > m.as_of - to_months((
          SELECT value::INTEGER FROM rule, parameter
          WHERE rule = 'newborn_months' AND as_of BETWEEN berlaku_mulai AND coalesce(berlaku_sampai, as_of)))
), mother AS (
    SELECT p.kk, bool_or(p.has_pbi_active) AS pbi, list(DISTINCT r.record_id) AS card_ids
    FROM (FROM person SEMI JOIN child USING (kk)) AS p
    JOIN link AS l USING (person_id)
    JOIN record AS r USING (record_id)
    WHERE p.sex = 'P' AND (p.has_pbi_active OR p.has_pda_active)
    GROUP BY p.kk, p.person_id
    HAVING bool_or(r.relation IN ('head', 'spouse'))
), family AS (
    SELECT kk, bool_or(pbi) AS pbi FROM mother GROUP BY kk
)
SELECT
    c.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    arg_min(r.owner_code, r.record_id) AS owner_code,
    any_value(coalesce(c.regency_code, r.regency_code)) AS regency_code,
    any_value(c.village_code) AS village_code,
    any_value(CASE WHEN f.pbi THEN m.tariff_pbi ELSE m.tariff_pda END) AS rupiah_per_month,
    any_value('Lahir ' || strftime(c.birth_date, '%d-%m-%Y') || ', belum memiliki kartu JKN; ibu pada KK yang sama peserta '
        || CASE WHEN f.pbi THEN 'PBI JK' ELSE 'PBPU Pemda' END || ' aktif.') AS detail,
    '' AS discriminator
FROM child AS c
CROSS JOIN parameter AS m
JOIN family AS f USING (kk)
JOIN link AS l USING (person_id)
JOIN record AS r USING (record_id)
GROUP BY c.person_id
