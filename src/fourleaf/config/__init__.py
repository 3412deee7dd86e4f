"""Settings, URLs and the WSGI application: where everything is wired together."""
