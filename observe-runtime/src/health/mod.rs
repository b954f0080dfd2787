//! Health: whether the process answers, whether it is ready, and how each of its parts is.
