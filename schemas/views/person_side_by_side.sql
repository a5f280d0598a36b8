-- One record of a person beside the values that stand for the person, and in which columns it says otherwise (id: rekaman satu orang berdampingan).
-- question_id: Apa kata setiap register tentang satu orang ini?
-- question_en: What does each register say of this one person?
CREATE VIEW person_side_by_side (
    person_id,             -- The person (id: kode orang)
    record_id,             -- The record (id: nomor rekaman)
    source,                -- Kind of extract (id: jenis sumber)
    owner_code,            -- Office whose register it is (id: kode instansi pemilik)
    file,                  -- File the row stands in (id: nama berkas)
    source_row,            -- Data row of the file, from 1 (id: nomor baris data)
    differs,               -- Columns in which the record says otherwise than what stands, comma separated; null where in none (id: kolom yang berbeda)
    nik,                   -- Population number (id: NIK)
    kk,                    -- Family card number (id: No. KK)
    name,                  -- Name as written (id: nama)
    sex,                   -- L male, P female (id: jenis kelamin)
    birth_date,            -- Date of birth (id: tanggal lahir)
    village_code,          -- Village (id: kode desa/kelurahan)
    village_name,          -- Its name (id: desa/kelurahan)
    decile,                -- Decile (id: desil)
    segment,               -- Segment (id: segmen)
    status,                -- Status (id: status)
    status_date,           -- Since when it holds (id: tanggal status)
    card,                  -- JKN card (id: PSNOKA)
    kpj,                   -- Jamsostek number (id: KPJ)
    decree_no,             -- Number of the decree (id: nomor SK)
    covered_month,         -- Month that a bill covers (id: bulan pelayanan)
    amount,                -- Contribution billed, rupiah (id: iuran)
    probability,           -- How sure the record is this person's, 0 to 1 (id: peluang)
    basis                  -- What the link rests on (id: dasar tautan)
) AS
SELECT
    l.person_id,
    r.record_id,
    r.source,
    r.owner_code,
    r.file,
    r.source_row,
    nullif(concat_ws(', ',
        CASE WHEN r.nik <> p.nik THEN 'nik' END,
        CASE WHEN r.kk <> p.kk THEN 'kk' END,
        CASE WHEN upper(r.name) <> upper(p.name) THEN 'name' END,
        CASE WHEN r.sex <> p.sex THEN 'sex' END,
        CASE WHEN r.birth_date <> p.birth_date THEN 'birth_date' END,
        CASE WHEN r.village_code <> p.village_code THEN 'village_code' END,
        CASE WHEN r.decile <> p.decile THEN 'decile' END), '') AS differs,
    r.nik,
    r.kk,
    r.name,
    r.sex,
    r.birth_date,
    r.village_code,
    v.region_name AS village_name,
    r.decile,
    r.segment,
    r.status,
    r.status_date,
    r.card,
    r.kpj,
    r.decree_no,
    r.covered_month,
    r.amount,
    l.probability,
    l.basis
FROM link AS l
JOIN record AS r USING (record_id)
JOIN person AS p USING (person_id)
LEFT JOIN region AS v ON v.region_code = r.village_code
