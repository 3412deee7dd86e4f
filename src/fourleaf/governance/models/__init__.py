"""The tables of governance."""

from fourleaf.governance.models.acknowledgements import Acknowledgement, PolicyReminder
from fourleaf.governance.models.bodies import (
    Centre,
    CentreMember,
    CentreService,
    Committee,
    Decision,
    Meeting,
    RequestState,
    RoleHolding,
    Seat,
    ServiceRequest,
)
from fourleaf.governance.models.gaps import Gap, GapSeverity, GapState
from fourleaf.governance.models.policies import (
    ConsultationState,
    Policy,
    PolicyConsultation,
    PolicyDecision,
    PolicyText,
    PolicyVersion,
    PolicyVersionState,
)
from fourleaf.governance.models.registers import (
    ConsultationRecord,
    ConsultationRecordState,
    ImpactState,
    ProcessingActivity,
)

__all__ = [
    "Acknowledgement",
    "Centre",
    "CentreMember",
    "CentreService",
    "Committee",
    "ConsultationRecord",
    "ConsultationRecordState",
    "ConsultationState",
    "Decision",
    "Gap",
    "GapSeverity",
    "GapState",
    "ImpactState",
    "Meeting",
    "Policy",
    "PolicyConsultation",
    "PolicyDecision",
    "PolicyReminder",
    "PolicyText",
    "PolicyVersion",
    "PolicyVersionState",
    "ProcessingActivity",
    "RequestState",
    "RoleHolding",
    "Seat",
    "ServiceRequest",
]
