"""Where extracts come from: folders, ZIP archives, SFTP, object storage, web addresses, databases."""
