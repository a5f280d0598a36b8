-- One reconciliation run, its moment and its outcome (id: satu proses rekonsiliasi).
-- key: run_id
-- keep: earlier runs
CREATE TABLE run (
    run_id VARCHAR,          -- Identifier of the run; also in the name of the database file (id: kode proses)
    as_of DATE,              -- The day that every date is compared with (id: tanggal acuan)
    started_at TIMESTAMP,    -- When the run began, UTC (id: waktu mulai)
    finished_at TIMESTAMP,   -- When the run was ready to be published, UTC (id: waktu selesai)
    status VARCHAR,          -- How it ended: published (id: hasil proses)
    model_version VARCHAR,   -- Version of the linkage model that was used (id: versi model pemadanan)
    config_hash VARCHAR,     -- SHA-256 of the configuration that was used (id: sidik konfigurasi)
    matching VARCHAR,        -- What was compared: full is every record, with a newly trained model; changes is what is new or changed since the run before, with its model (id: cara pemadanan)
    matching_reason VARCHAR, -- Why it was full; NULL when it was changes (id: alasan pemadanan penuh)
    changed_share DOUBLE,    -- Share of records that are new or gone against the run before, a changed record counted as both; NULL when it was not asked (id: bagian rekaman yang berubah)
    model_as_of DATE,        -- The as_of of the run that trained the linkage model (id: tanggal model pemadanan)
    history_from VARCHAR     -- The run whose findings this run's history goes on from: the newest before it of the same day or an earlier one; null of the first (id: proses yang dilanjutkan riwayatnya)
);
