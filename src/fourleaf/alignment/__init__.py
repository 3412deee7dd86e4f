"""Alignment: the snapshot of the whole organisation, findings over it, waivers and readiness."""
