-- indicator: PROJECT_COVERED
-- term_id: Proyek jasa konstruksi terdaftar Jakon
-- term_en: Construction projects registered (Jakon)
-- definition: Kontrak jasa konstruksi pemerintah daerah yang sedang berjalan dan punya nomor Jakon, dibagi semua kontrak yang sedang berjalan; sisanya kontrak yang sama dengan temuan TK11.
-- definition_en: Construction contracts of the local government under way that have a Jakon number, divided by all contracts under way; the rest are the contracts of finding TK11.
-- formula: kontrak berjalan dengan nomor Jakon ÷ kontrak berjalan
-- formula_en: contracts under way with a Jakon number ÷ contracts under way
-- unit: projects
-- by: place
-- limits: Nomor Jakon di daftar proyek dipercaya: daftar proyek BPJS Ketenagakerjaan tidak ada di antara sumber.
-- limits_en: The Jakon number of the list is believed: the list of projects of BPJS Ketenagakerjaan is not among the extracts.
-- needs: construction
SELECT
    coalesce(arg_min(c.regency_code, c.source_row) FILTER (c.project_no IS NULL), arg_min(c.regency_code, c.source_row)) AS regency_code,
    bool_and(c.project_no IS NOT NULL)::INTEGER AS numerator,
    1 AS denominator
FROM construction AS c, parameter AS m
WHERE coalesce(c.start_date <= m.as_of, TRUE) AND coalesce(c.end_date >= m.as_of, TRUE)
GROUP BY c.owner_code, coalesce(c.contract_no, c.project_name)
