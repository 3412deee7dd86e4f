from __future__ import annotations

from django.urls import path

from fourleaf.web.administration import audit, system, work

app_name = "administration"
urlpatterns = [
    path("audit/", audit.trail, name="audit"),
    path("audit/<int:sequence>/", audit.event, name="event"),
    path("work/", work.jobs, name="work"),
    path("work/<int:job_id>/", work.job, name="job"),
    path("work/<int:job_id>/retry/", work.retry, name="retry"),
    path("work/<int:job_id>/cancel/", work.cancel, name="cancel"),
    path("work/retry/", work.retry_selected, name="retry-selected"),
    path("system/", system.system, name="system"),
]
