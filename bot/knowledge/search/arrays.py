"""numpy, loaded when the knowledge base is first used: a Baton without articles does not pay for it at start-up.

Every stage takes `np` from here. The names of types are strings at run time, so that a signature loads nothing either.
"""

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np
else:

    class _WhenUsed:
        """The library's names, fetched one by one; each is kept, so that the second look costs nothing."""

        def __getattr__(self, name: str) -> Any:
            import numpy

            value = getattr(numpy, name)
            setattr(self, name, value)
            return value

    np = _WhenUsed()

__all__ = ["Array", "Bools", "Bytes", "Floats", "Int32s", "Ints", "UInt16s", "UInt32s", "UInt64s", "np"]

Array: TypeAlias = "np.ndarray[Any, Any]"
Bools: TypeAlias = "np.ndarray[Any, np.dtype[np.bool_]]"
Bytes: TypeAlias = "np.ndarray[Any, np.dtype[np.uint8]]"
UInt16s: TypeAlias = "np.ndarray[Any, np.dtype[np.uint16]]"
UInt32s: TypeAlias = "np.ndarray[Any, np.dtype[np.uint32]]"
UInt64s: TypeAlias = "np.ndarray[Any, np.dtype[np.uint64]]"
Int32s: TypeAlias = "np.ndarray[Any, np.dtype[np.int32]]"
Ints: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"
Floats: TypeAlias = "np.ndarray[Any, np.dtype[np.float32]]"
