-- What an officer decided about a finding, as read back from a workbook; nothing is ever overwritten (id: keputusan petugas).
-- key: decision_id
CREATE TABLE decision (
    decision_id VARCHAR,        -- Identifier, made of what was decided, by whom and on what; reading a workbook twice gives the same (id: kode keputusan)
    finding_id VARCHAR,         -- The finding it is about; it may be closed by now (id: kode temuan)
    code VARCHAR,               -- Its class (id: kode jenis temuan)
    verdict VARCHAR,            -- confirmed, wrong, justified, same_person, different_people, corrected or field_check (id: putusan)
    note VARCHAR,               -- What the officer wrote beside it (id: catatan)
    valid_until DATE,           -- Last day of an accepted exception, where one was given (id: berlaku sampai)
    author VARCHAR,             -- Who decided (id: petugas)
    decided_on DATE,            -- The day it was decided, or else read back (id: tanggal putusan)
    overrules BOOLEAN,          -- TRUE when it was read back to stand over what others had said (id: mengakhiri pertentangan)
    state VARCHAR,              -- In this run: stands; superseded, the same officer said otherwise later, or it was overruled; conflict, officers say otherwise of it, and none has effect; lapsed, it is past valid_until, or its finding's values are others (id: keadaan)
    superseded_by VARCHAR,      -- The decision that took its place, else null (id: digantikan oleh)
    values_digest VARCHAR,      -- Digest of the values that the finding had; it holds as long as they are the same (id: sidik nilai)
    files_digest VARCHAR,       -- Digest of the files that the finding stood in (id: sidik berkas)
    left_record_ids BIGINT[],   -- Pairs that it says are one person or two, by their numbers in this database: the first records (id: rekaman kiri)
    right_record_ids BIGINT[],  -- The second records, in the same order (id: rekaman kanan)
    file VARCHAR,               -- The workbook it was read from (id: nama berkas)
    file_sha256 VARCHAR,        -- Its checksum (id: sidik isi berkas)
    sheet VARCHAR,              -- Its sheet (id: lembar)
    sheet_row INTEGER,          -- The row of the sheet, as shown (id: baris lembar)
    workbook_run_id VARCHAR     -- The run that made the workbook (id: kode proses buku kerja)
);
