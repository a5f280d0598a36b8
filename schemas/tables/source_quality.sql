-- What a file of a sender was like on a night: its figures, its grade and what became of it; every night is kept, so that months can be looked back on (id: mutu berkas).
-- How the grade comes about is declared in schemas/quality/grades.toml.
-- key: run_id, source, owner_code, file
-- keep: earlier runs
CREATE TABLE source_quality (
    run_id VARCHAR,             -- The run that judged it (id: kode proses)
    as_of DATE,                 -- The day of that run (id: tanggal acuan)
    source VARCHAR,             -- Kind of extract (id: jenis sumber)
    owner_code VARCHAR,         -- Office whose register it is (id: kode instansi pemilik)
    file VARCHAR,               -- File (id: nama berkas)
    rows_read BIGINT,           -- Data rows found in it (id: baris terbaca)
    rows_readable BIGINT,       -- Of these cut into fields and looked at (id: baris yang diperiksa)
    rows_accepted BIGINT,       -- Of these fit for use, whether or not the file was used (id: baris layak pakai)
    rows_quarantined BIGINT,    -- Of these not fit for use (id: baris dikarantina)
    nik_rows BIGINT,            -- Readable rows in which a NIK belongs; 0 where the kind has none (id: baris ber-NIK)
    nik_missing BIGINT,         -- Of these without a NIK (id: NIK kosong)
    nik_trusted BIGINT,         -- Of these with a NIK that contradicts nothing (id: NIK tepercaya)
    nik_zero_end BIGINT,        -- Of these with a NIK whose last digit is 0; one in ten by nature, all when a spreadsheet rounded them (id: NIK berakhiran 0)
    name_missing BIGINT,        -- Readable rows without a name (id: nama kosong)
    birth_missing BIGINT,       -- Readable rows without a readable birth date (id: tanggal lahir kosong)
    duplicates BIGINT,          -- Rows beyond the first of one and the same key within the file (id: baris ganda)
    columns_lost VARCHAR,       -- Columns that the sender's last good file had and this one lacks, comma separated (id: kolom yang hilang)
    same_as VARCHAR,            -- Another file, of this or an earlier night, of the very same content (id: berkas yang isinya sama)
    grade VARCHAR,              -- A best to E; F is not used; null for a file that is another one's copy (id: nilai mutu)
    reason VARCHAR,             -- What made the grade, one English sentence (id: alasan nilai, bahasa Inggris)
    reason_id VARCHAR,          -- What made the grade, one Indonesian sentence (id: alasan nilai)
    verdict VARCHAR,            -- used; refused; stood_in: not used, the sender's last good rows are; repeated: the copy of another file, not read twice (id: putusan)
    stale_since DATE,           -- The night from which the rows in use are; null when they are of this night (id: data per tanggal)
    rows_stood_in BIGINT        -- Rows of the last good night used instead (id: baris pengganti)
);
