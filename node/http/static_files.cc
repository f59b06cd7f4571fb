#include "node/http/static_files.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <utility>

#include <xxhash.h>

#include "base/check.h"
#include "node/http/content_types.h"

namespace buzzer::http {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> kSuffixes{"", ".gz", ".br"};
constexpr std::array<std::string_view, 3> kCodings{"identity", "gzip", "br"};
constexpr std::string_view kIndex = "index.html";
constexpr std::size_t kLeastHash = 8;  // characters

bool is_servable(std::string_view name) {
  return name.front() != '.' && std::none_of(name.begin(), name.end(), [](char c) {
           return c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
         });
}

bool is_hash_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// "-", eight or more characters of a hash, ".".
bool has_hash(std::string_view name) {
  for (std::size_t dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.', dot + 1)) {
    std::size_t begin = dot;
    while (begin > 0 && is_hash_character(name[begin - 1])) --begin;
    const std::size_t dash = name.find('-', begin);
    if (dash < dot && dot - dash - 1 >= kLeastHash) return true;
  }
  return false;
}

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool is_inside(const fs::path& path, const fs::path& folder) {
  const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  static_cast<void>(rest);
  return end == folder.end();
}

std::string tag_of(const std::string& bytes) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "\"%016llx\"",
                static_cast<unsigned long long>(XXH64(bytes.data(), bytes.size(), 0)));
  return text.data();
}

// Whether the client wants what is encoded so (RFC 9110, section 12.5.3).
bool accepts(const client::HeaderList& headers, std::string_view coding) {
  bool any_other = false;
  for (const std::string_view element : headers.elements("Accept-Encoding")) {
    const std::size_t end = element.find_first_of("; \t");
    const std::string_view name = element.substr(0, end);
    std::string_view weight = element.substr(std::min(element.size(), end));
    weight.remove_prefix(std::min(weight.size(), weight.find('=')));
    // "=0", "=0.0", "=0.000": not at all.
    const bool wanted = weight.empty() || weight.find_first_not_of("=0.") != std::string_view::npos;
    if (client::equal_in_any_case(name, coding)) return wanted;
    if (name == "*") any_other = wanted;
  }
  return any_other;
}

bool has_tag(const client::HeaderList& headers, std::string_view tag) {
  const auto tags = headers.elements("If-None-Match");
  return std::any_of(tags.begin(), tags.end(), [&](std::string_view known) {
    if (known.substr(0, 2) == "W/") known.remove_prefix(2);
    return known == tag || known == "*";
  });
}

base::Result<std::string> content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) return base::fail("cannot read " + path.string());
  return bytes;
}

}  // namespace

std::string web_client_policy(std::string_view connect_to) {
  std::string connect = "connect-src 'self'";
  if (!connect_to.empty()) connect.append(" ").append(connect_to);
  return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
         "manifest-src 'self'; worker-src 'self'; " +
         connect + "; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
}

base::Result<std::unique_ptr<const StaticFiles>> StaticFiles::read(StaticFilesOptions options) {
  BUZZER_CHECK(!options.prefix.empty() && options.prefix.front() == '/' && options.prefix.back() == '/');
  std::unique_ptr<StaticFiles> files(new StaticFiles(std::move(options)));
  try {
    if (auto done = files->read_folder(); !done) return tl::unexpected(done.error());
  } catch (const fs::filesystem_error& error) {
    return base::fail("cannot read the folder " + files->options_.folder.string() + ": " + error.code().message());
  }
  return files;
}

base::Result<void> StaticFiles::read_folder() {
  const fs::path folder = fs::canonical(options_.folder);
  std::map<std::string, fs::path> found;
  std::uintmax_t size = 0;
  for (auto it = fs::recursive_directory_iterator(folder); it != fs::recursive_directory_iterator(); ++it) {
    if (!is_servable(it->path().filename().string())) {
      it.disable_recursion_pending();
      continue;
    }
    std::error_code dangling;
    const fs::path path = fs::canonical(it->path(), dangling);
    if (dangling || !is_inside(path, folder) || !fs::is_regular_file(path)) continue;
    size += fs::file_size(path);
    if (size > options_.most_bytes) {
      return base::fail("the files in " + folder.string() + " are larger than the " +
                        std::to_string(options_.most_bytes) + " bytes that are served from memory");
    }
    found.emplace(it->path().lexically_relative(folder).generic_string(), path);
  }
  for (const auto& [name, path] : found) {
    auto bytes = content_of(path);
    if (!bytes) return tl::unexpected(bytes.error());
    std::string plain = name;
    Encoding encoding = kPlain;
    for (const Encoding compressed : {kGzip, kBrotli}) {
      const std::string_view suffix = kSuffixes.at(compressed);
      const std::string stem = name.substr(0, name.size() - std::min(name.size(), suffix.size()));
      if (stem + std::string(suffix) != name || found.count(stem) == 0) continue;
      plain = stem;
      encoding = compressed;
    }
    File& file = files_[plain];
    file.type = content_type_of(plain);
    file.is_immutable = plain.rfind("assets/", 0) == 0 && has_hash(last_part(plain));
    Content& content = file.contents.at(encoding);
    content.tag = tag_of(*bytes);
    content.bytes = std::make_shared<const std::string>(*std::move(bytes));
  }
  // What is there compressed only, such as the `a.br.gz` beside an `a` and its `a.br`.
  for (auto it = files_.begin(); it != files_.end();)
    it = it->second.contents.at(kPlain).bytes ? ++it : files_.erase(it);
  return {};
}

const StaticFiles::File* StaticFiles::find(std::string_view path) const {
  if (path.substr(0, options_.prefix.size()) != options_.prefix) return nullptr;
  path.remove_prefix(options_.prefix.size());
  std::string name(path);
  if (last_part(path).empty()) name += kIndex;
  auto found = files_.find(name);
  if (found == files_.end() && options_.is_web_client && last_part(path).find('.') == std::string_view::npos) {
    found = files_.find(kIndex);
  }
  return found == files_.end() ? nullptr : &found->second;
}

StaticFiles::Encoding StaticFiles::choose(const File& file, const client::HeaderList& headers) {
  for (const Encoding encoding : {kBrotli, kGzip}) {
    if (file.contents.at(encoding).bytes && accepts(headers, kCodings.at(encoding))) return encoding;
  }
  return kPlain;
}

Response StaticFiles::answer(const Request& request) const {
  const File* const file = find(request.path);
  if (file == nullptr) return problem(404, "not_found", "there is no such file");
  const Encoding encoding = choose(*file, request.headers);
  const Content& content = file->contents.at(encoding);
  Response response;
  response.content_policy = options_.content_policy;
  response.headers = {
      {"Content-Type", std::string(file->type)},
      {"ETag", content.tag},
      {"Cache-Control", file->is_immutable ? "public, max-age=31536000, immutable" : "no-cache"},
  };
  if (file->contents.at(kGzip).bytes || file->contents.at(kBrotli).bytes) {
    response.headers.push_back({"Vary", "Accept-Encoding"});
  }
  if (encoding != kPlain) response.headers.push_back({"Content-Encoding", std::string(kCodings.at(encoding))});
  if (has_tag(request.headers, content.tag)) {
    response.status = 304;
  } else {
    response.body = content.bytes;
  }
  return response;
}

}  // namespace buzzer::http
