-- Who pays the dues of a person, one row a scheme and payer (id: pembayar iuran).
-- key: person_id, scheme, fund, payer_code
CREATE TABLE payer (
    person_id VARCHAR,          -- The person (id: kode orang)
    scheme VARCHAR,             -- JKN or TK (Jamsostek) (id: program)
    fund VARCHAR,               -- APBN, APBD_PROV, APBD_KAB, APBD (which one is not known), PERUSAHAAN, MANDIRI, CSR, DANA DESA, BAZNAS, DBHCHT, UNKNOWN; APBN_PDA is what APBN adds to PBPU Pemda (id: sumber dana)
    payer_code VARCHAR,         -- Kemendagri code of the Pemda, 2 or 4 digits; empty for any other payer (id: kode pemda)
    rupiah_per_month BIGINT,    -- Dues by the tariff in force at as_of; null where they cannot be reckoned (id: rupiah sebulan)
    not_priced VARCHAR          -- What is lacking to reckon them: class, wage, contract, tariff, fund; null when nothing (id: sebab tidak dihitung)
);
