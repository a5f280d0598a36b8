-- One row: the moment of this run and the rules in force on it, so that the findings' SQL runs by hand (id: parameter).
CREATE TABLE parameter (
    run_id VARCHAR,             -- The run (id: kode proses)
    as_of DATE,                 -- The day that dates are compared with (id: tanggal acuan)
    province_code VARCHAR,      -- The province, 2 digits: where most rows of DTSEN, else of any register, lie (id: kode provinsi)
    period DATE,                -- First day of the billed month that counts as this period; null without bills (id: periode tagihan)
    period_end DATE,            -- Last day of the period, of as_of's month without bills (id: akhir periode)
    eligible_decile_min INTEGER, -- Lowest decile that qualifies for PBI (id: desil layak terendah)
    eligible_decile_max INTEGER, -- Highest decile that qualifies for PBI (id: desil layak tertinggi)
    reactivation_months INTEGER, -- Months within which a PBI card can be reactivated (id: batas bulan reaktivasi)
    reactivation_from DATE,     -- First day of that window: as_of less those months (id: awal jendela reaktivasi)
    worker_age_min INTEGER,     -- Youngest age of an informal worker (id: umur kerja terendah)
    worker_age_max INTEGER,     -- Oldest age of an informal worker (id: umur kerja tertinggi)
    poorest_decile_max INTEGER, -- Highest decile of the poorest workers, TK01 (id: desil termiskin)
    tariff_pbi BIGINT,          -- PBI JK contribution, rupiah a month (id: iuran PBI JK)
    tariff_pda BIGINT,          -- What a regency pays for PBPU Pemda, rupiah a month (id: iuran PBPU Pemda)
    tariff_bpu BIGINT           -- Jamsostek own-account contribution with two programmes, rupiah a month (id: iuran BPU)
);
