"""The tables of governance."""

from fourleaf.governance.models.acknowledgements import Acknowledgement, PolicyReminder
from fourleaf.governance.models.policies import (
    ConsultationState,
    Policy,
    PolicyConsultation,
    PolicyDecision,
    PolicyText,
    PolicyVersion,
    PolicyVersionState,
)

__all__ = [
    "Acknowledgement",
    "ConsultationState",
    "Policy",
    "PolicyConsultation",
    "PolicyDecision",
    "PolicyReminder",
    "PolicyText",
    "PolicyVersion",
    "PolicyVersionState",
]
