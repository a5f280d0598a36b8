-- What happened to a finding in a run, with the finding as it stood after that run: the history of findings, to which each run adds (id: riwayat temuan).
-- A run goes on from the newest run before it that is of the same day or an earlier one (run.history_from). A finding without an event stayed as it was.
-- The causes: source, the person's rows changed, came or went; person_left, the person has no row left; person_merged, person_split, person_moved, the rows are another person's now; source_absent and source_back, a source was not there or is there again; rule_changed, the rows are the same and a dated rule in force or the definition of the class changed; decision, an officer's decision stands against it, or no longer does; other, none of these: the day moved on, or other people's rows did.
-- key: run_id, finding_id, event
-- keep: earlier runs
CREATE TABLE finding_event (
    run_id VARCHAR,             -- The run in which it happened (id: kode proses)
    as_of DATE,                 -- The day of that run (id: tanggal acuan)
    finding_id VARCHAR,         -- The finding (id: kode temuan)
    event VARCHAR,              -- opened; closed; reopened: found again after it had closed; changed: its values; untested: its sources were not all there; tested_again: found after untested; settled: an officer judged it wrong or accepted it; unsettled: open again, as its values, the decision or the exception's end are others now; moved: to another person_id (id: peristiwa)
    cause VARCHAR,              -- Why, see above (id: sebab)
    mass_change_id VARCHAR,     -- The mass change it follows from, else null (id: kode perubahan massal)
    code VARCHAR,               -- Class of mismatch (id: kode jenis temuan)
    person_id VARCHAR,          -- The person after the run (id: kode orang)
    person_before VARCHAR,      -- The person before the run, where the finding moved; else null (id: kode orang sebelumnya)
    discriminator VARCHAR,      -- What tells several findings of one class and person apart (id: pembeda)
    registers VARCHAR[],        -- The registers of the deciding records, as last found (id: register terkait)
    owner_code VARCHAR,         -- Office whose register holds the deciding record (id: kode instansi pemilik)
    regency_code VARCHAR,       -- Regency whose worklist it belongs to (id: kode kabupaten/kota)
    village_code VARCHAR,       -- Village of the person (id: kode desa/kelurahan)
    severity INTEGER,           -- 1 before the next bill, 2 this month, 3 clean-up (id: tingkat urgensi)
    rupiah_per_month BIGINT,    -- Money at stake each month at that time, rupiah (id: rupiah per bulan)
    detail VARCHAR,             -- The deciding values at that time, in one Indonesian sentence (id: penjelasan)
    first_seen DATE,            -- as_of of the run that found it first (id: pertama ditemukan)
    open_since DATE,            -- as_of of the run that opened it this time (id: terbuka sejak)
    last_seen DATE,             -- as_of of the last run that found it, up to this one (id: terakhir ditemukan)
    closed_on DATE,             -- as_of of the run that closed it; null while it is open, settled or untested (id: ditutup tanggal)
    times_reopened INTEGER,     -- How often it had opened again (id: berapa kali dibuka kembali)
    state VARCHAR               -- open, settled, closed or untested after the run (id: keadaan)
);
