// Everything.
#pragma once

#include <inlay/array.h>
#include <inlay/c_data.h>
#include <inlay/memory.h>
#include <inlay/sink.h>
#include <inlay/source.h>
#include <inlay/status.h>
#include <inlay/types.h>
#include <inlay/version.h>
