"""What training declares: permissions and audit codes. Imported once when the application starts."""

from __future__ import annotations

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.audit import declare as declare_code
from fourleaf.kernel.permissions import declare as declare_permission


def _trainer(actor: Actor, obj: object = None) -> bool:
    """By role, or as a Black belt; whether the belt's right rests is asked at the door."""
    from fourleaf.training.selectors.trainers import known_trainer

    return known_trainer(actor)


declare_permission("training.learn", "Take modules and quizzes")
declare_permission("training.view_coverage", "See belts and coverage, as far as a region allows it")
declare_permission("training.edit_curriculum", "Write modules, quizzes and practical tasks")
declare_permission("training.assess", "Check practical tasks and grant belts", _trainer)
declare_permission("training.run_waves", "Plan cohorts, waves and sessions")
declare_permission("training.set_belts", "Set, end and correct belts by hand, with a reason")

declare_code("training.belt.granted", "Belt granted")
declare_code("training.belt.renewed", "Belt renewed")
declare_code("training.belt.set", "Belt set by hand")
declare_code("training.belt.taken", "Belt taken away")
declare_code("training.rights.suspended", "Rights of a belt suspended")
declare_code("training.rights.restored", "Rights of a belt given back")
declare_code("training.right.used", "Right said to be used")
declare_code("training.badge.granted", "Voice of a brand learned")
declare_code("training.defect.noted", "Defect noted")
declare_code("training.defect.mended", "Re-test after a defect passed")
declare_code("training.defect.withdrawn", "Defect taken back")
declare_code("training.due.opened", "Something new to learn")
declare_code("training.due.done", "What was new is learned")
declare_code("training.due.void", "What was to be learned is no longer needed")
declare_code("training.absence.noted", "Leave noted")
declare_code("training.absence.changed", "Leave changed")
declare_code("training.profile.changed", "Own wishes about training changed")
declare_code("training.quiz.passed", "Quiz passed")
declare_code("training.quiz.failed", "Quiz not passed")
declare_code("training.work.submitted", "Practical work handed in")
declare_code("training.work.decided", "Practical work decided")
declare_code("training.work.withdrawn", "Practical work withdrawn")
declare_code("training.module.added", "Module added")
declare_code("training.module.changed", "Module changed")
declare_code("training.module.published", "Module published")
declare_code("training.module.retired", "Module retired")
declare_code("training.module.restored", "Module brought back")
declare_code("training.image.added", "Picture added to a module")
declare_code("training.image.removed", "Picture removed from a module")
declare_code("training.curriculum.imported", "Curriculum imported")
declare_code("training.curriculum.exported", "Curriculum exported")
declare_code("training.list.exported", "List of training exported")
declare_code("training.wave.added", "Wave planned")
declare_code("training.wave.changed", "Wave changed")
declare_code("training.wave.state_changed", "State of a wave changed")
declare_code("training.ties.imported", "Ties between people imported")
declare_code("training.session.added", "Session planned")
declare_code("training.session.changed", "Session changed")
declare_code("training.session.cancelled", "Session cancelled")
declare_code("training.session.attended", "Attendance noted")
declare_code("training.seat.taken", "Seat in a session taken")
declare_code("training.seat.given_back", "Seat in a session given back")
