-- What happened to a person's identifier in a run, and why, against the database before it; the first run has none (id: riwayat kode orang).
-- The causes: record_new, a record that was not there the night before; record_changed, a record whose compared values changed; record_gone, a record that left; evidence, the same records judged otherwise (another model, other people's records, a decision). How the one record behind an event is chosen is written in schemas/people/events.sql.
-- keep: earlier runs
CREATE TABLE person_event (
    run_id VARCHAR,             -- The run in which it happened (id: kode proses)
    event VARCHAR,              -- new; split: parted from other_person_id; merge: took over other_person_id; gone: no record left (id: peristiwa)
    person_id VARCHAR,          -- The person (id: kode orang)
    other_person_id VARCHAR,    -- The other person of a split or merge, else null (id: kode orang lain)
    cause VARCHAR,              -- record_new, record_changed, record_gone or evidence (id: sebab)
    record_id BIGINT,           -- The record behind it, by its number in the database of that run: the new or changed one, with evidence the first that changed hands; null when it left (id: rekaman penyebab)
    source VARCHAR,             -- The kind of extract that record stands in, or stood in the night before (id: jenis sumber)
    file VARCHAR,               -- Its file (id: nama berkas)
    source_row BIGINT           -- Its data row in that file (id: nomor baris data)
);
