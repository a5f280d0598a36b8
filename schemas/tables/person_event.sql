-- What happened to a person's identifier in a run, against the database before it; the first run has none (id: riwayat kode orang).
-- keep: earlier runs
CREATE TABLE person_event (
    run_id VARCHAR,             -- The run in which it happened (id: kode proses)
    event VARCHAR,              -- new; split: parted from other_person_id; merge: took over other_person_id; gone: no record left (id: peristiwa)
    person_id VARCHAR,          -- The person (id: kode orang)
    other_person_id VARCHAR     -- The other person of a split or merge, else null (id: kode orang lain)
);
