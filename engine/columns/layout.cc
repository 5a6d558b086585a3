#include "engine/columns/layout.h"

namespace inlay {

Layout LayoutOf(TypeId id) {
  switch (id) {
    case TypeId::kNull:
      return Layout::kNull;
    case TypeId::kBool:
      return Layout::kBits;
    case TypeId::kUtf8:
    case TypeId::kBinary:
      return Layout::kBytes32;
    case TypeId::kLargeUtf8:
    case TypeId::kLargeBinary:
      return Layout::kBytes64;
    case TypeId::kUtf8View:
    case TypeId::kBinaryView:
      return Layout::kViews;
    case TypeId::kList:
    case TypeId::kMap:
      return Layout::kList32;
    case TypeId::kLargeList:
      return Layout::kList64;
    case TypeId::kListView:
      return Layout::kListView32;
    case TypeId::kLargeListView:
      return Layout::kListView64;
    case TypeId::kFixedSizeList:
      return Layout::kFixedSizeList;
    case TypeId::kStruct:
      return Layout::kStruct;
    case TypeId::kDenseUnion:
      return Layout::kDenseUnion;
    case TypeId::kSparseUnion:
      return Layout::kSparseUnion;
    case TypeId::kDictionary:
      return Layout::kDictionary;
    case TypeId::kRunEndEncoded:
      return Layout::kRunEndEncoded;
    default:
      return Layout::kFixed;
  }
}

}  // namespace inlay
