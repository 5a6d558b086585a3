#include "engine/ipc/projection.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include "engine/columns/data_type_builder.h"
#include "engine/columns/field_path.h"
#include "engine/columns/type_match.h"

namespace inlay::ipc {
namespace {

// What remains of a path below some field, and its place among the paths that were asked for.
struct PathTail {
  std::string_view tail;
  size_t index;
};

// A field that is kept: whole when nothing below it is named.
struct Kept {
  size_t member;  // position among its siblings
  std::vector<Kept> below;
};

// Members that cannot be told apart from their parent.
bool KeepsAllMembers(const DataType& type) {
  return type.id() == TypeId::kDenseUnion || type.id() == TypeId::kSparseUnion || type.id() == TypeId::kRunEndEncoded;
}

// Children as Arrow's schemas have them: a dictionary's are those of its values.
const std::vector<Field>& NamedChildren(const Field& field) {
  return field.type.id() == TypeId::kDictionary ? field.type.children()[0].type.children() : field.type.children();
}

class PathMatcher {
 public:
  explicit PathMatcher(const std::vector<std::string>& paths) : is_matched_(paths.size(), false) {
    for (size_t i = 0; i < paths.size(); ++i) all_.push_back({paths[i], i});
    std::sort(all_.begin(), all_.end(), [](const PathTail& a, const PathTail& b) { return a.tail < b.tail; });
  }

  std::vector<Kept> Match(const std::vector<Field>& fields) { return Members(fields, all_, false); }
  const std::vector<bool>& is_matched() const { return is_matched_; }

 private:
  // `tails` are in order. Fields that no tail names are left out, or kept whole.
  std::vector<Kept> Members(const std::vector<Field>& fields, std::span<const PathTail> tails, bool keep_all) {
    std::vector<Kept> kept;
    for (size_t i = 0; i < fields.size(); ++i) {
      const std::string& name = fields[i].name;
      bool whole = false;
      std::vector<PathTail> deeper;
      const auto first = std::lower_bound(tails.begin(), tails.end(), name,
                                          [](const PathTail& path, const std::string& n) { return path.tail < n; });
      for (auto path = first; path != tails.end() && path->tail.starts_with(name); ++path) {
        if (path->tail.size() == name.size()) {
          whole = is_matched_[path->index] = true;
        } else if (path->tail[name.size()] == '.') {
          deeper.push_back({path->tail.substr(name.size() + 1), path->index});
        }
      }
      std::vector<Kept> below;
      if (!deeper.empty()) {
        below = fields[i].type.id() == TypeId::kMap
                    ? MapEntries(fields[i], deeper)
                    : Members(NamedChildren(fields[i]), deeper, KeepsAllMembers(fields[i].type));
        if (fields[i].type.id() == TypeId::kDictionary && !below.empty()) whole = true;
      }
      if (whole || (keep_all && below.empty())) {
        kept.push_back({i, {}});
      } else if (!below.empty()) {
        kept.push_back({i, std::move(below)});
      }
    }
    return kept;
  }

  // A map's one child, the struct of keys and values, keeps both.
  std::vector<Kept> MapEntries(const Field& map, std::span<const PathTail> tails) {
    std::vector<Kept> entries = Members(map.type.children(), tails, false);
    if (entries.empty() || entries[0].below.empty()) return entries;
    std::vector<Kept>& below = entries[0].below;
    for (size_t member : {size_t{0}, size_t{1}}) {
      if (std::none_of(below.begin(), below.end(), [&](const Kept& kept) { return kept.member == member; })) {
        below.insert(below.begin() + static_cast<ptrdiff_t>(member), {member, {}});
      }
    }
    return entries;
  }

  std::vector<PathTail> all_;
  std::vector<bool> is_matched_;
};

std::vector<Field> Prune(const std::vector<Field>& fields, const std::vector<Kept>& kept);

Field Prune(const Field& field, const Kept& kept) {
  if (kept.below.empty()) return field;
  DataTypeBuilder builder(field.type.id());
  builder.type = field.type;
  builder.Children(Prune(field.type.children(), kept.below));
  return {field.name, builder.Build(), field.nullable, field.metadata};
}

std::vector<Field> Prune(const std::vector<Field>& fields, const std::vector<Kept>& kept) {
  std::vector<Field> result;
  result.reserve(kept.size());
  for (const Kept& field : kept) result.push_back(Prune(fields[field.member], field));
  return result;
}

}  // namespace

// Walks the whole schema, in the order of messages, beside what is kept of it.
class ProjectionMaker {
 public:
  explicit ProjectionMaker(Projection* result) : result_(*result) {}

