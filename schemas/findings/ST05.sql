-- code: ST05
-- term_id: Umur tidak wajar
-- term_en: Implausible age
-- definition: Tanggal lahir pada baris register (bukan tagihan) terletak sesudah tanggal acuan, atau umurnya melebihi batas wajar.
-- definition_en: The birth date of a row (bills aside) lies after as_of, or gives more completed years at as_of than plausible_age_max; civil_deaths aside. One finding a person and register.
-- severity: 3
-- actor: Dukcapil
-- action_id: Pastikan tanggal lahir; bila sudah meninggal, uruskan akta kematian.
-- action_en: Establish the birth date; if the person has died, obtain the death certificate.
-- payer: -
-- rupiah: none
-- needs: province|regency|decree|bpjs_kesehatan|bpjs_ketenagakerjaan|letters|roster
WITH odd AS MATERIALIZED (
    SELECT record_id, source, owner_code, regency_code, birth_date, birth_date > as_of AS ahead
    FROM record
    CROSS JOIN parameter
    CROSS JOIN (
        SELECT (as_of - to_years(value::INTEGER + 1))::DATE AS oldest FROM rule, parameter
        WHERE rule = 'plausible_age_max' AND as_of BETWEEN berlaku_mulai AND coalesce(berlaku_sampai, as_of)
    )
    WHERE source NOT IN ('bpjs_kesehatan_bill', 'civil_deaths') AND (birth_date > as_of OR birth_date <= oldest)
)
SELECT
    l.person_id,
    list(r.record_id ORDER BY r.record_id) AS record_ids,
    r.owner_code,
    any_value(coalesce(CASE WHEN length(r.owner_code) = 4 THEN r.owner_code END, p.regency_code, r.regency_code)) AS regency_code,
    any_value(p.village_code) AS village_code,
    0 AS rupiah_per_month,
    'Tanggal lahir ' || strftime(min(r.birth_date), '%d-%m-%Y') || ' di ' || CASE r.source
        WHEN 'province' THEN 'DTSEN provinsi'
        WHEN 'regency' THEN 'register kabupaten/kota'
        WHEN 'decree' THEN 'SK PBPU Pemda'
        WHEN 'bpjs_kesehatan' THEN 'data peserta BPJS Kesehatan'
        WHEN 'bpjs_ketenagakerjaan' THEN 'data peserta BPJS Ketenagakerjaan'
        WHEN 'letters' THEN 'surat keterangan faskes'
        WHEN 'roster' THEN 'daftar pegawai non-ASN'
        ELSE 'daftar akta kematian' END
        || CASE WHEN length(r.owner_code) = 4 THEN ' ' || r.owner_code ELSE '' END
        || any_value(CASE WHEN r.ahead THEN ' terletak di masa depan.'
                          ELSE ' berarti umur ' || date_sub('year', r.birth_date, m.as_of) || ' tahun.' END) AS detail,
    concat_ws('|', r.source, r.owner_code) AS discriminator
FROM odd AS r
CROSS JOIN parameter AS m
JOIN link AS l USING (record_id)
JOIN person AS p USING (person_id)
GROUP BY l.person_id, r.source, r.owner_code
