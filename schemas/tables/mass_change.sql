-- Many rows of one sender that changed in the same way between two nights, told as one event (id: perubahan massal).
-- From what number and share on is set in [mass_change]. A sender of whom nothing came that night, or for whom earlier rows stood in, is not compared; the next time it is, against its last night.
-- key: run_id, mass_change_id
-- keep: earlier runs
CREATE TABLE mass_change (
    run_id VARCHAR,             -- The run that saw it (id: kode proses)
    mass_change_id VARCHAR,     -- Identifier, the same in each run of one day (id: kode perubahan massal)
    since DATE,                 -- as_of of the night it is compared with (id: tanggal pembanding)
    source VARCHAR,             -- Kind of extract (id: jenis sumber)
    owner_code VARCHAR,         -- Office whose register it is (id: kode instansi pemilik)
    regency_code VARCHAR,       -- The regency, where it concerns one of several; else null (id: kode kabupaten/kota)
    kind VARCHAR,               -- gone: rows that left; new: rows that came; changed: a column (id: jenis perubahan)
    column_name VARCHAR,        -- The column that changed, else null (id: kolom)
    from_value VARCHAR,         -- The value before of most of them; null where they have no value in common, are new or gone, or the value is personal (id: nilai sebelumnya)
    to_value VARCHAR,           -- The value now of most of them, likewise (id: nilai sekarang)
    records BIGINT,             -- Rows that changed so (id: jumlah rekaman)
    people BIGINT,              -- People whose rows these are (id: jumlah orang)
    compared BIGINT,            -- Rows they are a part of: of gone those before, of new those now, of changed those there on both nights (id: rekaman pembanding)
    share DOUBLE,               -- records / compared (id: bagian)
    findings_opened BIGINT,     -- Findings that opened or reopened with it that day (id: temuan yang terbuka)
    findings_closed BIGINT,     -- Findings that closed with it that day (id: temuan yang tertutup)
    findings_changed BIGINT     -- Findings whose values changed with it that day (id: temuan yang berubah)
);
