-- indicator: PROJECT_DUES
-- term_id: Iuran Jakon proyek yang belum terdaftar
-- term_en: Jakon dues of projects not registered
-- definition: Perkiraan iuran Jakon, dibayar satu kali menurut nilai kontrak, dari kontrak berjalan tanpa nomor Jakon, dibagi iuran semua kontrak berjalan; pembilang adalah rupiah satu kali, bukan sebulan.
-- definition_en: Estimated Jakon dues, paid once by the contract's value, of contracts under way without a Jakon number, divided by the dues of all contracts under way; the numerator is rupiah once, not a month.
-- formula: perkiraan iuran Jakon kontrak berjalan tanpa nomor Jakon ÷ perkiraan iuran Jakon semua kontrak berjalan
-- formula_en: estimated Jakon dues of contracts under way without a Jakon number ÷ estimated Jakon dues of all contracts under way
-- unit: rupiah
-- by: place
-- limits: Nomor Jakon di daftar proyek dipercaya: daftar proyek BPJS Ketenagakerjaan tidak ada di antara sumber.
-- limits_en: The Jakon number of the list is believed: the list of projects of BPJS Ketenagakerjaan is not among the extracts.
-- needs: construction
WITH step AS (
    SELECT item::BIGINT AS above, lead(above) OVER (ORDER BY above) AS below, value AS share
    FROM rule, parameter AS m
    WHERE rule = 'jakon_rate' AND m.as_of BETWEEN berlaku_mulai AND coalesce(berlaku_sampai, m.as_of)
), running AS (
    SELECT
        coalesce(arg_min(c.regency_code, c.source_row) FILTER (c.project_no IS NULL), arg_min(c.regency_code, c.source_row)) AS regency_code,
        bool_and(c.project_no IS NOT NULL) AS covered,
        max(c.contract_value) AS contract_value
    FROM construction AS c, parameter AS m
    WHERE coalesce(c.start_date <= m.as_of, TRUE) AND coalesce(c.end_date >= m.as_of, TRUE)
    GROUP BY c.owner_code, coalesce(c.contract_no, c.project_name)
), priced AS (
    SELECT regency_code, covered, (
        SELECT round(sum(greatest(least(contract_value, s.below) - s.above, 0) * s.share))::BIGINT FROM step AS s
    ) AS dues
    FROM running
)
SELECT regency_code, CASE WHEN covered THEN 0 ELSE dues END AS numerator, dues AS denominator
FROM priced
WHERE dues > 0
