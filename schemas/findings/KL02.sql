-- code: KL02
-- term_id: Keluarga terbelah
-- term_en: Split family
-- definition: Pada satu KK ada anggota dengan kartu PBI JK aktif, sedangkan anggota ini (tidak diketahui meninggal) tidak memiliki kartu JKN atau hanya dibayar sebagai PBPU Pemda; atau ada anggota PBPU Pemda aktif, sedangkan anggota ini tidak memiliki kartu JKN.
-- definition_en: Members not known dead share the family card that stands for them, and one has an active PBI card while this member has no JKN card at all, or has an active PDA and no active PBI card; or one has an active PDA card while this member has no JKN card at all. One finding for each such member.
-- severity: 3
-- actor: Dinas Sosial kabupaten/kota
-- action_id: Satukan kepesertaan satu keluarga melalui usulan.
-- action_en: Propose the same membership for the whole family.
-- payer: APBN (PBI JK) atau APBD (PBPU Pemda)
-- rupiah: the PBI tariff where the family has PBI, else the PBPU Pemda tariff
-- needs: bpjs_kesehatan, province|regency|bpjs_kesehatan, province.kk|regency.kk|bpjs_kesehatan.kk
WITH member AS (
    SELECT person_id, kk, regency_code, village_code, NOT in_jkn AS uncovered, has_pbi_active AS pbi,
           has_pda_active AND NOT has_pbi_active AS pda
    FROM person
    WHERE alive AND kk IS NOT NULL
), family AS (
    SELECT kk, count(*) FILTER (pbi) AS pbi_members, count(*) FILTER (pda) AS pda_members,
           count(*) FILTER (uncovered) AS uncovered_members
    FROM member
    GROUP BY kk
    HAVING (pbi_members > 0 AND pda_members + uncovered_members > 0) OR (pda_members > 0 AND uncovered_members > 0)
)
SELECT
    a.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    arg_min(r.owner_code, r.record_id) AS owner_code,
    any_value(coalesce(a.regency_code, r.regency_code)) AS regency_code,
    any_value(a.village_code) AS village_code,
    any_value(CASE WHEN f.pbi_members > 0 THEN m.tariff_pbi ELSE m.tariff_pda END) AS rupiah_per_month,
    any_value('Anggota ini ' || CASE WHEN a.uncovered THEN 'tidak memiliki kartu JKN' ELSE 'dibayar PBPU Pemda' END
        || '; pada KK yang sama ' || concat_ws(', ',
            CASE WHEN f.pbi_members > 0 THEN f.pbi_members || ' orang PBI JK' END,
            CASE WHEN f.pda_members > 0 THEN f.pda_members || ' orang PBPU Pemda' END,
            CASE WHEN f.uncovered_members > 0 THEN f.uncovered_members || ' orang tanpa kartu' END) || '.') AS detail,
    '' AS discriminator
FROM member AS a
CROSS JOIN parameter AS m
JOIN family AS f USING (kk)
JOIN link AS l USING (person_id)
JOIN record AS r USING (record_id)
WHERE (a.uncovered OR (a.pda AND f.pbi_members > 0))
  AND r.source <> 'bpjs_kesehatan_bill'
GROUP BY a.person_id
