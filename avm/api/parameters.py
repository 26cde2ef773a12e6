"""Reference strings for user interfaces: what is on this machine, what can be had, how to make one."""

from __future__ import annotations

from avm.storage.parameters import DEVELOPMENT_LOG2 as DEVELOPMENT_LOG2
from avm.storage.parameters import Parameters as Parameters
from avm.storage.srs_download import SERVERS as SERVERS
from avm.storage.srs_download import Available as Available
from avm.storage.srs_download import available as available
from avm.storage.srs_download import download as download
from avm.storage.srs_download import megabytes as megabytes
from avm.storage.srs_download import resolve as resolve
from avm.storage.srs_download import servers_from as servers_from
from avm.storage.srs_files import LARGEST_LOG2 as LARGEST_LOG2
from avm.storage.srs_files import SMALLEST_LOG2 as SMALLEST_LOG2
from avm.storage.srs_files import contribute as contribute
from avm.storage.srs_files import generate as generate
from avm.storage.srs_files import verify_file as verify_file
from avm.storage.srs_survey import StringOnDisk as StringOnDisk
from avm.storage.srs_survey import delete_string as delete_string
from avm.storage.srs_survey import survey as survey
from avm.storage.srs_survey import verify_string as verify_string
