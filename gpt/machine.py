"""What this machine has: memory, disk, and how much of them is free or was taken at most, in bytes.

    free, total = memory_of(torch.device("cpu"))
    peak_memory(torch.device("cpu"))                # of this process, since it was started

Standard library and PyTorch only; None where a system does not tell.
"""

import ctypes
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

import torch


def memory_of(device):
    """``(free, total)``: of the GPU, or of the computer if the device is its CPU or an Apple GPU, which share one."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)
    if sys.platform == "win32":
        status = _windows_memory()
        return status.available, status.total
    try:
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return None, None
    free, limit = _free_on_linux(), _limit_of_container()
    if limit is not None and limit[1] < total:
        free, total = min(free or limit[0], limit[0]), limit[1]
    return free, total


def _free_on_linux():
    """What can be had without swapping, the files that the system keeps in memory included; macOS does not tell."""
    with suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/meminfo").read_text(encoding="utf-8").splitlines()
        return 1024 * int(next(line for line in lines if line.startswith("MemAvailable:")).split()[1])
    return None


def _limit_of_container(folder="/sys/fs/cgroup"):
    """``(free, total)`` of a container (cgroup version 2) that may not take all of the machine's memory, or None."""
    with suppress(OSError, ValueError):
        limit = int((Path(folder) / "memory.max").read_text(encoding="utf-8"))  # "max" is no limit, and no number
        taken = int((Path(folder) / "memory.current").read_text(encoding="utf-8"))
        lines = (Path(folder) / "memory.stat").read_text(encoding="utf-8").splitlines()
        files = sum(int(line.split()[1]) for line in lines if line.startswith("inactive_file "))
        return limit - taken + files, limit
    return None


class _WindowsMemory(ctypes.Structure):
    """MEMORYSTATUSEX of the Windows API."""

    _fields_ = [
        ("length", ctypes.c_ulong),
        ("load", ctypes.c_ulong),
        ("total", ctypes.c_ulonglong),
        ("available", ctypes.c_ulonglong),
        ("others", ctypes.c_ulonglong * 5),
    ]


def _windows_memory():
    status = _WindowsMemory(length=ctypes.sizeof(_WindowsMemory))
    ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
    return status


def taken_memory(device):
    """What this process takes now: on a GPU what its tensors take, elsewhere all of the program; None if unknown."""
    if device.type == "cuda":
        return torch.cuda.memory_allocated(device)
    with suppress(OSError, ValueError, IndexError):
        pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    return peak_memory(device)  # a little too much, but not far off while nothing large has been loaded


def peak_memory(device):
    """The most that this process has taken since it was started; None if unknown."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    with suppress(OSError, IndexError):  # Linux: what getrusage tells there begins with the parent's memory
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024
    try:
        import resource  # not on Windows
    except ImportError:
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def free_disk(folder):
    """Free bytes of the disk on which a folder lies or will lie."""
    folder = Path(folder).resolve()
    return shutil.disk_usage(next(each for each in (folder, *folder.parents) if each.exists())).free
