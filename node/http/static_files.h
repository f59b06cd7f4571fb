// A folder of files served below a prefix. It is read once, at the start, and kept in memory by path: what is asked for
// never reaches the file system, and changes on disk show after a restart.
//
// Left out: names that begin with a dot or hold a backslash or a control character, folders behind symbolic links, and
// links that lead out of the folder. A folder with more than `most_bytes` is refused as a whole, since serving a part
// of it would surprise.
//
// `app.js.br` and `app.js.gz` beside `app.js` are the same file compressed, for who accepts that. Below `assets/` a
// name that holds a hash of the content (`index-DiwrgTda.js`) may be kept by clients for ever; anything else they ask
// for again each time, with the ETag that they have, and mostly get 304.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"
#include "node/http/message.h"

namespace buzzer::http {

struct StaticFilesOptions {
  std::filesystem::path folder;
  std::string prefix = "/";                // begins and ends with "/"
  bool is_web_client = false;              // paths without extension are its pages: index.html answers them
  std::string content_policy;              // Content-Security-Policy of all files; empty: none
  std::uintmax_t most_bytes = 64UL << 20;  // of all files together, compressed ones too
};

// The Content-Security-Policy of our own web client: everything comes from its server. `connect_to`: origins that it
// may connect to besides, such as "ws://127.0.0.1:8081"; separated by spaces.
[[nodiscard]] std::string web_client_policy(std::string_view connect_to = "");

// Immutable: any thread.
class StaticFiles {
 public:
  // Errors name the folder or file that cannot be read, or the limit.
  [[nodiscard]] static base::Result<std::unique_ptr<const StaticFiles>> read(StaticFilesOptions options);

  // Of a GET or HEAD below the prefix. A path that ends with "/" means the index.html there.
  [[nodiscard]] Response answer(const Request& request) const;

  [[nodiscard]] std::size_t size() const { return files_.size(); }

 private:
  enum Encoding : std::uint8_t { kPlain, kGzip, kBrotli, kEncodings };

  // One file as it goes over the wire.
  struct Content {
    std::shared_ptr<const std::string> bytes;  // null: there is none of this encoding
    std::string tag;                           // for ETag, with its quotes
  };
  struct File {
    std::array<Content, kEncodings> contents;
    std::string_view type;
    bool is_immutable = false;
  };

  explicit StaticFiles(StaticFilesOptions options) : options_(std::move(options)) {}

  base::Result<void> read_folder();
  [[nodiscard]] const File* find(std::string_view path) const;
  [[nodiscard]] static Encoding choose(const File& file, const client::HeaderList& headers);

  const StaticFilesOptions options_;
  std::map<std::string, File, std::less<>> files_;  // by path below the folder
};

}  // namespace buzzer::http
