-- What each employer of the manpower report insures in Jamsostek: fills `employer_compliance` from employer, record, link
-- and finding. An employer without workers reported has no duty and is left out; of several rows of one number the one
-- that reports most workers stands, as in TK04 and TK05.

INSERT INTO employer_compliance BY NAME
WITH firm AS (
    SELECT DISTINCT ON (employer_key) coalesce(employer_no, 'NIB ' || business_no) AS employer_key, *
    FROM employer
    WHERE coalesce(workers, 1) > 0
    ORDER BY employer_key, workers DESC NULLS LAST, source_row
), member AS (
    SELECT r.employer_no, count(DISTINCT l.person_id) FILTER (r.status = 'AKTIF') AS members
    FROM record AS r JOIN link AS l USING (record_id)
    WHERE r.source = 'bpjs_ketenagakerjaan' AND r.employer_no IS NOT NULL
    GROUP BY r.employer_no
), found AS (
    SELECT
        r.employer_no,
        count(DISTINCT f.finding_id) FILTER (f.code = 'TK04') AS wage_findings,
        count(DISTINCT f.finding_id) FILTER (f.code = 'TK05') AS programme_findings
    FROM (SELECT finding_id, code, unnest(record_ids) AS record_id FROM finding WHERE state = 'open' AND code IN ('TK04', 'TK05')) AS f
    JOIN record AS r USING (record_id)
    WHERE r.employer_no IS NOT NULL
    GROUP BY r.employer_no
)
SELECT
    f.employer_key,
    f.employer_no,
    f.business_no,
    f.employer_name,
    f.regency_code,
    f.size_class,
    f.workers,
    m.employer_no IS NOT NULL AS registered,
    coalesce(m.members, 0) AS members,
    greatest(f.workers - coalesce(m.members, 0), 0) AS missing,
    coalesce(d.wage_findings, 0) AS wage_findings,
    coalesce(d.programme_findings, 0) AS programme_findings
FROM firm AS f
LEFT JOIN member AS m USING (employer_no)
LEFT JOIN found AS d USING (employer_no)
