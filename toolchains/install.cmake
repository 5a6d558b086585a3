# What `cmake --install` puts where: headers, both libraries, find_package(inlay) and pkg-config; and Debian packages of it.
include(CMakePackageConfigHelpers)

set(inlay_config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/inlay)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/inlay ${PROJECT_BINARY_DIR}/include/inlay
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev FILES_MATCHING PATTERN "*.h")
foreach(kind static shared)
  install(TARGETS inlay_${kind} EXPORT inlay-${kind}
          LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_COMPONENT dev
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev)
  install(EXPORT inlay-${kind} NAMESPACE inlay:: DESTINATION ${inlay_config_dir} COMPONENT dev)
endforeach()

# The static library is linked with these by its users; they are the packages of pkg-config, and threads.
get_target_property(libraries inlay_objects INLAY_LINK_LIBRARIES)
set(INLAY_PRIVATE_PACKAGES "")
set(INLAY_LIBS_PRIVATE "")
foreach(library IN LISTS libraries)
  if(library MATCHES "^PkgConfig::(.+)$")
    list(APPEND INLAY_PRIVATE_PACKAGES ${CMAKE_MATCH_1})
  elseif(library STREQUAL "Threads::Threads")
    string(APPEND INLAY_LIBS_PRIVATE " ${CMAKE_THREAD_LIBS_INIT}")
  elseif(library)
    message(FATAL_ERROR "toolchains/install.cmake does not know how users of the static library find ${library}")
  endif()
endforeach()
list(JOIN INLAY_PRIVATE_PACKAGES " " INLAY_PRIVATE_PACKAGES)

configure_package_config_file(${PROJECT_SOURCE_DIR}/toolchains/inlayConfig.cmake.in
                              ${PROJECT_BINARY_DIR}/package/inlayConfig.cmake
                              INSTALL_DESTINATION ${inlay_config_dir})
# 0.x: a minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/package/inlayConfigVersion.cmake COMPATIBILITY SameMinorVersion)
# Relative, so that the installed tree may move.
file(RELATIVE_PATH INLAY_PC_PREFIX ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
configure_file(${PROJECT_SOURCE_DIR}/toolchains/inlay.pc.in ${PROJECT_BINARY_DIR}/package/inlay.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/package/inlayConfig.cmake ${PROJECT_BINARY_DIR}/package/inlayConfigVersion.cmake
        DESTINATION ${inlay_config_dir} COMPONENT dev)
install(FILES ${PROJECT_BINARY_DIR}/package/inlay.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT dev)

if(PROJECT_IS_TOP_LEVEL)
  set(so_version ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  set(CPACK_GENERATOR DEB)
  set(CPACK_PACKAGE_NAME inlay)
  set(CPACK_PACKAGE_CONTACT "The inlay authors")
  set(CPACK_STRIP_FILES ON)
  set(CPACK_DEB_COMPONENT_INSTALL ON)
  set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR})
  set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME libinlay${so_version})
  set(CPACK_DEBIAN_DEV_PACKAGE_NAME libinlay-dev)
  set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
  set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS
      "libinlay${so_version} (= ${PROJECT_VERSION}), libzstd-dev, liblz4-dev, libsnappy-dev, libdeflate-dev, pkg-config")
  set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME inlay)
  set(CPACK_COMPONENTS_ALL runtime dev)
  if(INLAY_BUILD_TOOLS)
    list(APPEND CPACK_COMPONENTS_ALL tools)
  endif()
  include(CPack)
endif()
