-- The linkage model of the run: how often each level of each comparison occurs (id: model pemadanan).
-- key: run_id
CREATE TABLE model (
    run_id VARCHAR,          -- The run that matched with it; run.model_as_of says when it was trained (id: kode proses)
    model_version VARCHAR,   -- Start of the SHA-256 of the document; equal models have equal versions (id: versi model)
    document VARCHAR         -- The model, one JSON text (id: isi model)
);
