// Arrow IPC: stream and file, written and read (Columnar format, "Serialization and Interprocess Communication").
// Metadata V5 is written; V4 and V5 are read.
//
// Written: columns of every flat type but views and dictionaries. Read: these too. Anything else is kNotImplemented
// with the column's path, at the writer's Open and at the reader's first batch; a reader's schema() shows every type.
#pragma once

#include <inlay/ipc_read.h>
#include <inlay/ipc_write.h>
