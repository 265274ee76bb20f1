"""What leaves the site for others to keep: facts for machines, data files, packs, archives, what is handed over."""
