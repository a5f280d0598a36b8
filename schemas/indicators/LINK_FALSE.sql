-- indicator: LINK_FALSE
-- term_id: Tautan yang diduga salah
-- term_en: Links estimated to be wrong
-- definition: Dugaan pasangan rekaman yang ditautkan sebagai satu orang padahal dua orang, dibagi semua pasangan yang ditautkan; tanpa label, dengan selang 95 %.
-- definition_en: Pairs of records linked as one person that are estimated to be two people, divided by all linked pairs; without labels, with a 95 % interval.
-- formula: dugaan pasangan rekaman yang ditautkan padahal dua orang ÷ pasangan yang ditautkan
-- formula_en: pairs of records linked that are estimated to be two people ÷ linked pairs
-- unit: pairs
-- by: area
-- needs: province|regency|decree|bpjs_kesehatan|bpjs_kesehatan_bill|bpjs_ketenagakerjaan|civil_deaths
SELECT
    regency_code,
    'ALL' AS segment,
    round(errors)::BIGINT AS numerator,
    pairs AS denominator,
    NULL::DOUBLE AS target,
    'dugaan pasangan rekaman yang ditautkan padahal dua orang ÷ pasangan yang ditautkan, dari peluang pemadanan tanpa label; rekaman dari semua jenis register'
        AS basis,
    -- whole pairs are counted above, so that the share may lie a fraction of a pair beside the interval
    least(low, numerator / denominator) AS low,
    greatest(high, numerator / denominator) AS high
FROM link_error
WHERE measure = 'false' AND left_source = 'ALL' AND right_source = 'ALL' AND basis = 'model' AND pairs > 0
