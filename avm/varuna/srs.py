"""Reference strings in one place: the type, where they come from, their file format and their checks."""

from avm.varuna.consistency import SrsCheck, check_srs
from avm.varuna.development import development_srs
from avm.varuna.official import SrsFiles, official_srs
from avm.varuna.official_files import OFFICIAL_FILES, REMOTE_FOLDER, OfficialFile
from avm.varuna.reference_string import Srs, SrsVerifier
from avm.varuna.srs_codec import srs_from_bytes, srs_to_bytes

__all__ = [
    "OFFICIAL_FILES",
    "REMOTE_FOLDER",
    "OfficialFile",
    "Srs",
    "SrsCheck",
    "SrsFiles",
    "SrsVerifier",
    "check_srs",
    "development_srs",
    "official_srs",
    "srs_from_bytes",
    "srs_to_bytes",
]
