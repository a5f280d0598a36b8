-- code: ID08
-- term_id: Orang sama, NIK berbeda
-- term_en: Same person, other NIK
-- definition: Baris-baris register (bukan tagihan) satu orang memuat dua NIK berbeda atau lebih yang masing-masing sah menurut tanggal lahir dan jenis kelamin barisnya.
-- definition_en: The rows of one person (bills aside) carry two or more different NIKs of status valid; one finding a person. The detail gives the distance from the NIK that stands: one digit, two neighbouring digits exchanged, or another number.
-- severity: 1
-- actor: Dukcapil
-- action_id: Tetapkan NIK yang benar, lalu samakan di semua register.
-- action_en: Establish the right NIK and align every register to it.
-- payer: APBN (PBI JK) atau APBD (PBPU Pemda)
-- rupiah: the PBI tariff when a PBI card is active, plus the PBPU Pemda tariff when a PDA card is active or the person is billed
-- needs: province|regency|decree|bpjs_kesehatan|bpjs_ketenagakerjaan|civil_deaths|letters|roster
WITH several AS (
    -- most people carry one number, and drop out here
    SELECT person_id FROM record JOIN link USING (record_id)
    WHERE source <> 'bpjs_kesehatan_bill' AND nik_status = 'valid'
    GROUP BY person_id HAVING min(nik) <> max(nik)
), carried AS (
    SELECT person_id, nik, record_id, owner_code, regency_code
    FROM several JOIN link USING (person_id) JOIN record USING (record_id)
    WHERE source <> 'bpjs_kesehatan_bill' AND nik_status = 'valid'
), compared AS (
    SELECT c.*, p.nik AS standing, hamming(c.nik, p.nik) AS digits,
           CASE WHEN digits = 0 THEN NULL
                WHEN digits = 1 THEN 'berbeda satu angka'
                WHEN digits = 2 AND damerau_levenshtein(c.nik, p.nik) = 1 THEN 'dua angka bertukar tempat'
                ELSE 'nomor lain sama sekali' END AS distance
    FROM carried AS c JOIN person AS p USING (person_id)
)
SELECT
    p.person_id,
    list(c.record_id ORDER BY c.record_id) AS record_ids,
    arg_min(c.owner_code, c.record_id) FILTER (c.digits > 0) AS owner_code,
    any_value(coalesce(p.regency_code, c.regency_code)) AS regency_code,
    any_value(p.village_code) AS village_code,
    any_value(CASE WHEN p.has_pbi_active THEN m.tariff_pbi ELSE 0 END
        + CASE WHEN p.has_pda_active OR p.billed THEN m.tariff_pda ELSE 0 END) AS rupiah_per_month,
    count(DISTINCT c.nik) || ' NIK berbeda: yang berlaku ' || any_value(left(p.nik, 4) || '••••••••' || right(p.nik, 4))
        || '; ' || string_agg(DISTINCT left(c.nik, 4) || '••••••••' || right(c.nik, 4) || ' (' || c.distance || ')', '; '
            ORDER BY left(c.nik, 4) || '••••••••' || right(c.nik, 4) || ' (' || c.distance || ')')
            FILTER (c.digits > 0) || '.' AS detail,
    '' AS discriminator
FROM compared AS c
CROSS JOIN parameter AS m
JOIN person AS p USING (person_id)
GROUP BY p.person_id
