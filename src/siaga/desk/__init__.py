"""The web: server-rendered pages that read runs and the imported land."""
