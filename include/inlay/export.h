#pragma once

// Marks what the shared library exports; everything else in it is hidden. Stands before a function's declaration, or
// between `class` and the name, also beside other attributes.
#if defined(__GNUC__)
#define INLAY_EXPORT [[gnu::visibility("default")]]
#else
#define INLAY_EXPORT
#endif
