"""One's own account: settings, sessions, factors, tokens; and what surrounds the sign-in library's pages."""
