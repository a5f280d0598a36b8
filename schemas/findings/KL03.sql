-- code: KL03
-- term_id: KK tanpa kepala atau berkepala ganda
-- term_en: Family card without one head
-- definition: Dalam satu register (DTSEN atau register kabupaten/kota), satu nomor KK dengan dua baris atau lebih tidak memiliki kepala keluarga, atau memiliki lebih dari satu orang sebagai kepala keluarga. Baris meninggal atau pindah tidak dihitung; KK yang hubungan keluarganya tidak terisi tidak diuji.
-- definition_en: In one register (province or regency) the rows of one family card, those with status MENINGGAL or PINDAH aside and all with a relation given, name two or more persons as head, or, being two rows or more, none. Several heads: one finding for each head; no head: one on the oldest member (earliest birth date, then lowest standard name).
-- severity: 3
-- actor: Dukcapil
-- action_id: Betulkan susunan kartu keluarga.
-- action_en: Correct the composition of the family card.
-- payer: -
-- rupiah: none
-- needs: province|regency, province.relation|regency.relation, province.kk|regency.kk
WITH member AS (
    SELECT l.person_id, r.record_id, r.source, r.owner_code, r.regency_code, r.kk, r.relation, r.birth_date, r.name_std
    FROM record AS r JOIN link AS l USING (record_id)
    WHERE r.source IN ('province', 'regency') AND r.kk IS NOT NULL AND coalesce(r.status = 'HIDUP', TRUE)
), family AS (
    SELECT source, owner_code, kk, count(*) AS members, count(*) FILTER (relation = 'head') AS head_rows,
           arg_min(record_id, struct_pack(born := coalesce(birth_date, DATE '9999-12-31'), name := coalesce(name_std, ''),
                                          record := record_id)) AS oldest
    FROM member
    GROUP BY source, owner_code, kk
    HAVING count(relation) = members AND (head_rows > 1 OR (head_rows = 0 AND members > 1))
), judged AS (
    SELECT a.*, f.members, f.oldest, f.head_rows,
           CASE WHEN f.head_rows > 1 THEN count(DISTINCT a.person_id) OVER (PARTITION BY a.source, a.owner_code, a.kk) ELSE 0 END AS heads
    FROM member AS a
    JOIN family AS f ON f.source = a.source AND f.kk = a.kk AND f.owner_code IS NOT DISTINCT FROM a.owner_code
    WHERE (f.head_rows > 1 AND a.relation = 'head') OR (f.head_rows = 0 AND a.record_id = f.oldest)
)
SELECT
    r.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    r.owner_code,
    any_value(coalesce(CASE WHEN length(r.owner_code) = 4 THEN r.owner_code END, p.regency_code, r.regency_code)) AS regency_code,
    any_value(p.village_code) AS village_code,
    0 AS rupiah_per_month,
    'KK ' || left(r.kk, 4) || '••••••••' || right(r.kk, 4) || ' di ' || CASE r.source
        WHEN 'province' THEN 'DTSEN provinsi'
        WHEN 'regency' THEN 'register kabupaten/kota'
        WHEN 'decree' THEN 'SK PBPU Pemda'
        WHEN 'bpjs_kesehatan' THEN 'data peserta BPJS Kesehatan'
        WHEN 'bpjs_ketenagakerjaan' THEN 'data peserta BPJS Ketenagakerjaan'
        ELSE 'daftar akta kematian' END
        || CASE WHEN length(r.owner_code) = 4 THEN ' ' || r.owner_code ELSE '' END || ' ('
        || any_value(r.members) || ' baris) '
        || CASE WHEN any_value(r.heads) = 0 THEN 'tidak memiliki kepala keluarga.'
                ELSE 'memiliki ' || any_value(r.heads) || ' orang kepala keluarga.' END AS detail,
    concat_ws('|', r.source, r.owner_code, r.kk) AS discriminator
FROM judged AS r
JOIN person AS p USING (person_id)
WHERE r.heads <> 1
GROUP BY r.person_id, r.source, r.owner_code, r.kk
