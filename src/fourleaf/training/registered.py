"""What training declares: permissions and audit codes. Imported once when the application starts."""

from __future__ import annotations

from fourleaf.kernel.permissions import declare as declare_permission

declare_permission("training.learn", "Take modules and quizzes")
declare_permission("training.view_coverage", "See belts and coverage, as far as a region allows it")
declare_permission("training.edit_curriculum", "Write modules, quizzes and practical tasks")
declare_permission("training.assess", "Check practical tasks and grant belts")
declare_permission("training.run_waves", "Plan cohorts, waves and sessions")
