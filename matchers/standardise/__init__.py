"""Indonesian standardisers: whole columns of text as written in, typed columns out. Pure: no files, no clock."""
