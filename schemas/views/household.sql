-- The people on one family card and how they are covered (id: keluarga menurut No. KK).
-- question_id: Keluarga mana yang sebagian anggotanya belum terlindungi?
-- question_en: Which families have members without cover?
CREATE VIEW household (
    kk,                    -- Family card that stands for its people (id: No. KK)
    regency_code,          -- Regency of residence of most of them (id: kode kabupaten/kota)
    village_code,          -- Village of most of them (id: kode desa/kelurahan)
    members,               -- People on it, known dead ones left out (id: jumlah anggota)
    eligible,              -- Of these eligible for PBI (id: layak PBI)
    active,                -- Of these active in JKN (id: aktif JKN)
    pbi,                   -- Of these on an active PBI card (id: PBI JK aktif)
    pda,                   -- Of these on an active PBPU Pemda card (id: PBPU Pemda aktif)
    eligible_uncovered,    -- Of these eligible and not active (id: layak, belum aktif)
    lowest_decile,         -- Lowest decile among them, 0 not ranked (id: desil terendah)
    is_split               -- TRUE when some members are active in JKN and others are not (id: keluarga terbelah)
) AS
SELECT
    kk,
    mode(regency_code ORDER BY person_id) AS regency_code,
    mode(village_code ORDER BY person_id) AS village_code,
    count(*) AS members,
    count(*) FILTER (eligible) AS eligible,
    count(*) FILTER (active_jkn) AS active,
    count(*) FILTER (has_pbi_active) AS pbi,
    count(*) FILTER (has_pda_active) AS pda,
    count(*) FILTER (eligible AND NOT active_jkn) AS eligible_uncovered,
    min(decile) AS lowest_decile,
    bool_or(active_jkn) AND NOT bool_and(active_jkn) AS is_split
FROM person
WHERE kk IS NOT NULL AND alive
GROUP BY kk
