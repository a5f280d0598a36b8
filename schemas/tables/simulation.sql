-- What a scenario costs a fund, in a regency and in months of one tariff (id: simulasi biaya).
-- key: scenario, segment, fund, regency_code, from_month
CREATE TABLE simulation (
    scenario VARCHAR,           -- The scenario (id: skenario)
    segment VARCHAR,            -- Segment they would join: PBI, PDA, BPU (id: segmen)
    fund VARCHAR,               -- Who would pay, as in payer (id: sumber dana)
    regency_code VARCHAR,       -- Regency of residence, 4 digits; UNKNOWN where it is not known (id: kode kabupaten/kota)
    from_month DATE,            -- First day of the first month of this tariff (id: bulan pertama)
    to_month DATE,              -- First day of the last month of this tariff (id: bulan terakhir)
    months INTEGER,             -- How many months that is (id: jumlah bulan)
    people BIGINT,              -- People who would be covered; the same people under each fund that pays for them (id: jumlah orang)
    rupiah_per_month BIGINT,    -- What the fund would pay a month (id: rupiah sebulan)
    rupiah_total BIGINT         -- In all these months (id: rupiah seluruhnya)
);
