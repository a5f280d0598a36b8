-- indicator: LINK_MISSED
-- term_id: Tautan yang diduga terlewat
-- term_en: Links estimated to be missed
-- definition: Dugaan pasangan rekaman satu orang yang tidak ditautkan, dibagi semua pasangan rekaman satu orang; tanpa label, dengan selang 95 %.
-- definition_en: Pairs of records of one person that are estimated not to be linked, divided by all pairs of records of one person; without labels, with a 95 % interval.
-- formula: dugaan pasangan rekaman satu orang yang tidak ditautkan ÷ dugaan semua pasangan rekaman satu orang
-- formula_en: pairs of records of one person estimated not to be linked ÷ all pairs of records of one person, as estimated
-- unit: pairs
-- by: area
-- needs: province|regency|decree|bpjs_kesehatan|bpjs_kesehatan_bill|bpjs_ketenagakerjaan|civil_deaths
SELECT
    regency_code,
    'ALL' AS segment,
    round(errors)::BIGINT AS numerator,
    pairs AS denominator,
    NULL::DOUBLE AS target,
    'dugaan pasangan rekaman satu orang yang tidak ditautkan ÷ dugaan semua pasangan rekaman satu orang, dari peluang pemadanan tanpa label; rekaman dari semua jenis register'
        AS basis,
    -- whole pairs are counted above, so that the share may lie a fraction of a pair beside the interval
    least(low, numerator / denominator) AS low,
    greatest(high, numerator / denominator) AS high
FROM link_error
WHERE measure = 'missed' AND left_source = 'ALL' AND right_source = 'ALL' AND basis = 'model' AND pairs > 0
