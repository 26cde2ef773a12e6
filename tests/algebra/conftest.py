"""Property tests of the algebra have no time limit per example: the first call may compile kernels."""

from hypothesis import settings

settings.register_profile("algebra", deadline=None)
settings.load_profile("algebra")
