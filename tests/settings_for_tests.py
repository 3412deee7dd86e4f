"""The product's settings with what tests need: a data folder of their own, cheap password hashes, no mail leaving."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="fourleaf-tests-")
_owner = os.getpid()


def _remove() -> None:
    # A forked child must not take the folder away from its parent.
    if os.getpid() == _owner:
        shutil.rmtree(_folder, ignore_errors=True)


atexit.register(_remove)
# Settings of the developer's shell must not leak into tests; only the database may be chosen from outside.
for _name in [name for name in os.environ if name.startswith("FOURLEAF_") and not name.startswith("FOURLEAF_TEST_")]:
    del os.environ[_name]
os.environ["FOURLEAF_DATA_DIR"] = _folder

from fourleaf.config.settings import *  # noqa: E402, F403 - everything else is as in the product
from fourleaf.config.settings import DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads and processes of the concurrency tests meet on it as they would in production.
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(_folder, "test.sqlite3")}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
