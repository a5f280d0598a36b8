-- One figure of a sender's rows that shifted markedly since the last night on which they were good (id: pergeseran mutu).
-- key: run_id, source, owner_code, measure
-- keep: earlier runs
CREATE TABLE source_shift (
    run_id VARCHAR,             -- The run that compared (id: kode proses)
    source VARCHAR,             -- Kind of extract (id: jenis sumber)
    owner_code VARCHAR,         -- Office whose register it is (id: kode instansi pemilik)
    measure VARCHAR,            -- rows; nik_missing, nik_zero_end, duplicates: shares; regency: share of rows that lie elsewhere than before (id: ukuran)
    before DOUBLE,              -- Its value on the last good night; 0 for regency (id: nilai sebelumnya)
    now DOUBLE,                 -- Its value (id: nilai sekarang)
    shift DOUBLE,               -- rows: change as a share of what there was; the others: now less before (id: pergeseran)
    told_from DOUBLE,           -- From this shift on it is told (id: batas diberitahukan)
    refused_from DOUBLE,        -- From beyond this shift on the file is refused, null where it never is (id: batas ditolak)
    verdict VARCHAR,            -- told or refused (id: putusan)
    since DATE                  -- The last good night (id: tanggal pembanding)
);
