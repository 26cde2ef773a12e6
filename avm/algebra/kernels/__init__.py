"""Compiled twins of the plain algebra, chosen once by CPU features."""

from avm.algebra.kernels import ready

ready.install()
