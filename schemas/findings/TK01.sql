-- code: TK01
-- term_id: Pekerja miskin tanpa perlindungan JKK/JKM
-- term_en: Poor worker without cover
-- definition: Desil 1, berumur 18 sampai 59 tahun, bekerja di sektor informal, tidak diketahui meninggal, dan tidak aktif di BPJS Ketenagakerjaan.
-- definition_en: Decile 1, aged 18 to 59, with an informal occupation, not known dead and not active in Jamsostek.
-- severity: 1
-- actor: Dinas Sosial kabupaten/kota dan Dinas Tenaga Kerja
-- action_id: Masukkan ke daftar penerima bantuan iuran BPU.
-- action_en: Put on the list for subsidised own-account membership (BPU).
-- payer: APBD, dana desa, Baznas atau CSR
-- rupiah: the own-account tariff with two programmes (JKK and JKM)
-- needs: province, bpjs_ketenagakerjaan
SELECT
    p.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    arg_min(r.owner_code, r.record_id) AS owner_code,
    any_value(p.regency_code) AS regency_code,
    any_value(p.village_code) AS village_code,
    any_value(m.tariff_bpu) AS rupiah_per_month,
    any_value('Desil DTSEN ' || p.decile || ', umur ' || p.age || ' tahun, pekerjaan '
        || coalesce(p.job_as_written, p.job) || ', tidak aktif di BPJS Ketenagakerjaan.') AS detail,
    '' AS discriminator
FROM person AS p
CROSS JOIN parameter AS m
JOIN link AS l USING (person_id)
JOIN record AS r USING (record_id)
WHERE p.decile BETWEEN 1 AND m.poorest_decile_max
  AND p.informal_worker
  AND p.alive
  AND NOT p.active_jamsostek
  AND r.source = 'province'
GROUP BY p.person_id
