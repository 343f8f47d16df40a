"""What the fault suite may ask for."""

from tests.faults.sickdisk import disk, disk_library

__all__ = ["disk", "disk_library"]