  Status Run(const std::vector<Kept>* kept) {
    result_.schema_ = kept == nullptr ? &result_.decoded_->schema : &result_.pruned_;
    message_ = &result_.batch_;
    return Members(result_.decoded_->schema.fields, kept, &result_.schema_->fields, &message_->columns);
  }

 private:
  // `kept` null: all of them; `read` null: none.
  Status Members(const std::vector<Field>& fields, const std::vector<Kept>* kept, const std::vector<Field>* read,
                 std::vector<ColumnPlan>* out) {
    if (read != nullptr) {
      out->resize(read->size());
      message_->num_arrays += read->size();
    }
    size_t next = 0;
    for (size_t i = 0; i < fields.size(); ++i) {
      const bool is_kept = read != nullptr && (kept == nullptr || (next < kept->size() && (*kept)[next].member == i));
      const std::vector<Kept>* below = nullptr;
      if (is_kept && kept != nullptr && !(*kept)[next].below.empty()) below = &(*kept)[next].below;
      const Status status = is_kept ? Array(fields[i].type, below, &(*read)[next], &(*out)[next])
                                    : Array(fields[i].type, nullptr, nullptr, nullptr);
      if (!status.ok()) return status;
      next += is_kept;
    }
    return {};
  }

  Status Array(const DataType& type, const std::vector<Kept>* kept, const Field* read, ColumnPlan* out) {
    const Layout layout = LayoutOf(type.id());
    MessagePosition& position = message_->end;
    if (read != nullptr) {
      out->field = read;
      out->layout = layout;
      out->position = position;
    }
    position.nodes += 1;
    position.buffers += static_cast<uint32_t>(NumBuffers(layout));
    position.variadic_counts += layout == Layout::kViews;
    position.v4_bitmaps += layout != Layout::kNull && !HasValidity(layout);
    if (layout == Layout::kDictionary) return Values(type.children()[0].type, read, out);
    return Members(type.children(), kept, read == nullptr ? nullptr : &read->type.children(),
                   read == nullptr ? nullptr : &out->children);
  }

  // Of a dictionary. They come in messages of their own; dictionaries below them have their ids behind this one's.
  Status Values(const DataType& type, const Field* read, ColumnPlan* out) {
    const int64_t id = result_.decoded_->dictionary_ids[next_dictionary_++];
    const Field* const values = read == nullptr ? nullptr : &read->type.children()[0];
    MessagePlan plan;
    if (read != nullptr) {
      out->dictionary_id = id;
      plan.columns.resize(1);
      plan.num_arrays = 1;
    }
    MessagePlan* const outer = std::exchange(message_, &plan);
    Status status = Array(type, nullptr, values, read == nullptr ? nullptr : &plan.columns[0]);
    message_ = outer;
    if (!status.ok() || read == nullptr) return status;
    const auto [known, is_new] = result_.dictionaries_.try_emplace(id, std::move(plan));
    if (!is_new && !SameType(known->second.columns[0].field->type, values->type)) {
      return Status::CorruptData("dictionary " + std::to_string(id) + " stands for values of type " +
                                 known->second.columns[0].field->type.ToString() + " and of type " +
                                 values->type.ToString());
    }
    return {};
  }

  Projection& result_;
  MessagePlan* message_ = nullptr;
  size_t next_dictionary_ = 0;
};

Result<std::shared_ptr<const Projection>> Projection::Make(std::shared_ptr<const DecodedSchema> decoded,
                                                           const std::vector<std::string>& paths) {
  const std::shared_ptr<Projection> result(new Projection);
  result->decoded_ = std::move(decoded);
  const Schema& whole = result->decoded_->schema;
  std::vector<Kept> kept;
  if (!paths.empty()) {
    PathMatcher matcher(paths);
    kept = matcher.Match(whole.fields);
    for (size_t i = 0; i < paths.size(); ++i) {
      if (matcher.is_matched()[i]) continue;
      return Status::InvalidArgument("there is no column '" + paths[i] + "'" + NearestPaths(paths[i], AllPaths(whole)));
    }
    result->pruned_ = {Prune(whole.fields, kept), whole.metadata};
  }
  const Status status = ProjectionMaker(result.get()).Run(paths.empty() ? nullptr : &kept);
  if (!status.ok()) return status;
  return std::shared_ptr<const Projection>(result);
}

const MessagePlan* Projection::dictionary(int64_t id) const {
  const auto found = dictionaries_.find(id);
  return found == dictionaries_.end() ? nullptr : &found->second;
}

bool Projection::HasDictionary(int64_t id) const {
  return std::find(decoded_->dictionary_ids.begin(), decoded_->dictionary_ids.end(), id) !=
         decoded_->dictionary_ids.end();
}

}  // namespace inlay::ipc
