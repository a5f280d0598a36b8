-- code: SB05
-- term_id: Jumlah tidak sesuai berita acara
-- term_en: Total differs from the signed one
-- definition: Jumlah baris atau rupiah pada berkas tidak sama dengan yang ditandatangani pada berita acara; baris yang dikarantina ikut dihitung, rupiah hanya dari baris yang layak pakai.
-- definition_en: Rows or rupiah of the files differ from what was signed for; quarantined rows count, rupiah are of the rows fit for use.
-- severity: 1
-- actor: Pengirim berkas
-- action_id: Samakan berkas dengan berita acara, atau perbaiki berita acara.
-- action_en: Bring the file and the signed minutes into line.
-- payer: tidak ada
-- rupiah: none; it is about a whole file
-- needs: signed_total
WITH arrived AS (
    SELECT f.source, f.owner_code, sum(f.rows_read) AS row_count
    FROM source_file AS f JOIN parameter AS m USING (run_id)
    GROUP BY f.source, f.owner_code
), amounts AS (
    SELECT source, owner_code, sum(amount) AS rupiah FROM record GROUP BY source, owner_code
), compared AS (
    SELECT s.source, s.owner_code, s.document, any_value(s.rows_signed) AS rows_signed,
           any_value(s.rupiah_signed) AS rupiah_signed, coalesce(sum(a.row_count), 0) AS row_count,
           coalesce(sum(x.rupiah), 0) AS rupiah
    FROM signed_total AS s
    LEFT JOIN arrived AS a ON a.source = s.source AND (s.owner_code IS NULL OR a.owner_code = s.owner_code)
    LEFT JOIN amounts AS x ON x.source = a.source AND x.owner_code IS NOT DISTINCT FROM a.owner_code
    GROUP BY s.source, s.owner_code, s.document
)
SELECT
    NULL::VARCHAR AS person_id,
    []::BIGINT[] AS record_ids,
    f.owner_code,
    CASE WHEN length(f.owner_code) = 4 THEN f.owner_code END AS regency_code,
    NULL::VARCHAR AS village_code,
    0::BIGINT AS rupiah_per_month,
    'Berita acara ' || f.document || ': ' || concat_ws('; ',
        CASE WHEN f.row_count <> f.rows_signed THEN 'ditandatangani ' || format('{:t.}', f.rows_signed)
            || ' baris, diterima ' || format('{:t.}', f.row_count::BIGINT) END,
        CASE WHEN f.rupiah <> f.rupiah_signed THEN 'ditandatangani Rp ' || format('{:t.}', f.rupiah_signed)
            || ', pada berkas Rp ' || format('{:t.}', f.rupiah::BIGINT) END) || '.' AS detail,
    concat_ws('|', f.source, f.owner_code, f.document) AS discriminator
FROM compared AS f
WHERE f.row_count <> f.rows_signed OR f.rupiah <> f.rupiah_signed
