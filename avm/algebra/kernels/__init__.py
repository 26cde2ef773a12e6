"""Compiled twins of the plain algebra, chosen once by CPU features."""

from avm.algebra.aot import prebuilt

prebuilt.install()
