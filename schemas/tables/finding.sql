-- One mismatch that somebody must put right (id: temuan).
-- Closed ones stay here for a number of days ([history] closed_days); findings_as_of(date) gives them all, and those of any past night.
-- key: finding_id
CREATE TABLE finding (
    finding_id VARCHAR,         -- Identifier, stable from night to night, also when it closes and opens again or its person's id changes (id: kode temuan)
    code VARCHAR,               -- Class of mismatch, see finding_type (id: kode jenis temuan)
    is_primary BOOLEAN,         -- TRUE for the one open finding of a person whose rupiah is counted (id: temuan utama)
    person_id VARCHAR,          -- The person; a closed finding may name one that is gone; null where it is of no person (a quota, a project) (id: kode orang)
    discriminator VARCHAR,      -- What tells several findings of one class and person apart, a register, card or number; empty where there is one (id: pembeda)
    record_ids BIGINT[],        -- The deciding records; empty when the finding is not open or of no person (id: rekaman terkait)
    registers VARCHAR[],        -- The registers of the deciding records, as last found (id: register terkait)
    owner_code VARCHAR,         -- Office whose register holds the deciding record (id: kode instansi pemilik)
    regency_code VARCHAR,       -- Regency whose worklist it belongs to (id: kode kabupaten/kota)
    village_code VARCHAR,       -- Village of the person (id: kode desa/kelurahan)
    severity INTEGER,           -- 1 before the next bill, 2 this month, 3 clean-up (id: tingkat urgensi)
    actor VARCHAR,              -- Who has to act (id: pelaksana)
    action VARCHAR,             -- What is proposed, in Indonesian (id: tindakan)
    rupiah_per_month BIGINT,    -- Money at stake each month, rupiah (id: rupiah per bulan)
    detail VARCHAR,             -- The deciding values in one Indonesian sentence (id: penjelasan)
    first_seen DATE,            -- as_of of the run that found it first (id: pertama ditemukan)
    open_since DATE,            -- as_of of the run that opened it this time: first_seen, or when it opened again (id: terbuka sejak)
    last_seen DATE,             -- as_of of the last run that found it (id: terakhir ditemukan)
    closed_on DATE,             -- as_of of the run that closed it; null while it is open or untested (id: ditutup tanggal)
    times_reopened INTEGER,     -- How often it opened again after it had closed (id: berapa kali dibuka kembali)
    state VARCHAR,              -- open; settled: still found, but an officer judged it wrong or accepted it, and its values are the same since: hidden, its money not counted, open again when they change or the exception ends; closed: not found any more; untested: its sources were not all there (id: keadaan)
    verdict VARCHAR,            -- Of a finding that is still found, what an officer said of it: a verdict of the table decision; still_there: said to be corrected, but the files that came since still show it; conflict: officers say otherwise of it. Else null (id: putusan)
    decision_id VARCHAR         -- The decision that this verdict is; null in a conflict (id: kode keputusan)
);
