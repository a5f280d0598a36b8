-- What became of the findings of a class and regency since the last night and since a month ago (id: perubahan temuan).
-- open_before + opened + reopened + tested_again + came - closed - became_untested - went = open_now.
-- key: since, regency_code, code
CREATE TABLE finding_change (
    since VARCHAR,              -- night: against the night before; month: against the last night that is at least a month back (id: sejak)
    since_as_of DATE,           -- as_of of that night (id: tanggal pembanding)
    regency_code VARCHAR,       -- Regency whose worklist it is, null of findings without one (id: kode kabupaten/kota)
    code VARCHAR,               -- Class of mismatch (id: kode jenis temuan)
    open_before BIGINT,         -- Open then (id: terbuka sebelumnya)
    opened BIGINT,              -- Open now, not known then (id: baru)
    reopened BIGINT,            -- Open now, closed then (id: dibuka kembali)
    tested_again BIGINT,        -- Open now, untested then (id: teruji kembali)
    came BIGINT,                -- Open then in another regency (id: datang dari daerah lain)
    closed BIGINT,              -- Open then, closed now (id: selesai)
    became_untested BIGINT,     -- Open then, untested now (id: menjadi tidak teruji)
    went BIGINT,                -- Open now in another regency (id: pindah ke daerah lain)
    open_now BIGINT,            -- Open now (id: terbuka sekarang)
    rupiah_before BIGINT,       -- Money at stake a month then, counted once a person, rupiah (id: rupiah sebelumnya)
    rupiah_now BIGINT           -- Money at stake a month now, counted once a person, rupiah (id: rupiah sekarang)
);
