-- A record's place in a person: which person, how sure, on what ground (id: tautan rekaman ke orang).
-- key: record_id
CREATE TABLE link (
    record_id BIGINT,           -- The record (id: nomor rekaman)
    person_id VARCHAR,          -- The person it belongs to (id: kode orang)
    probability DOUBLE,         -- How sure the link is, 0 to 1 (id: peluang)
    match_weight DOUBLE,        -- Sum of the weights of the evidence, in bits (id: bobot kecocokan)
    basis VARCHAR,              -- What the link rests on (id: dasar tautan)
    record_key UBIGINT,         -- Hash of the row's content; recognises the row the next night (id: sidik isi rekaman)
    record_key_short UBIGINT    -- Hash of the row's own number alone (card, KPJ, NIK); used when record_key has changed (id: sidik nomor rekaman)
);
