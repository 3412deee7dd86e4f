"""Survey waves, invitations and answers (which share no key), results, maturity and the organisation model."""

from __future__ import annotations

from fourleaf.assessment.models.answers import Draft, Remark, Sheet
from fourleaf.assessment.models.invitations import Invitation, InvitationToken
from fourleaf.assessment.models.maturity import DeclaredModel, GateEvidence, ModelMeasures
from fourleaf.assessment.models.results import WaveResult
from fourleaf.assessment.models.waves import Wave, WaveState

__all__ = [
    "DeclaredModel",
    "Draft",
    "GateEvidence",
    "Invitation",
    "InvitationToken",
    "ModelMeasures",
    "Remark",
    "Sheet",
    "Wave",
    "WaveResult",
    "WaveState",
]
