-- A total that both institutions signed for (berita acara), as the configuration states it (id: jumlah pada berita acara).
CREATE TABLE signed_total (
    source VARCHAR,             -- Kind of extract that it counts (id: jenis sumber)
    owner_code VARCHAR,         -- Office whose extract it counts, null for all of the kind (id: kode instansi pemilik)
    rows_signed BIGINT,         -- Number of people or rows signed for, null when none was stated (id: jumlah baris)
    rupiah_signed BIGINT,       -- Amount signed for, null when none was stated (id: jumlah rupiah)
    document VARCHAR            -- Number of the berita acara (id: nomor berita acara)
);
