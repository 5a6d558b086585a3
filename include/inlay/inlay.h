// Everything.
#pragma once

#include <inlay/array.h>
#include <inlay/builder.h>
#include <inlay/c_data.h>
#include <inlay/codec.h>
#include <inlay/cpu.h>
#include <inlay/executor.h>
#include <inlay/ipc.h>
#include <inlay/memory.h>
#include <inlay/parquet.h>
#include <inlay/row_builder.h>
#include <inlay/sink.h>
#include <inlay/source.h>
#include <inlay/status.h>
#include <inlay/types.h>
#include <inlay/version.h>
