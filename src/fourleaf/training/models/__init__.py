"""Tables of training."""

from fourleaf.training.models.belts import Absence, BeltAward, BrandBadge, Defect, LearnerProfile, RightUse, TrainingDue
from fourleaf.training.models.curriculum import Module, ModuleImage, ModuleVersion
from fourleaf.training.models.learning import PracticalWork, QuizAttempt, Reading
from fourleaf.training.models.rollout import Cohort, CohortMember, LearningSession, Seat, Tie

__all__ = [
    "Absence",
    "BeltAward",
    "BrandBadge",
    "Cohort",
    "CohortMember",
    "Defect",
    "LearnerProfile",
    "LearningSession",
    "Module",
    "ModuleImage",
    "ModuleVersion",
    "PracticalWork",
    "QuizAttempt",
    "Reading",
    "RightUse",
    "Seat",
    "Tie",
    "TrainingDue",
]
