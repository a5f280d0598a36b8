-- A region by its Kemendagri code: every province and regency of the country, the districts and villages of this province; its names are of schemas/reference/regions, whose ATTRIBUTION.md says where they come from (id: wilayah).
-- key: region_code
CREATE TABLE region (
    region_code VARCHAR,        -- Kemendagri code without dots: 2, 4, 6 or 10 digits (id: kode wilayah)
    level VARCHAR,              -- province, regency, district or village (id: tingkat wilayah)
    region_name VARCHAR,        -- Name in the Kemendagri list (id: nama wilayah)
    parent_code VARCHAR         -- Region it lies in, null for a province (id: kode wilayah induk)
);
