# Cross build on Debian or Ubuntu: g++-s390x-linux-gnu, the libraries of the foreign architecture beside the machine's own
# (multiarch), and qemu to run what was built. QEMU_CPU chooses the CPU that qemu plays.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR s390x)
set(CMAKE_C_COMPILER s390x-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER s390x-linux-gnu-g++)
set(CMAKE_LIBRARY_ARCHITECTURE s390x-linux-gnu)

# Headers that do not depend on the architecture stand in /usr/include for all of them; libraries, CMake packages and
# pkg-config files come from the foreign architecture's folders alone.
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_IGNORE_PREFIX_PATH /usr/local)
set(ENV{PKG_CONFIG_PATH} "")
set(ENV{PKG_CONFIG_LIBDIR} /usr/lib/s390x-linux-gnu/pkgconfig:/usr/share/pkgconfig)

set(CMAKE_CROSSCOMPILING_EMULATOR qemu-s390x-static)
