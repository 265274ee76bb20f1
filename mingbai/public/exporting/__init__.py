"""The public site as static files: ``mingbai export DIR``. See docs/decisions/0022."""
