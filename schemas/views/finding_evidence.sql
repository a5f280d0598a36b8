-- One record that a finding rests on, with the file, its checksum and the row: from finding to source (id: bukti temuan).
-- question_id: Dari berkas dan baris mana temuan ini berasal?
-- question_en: From which file and row does this finding come?
CREATE VIEW finding_evidence (
    finding_id,            -- Identifier of the finding (id: kode temuan)
    code,                  -- Class of mismatch (id: kode jenis temuan)
    state,                 -- open; closed ones have no records any more (id: keadaan)
    is_primary,            -- TRUE for the one finding of a person whose rupiah is counted (id: temuan utama)
    regency_code,          -- Regency whose worklist it belongs to (id: kode kabupaten/kota)
    rupiah_per_month,      -- Money at stake in the finding, rupiah a month (id: rupiah per bulan)
    detail,                -- The deciding values in one sentence (id: penjelasan)
    person_id,             -- The person of the finding (id: kode orang)
    record_id,             -- The record (id: nomor rekaman)
    record_person_id,      -- The person the record belongs to; another one where one NIK stands on two people (id: kode orang pemilik rekaman)
    probability,           -- How sure the record is that person's, 0 to 1 (id: peluang)
    source,                -- Kind of extract (id: jenis sumber)
    owner_code,            -- Office whose register it is (id: kode instansi pemilik)
    file,                  -- File the row stands in (id: nama berkas)
    sha256,                -- SHA-256 of the file's bytes (id: sidik berkas)
    source_row,            -- Data row of the file, from 1 (id: nomor baris data)
    nik,                   -- Population number in that row (id: NIK)
    nik_status,            -- What is wrong with it, valid where nothing is (id: status NIK)
    name,                  -- Name in that row (id: nama)
    birth_date,            -- Date of birth in that row (id: tanggal lahir)
    card,                  -- JKN card in that row (id: PSNOKA)
    segment,               -- Segment in that row (id: segmen)
    status,                -- Status in that row (id: status)
    status_date,           -- Since when the status holds (id: tanggal status)
    decree_no,             -- Number of the decree (id: nomor SK)
    covered_month,         -- Month that a bill covers (id: bulan pelayanan)
    amount                 -- Contribution billed, rupiah (id: iuran)
) AS
WITH evidence AS (
    SELECT finding_id, code, state, is_primary, regency_code, rupiah_per_month, detail, person_id,
           unnest(record_ids) AS record_id
    FROM finding
), read AS (
    -- the newest run that took rows from the file: of a file that stood in, the night it is from
    SELECT f.source, f.file, arg_max(f.sha256, r.finished_at) AS sha256
    FROM source_file AS f JOIN run AS r USING (run_id)
    WHERE f.rows_accepted > 0
    GROUP BY f.source, f.file
)
SELECT
    e.finding_id,
    e.code,
    e.state,
    e.is_primary,
    e.regency_code,
    e.rupiah_per_month,
    e.detail,
    e.person_id,
    e.record_id,
    l.person_id AS record_person_id,
    l.probability,
    r.source,
    r.owner_code,
    r.file,
    s.sha256,
    r.source_row,
    r.nik,
    r.nik_status,
    r.name,
    r.birth_date,
    r.card,
    r.segment,
    r.status,
    r.status_date,
    r.decree_no,
    r.covered_month,
    r.amount
FROM evidence AS e
JOIN record AS r USING (record_id)
JOIN link AS l USING (record_id)
LEFT JOIN read AS s ON s.source = r.source AND s.file = r.file
