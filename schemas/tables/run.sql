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
    config_hash VARCHAR      -- SHA-256 of the configuration that was used (id: sidik konfigurasi)
);
