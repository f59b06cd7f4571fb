// Files served from a folder, asked for in raw bytes.
#include "node/http/static_files.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_folder.h"
#include "tests/unit/http/fixture.h"

namespace buzzer::http {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class StaticFilesTest : public HttpTest {
 protected:
  void write(const std::string& name, std::string_view content) const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << content;
  }
  void serve(const std::string& prefix = "/", bool is_web_client = false, std::string policy = "") {
    auto read = StaticFiles::read({folder_.path(), prefix, is_web_client, std::move(policy)});
    ASSERT_TRUE(read) << read.error().message;
    files_ = *std::move(read);
    routes_.add_prefix(
        prefix, [this](const Request& request, const Answer& answer) { answer.respond(files_->answer(request)); });
    start();
  }

  tests::TempFolder folder_;
  std::unique_ptr<const StaticFiles> files_;
};

TEST_F(StaticFilesTest, FilesComeWithTheirTypeAndMustBeAskedForAgain) {
  write("index.html", "<p>hi");
  write("deep/er/a.js", "1");
  write("data", "x");
  serve("/static/");
  const Reply page = ask(get("/static/index.html"));
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.body, "<p>hi");
  EXPECT_EQ(page.header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(page.header("Cache-Control"), "no-cache");
  EXPECT_EQ(page.header("Content-Security-Policy"), "-");
  EXPECT_EQ(page.header("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(page.header("Vary"), "-");
  EXPECT_EQ(ask(get("/static/")).body, "<p>hi");
  EXPECT_EQ(ask(get("/static/deep/er/a.js")).header("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(ask(get("/static/data")).header("Content-Type"), "application/octet-stream");
  EXPECT_EQ(ask(get("/static/deep/")).status, 404);
  EXPECT_EQ(ask(get("/static/no")).status, 404);
}

TEST_F(StaticFilesTest, WhoHasTheFileIsToldSoInsteadOfGettingIt) {
  write("a.txt", "one");
  write("b.txt", "two");
  serve();
  const std::string tag = ask(get("/a.txt")).header("ETag");
  EXPECT_THAT(tag, testing::MatchesRegex("\"[0-9a-f]+\""));
  for (const std::string& tags : {tag, "\"x\", W/" + tag, std::string("*")}) {
    const auto client = connect();
    client->send(get("/a.txt", "If-None-Match: " + tags + "\r\n") + get("/b.txt"));
    const Reply unchanged = reply(*client);
    EXPECT_EQ(unchanged.status, 304) << tags;
    EXPECT_EQ(unchanged.header("ETag"), tag);
    EXPECT_EQ(unchanged.header("Content-Length"), "-");
    EXPECT_EQ(reply(*client).body, "two");
  }
  EXPECT_EQ(ask(get("/b.txt", "If-None-Match: " + tag + "\r\n")).status, 200);
}

TEST_F(StaticFilesTest, CompressedSiblingsGoToWhoAcceptsThem) {
  write("app.js", "plain");
  write("app.js.br", "brotli");
  write("app.js.gz", "gzip");
  write("only.css", "plain");
  write("only.css.gz", "gzip");
  write("archive.gz", "itself");
  serve();
  const auto body = [&](const std::string& path, const std::string& accepted) {
    return ask(get(path, "Accept-Encoding: " + accepted + "\r\n")).body;
  };
  EXPECT_EQ(body("/app.js", "gzip, deflate, br"), "brotli");
  EXPECT_EQ(body("/app.js", "gzip;q=0.5"), "gzip");
  EXPECT_EQ(body("/app.js", "br;q=0, GZIP"), "gzip");
  EXPECT_EQ(body("/app.js", "br;q=0.000, *"), "gzip");
  EXPECT_EQ(body("/app.js", "*"), "brotli");
  EXPECT_EQ(body("/app.js", "*;q=0"), "plain");
  EXPECT_EQ(body("/app.js", "deflate"), "plain");
  EXPECT_EQ(body("/only.css", "br, gzip"), "gzip");
  const Reply compressed = ask(get("/app.js", "Accept-Encoding: br\r\n"));
  EXPECT_EQ(compressed.header("Content-Encoding"), "br");
  EXPECT_EQ(compressed.header("Vary"), "Accept-Encoding");
  EXPECT_EQ(compressed.header("Content-Type"), "text/javascript; charset=utf-8");
  const Reply plain = ask(get("/app.js"));
  EXPECT_EQ(plain.body, "plain");
  EXPECT_EQ(plain.header("Vary"), "Accept-Encoding");
  EXPECT_EQ(plain.header("Content-Encoding"), "-");
  EXPECT_NE(plain.header("ETag"), compressed.header("ETag"));
  EXPECT_EQ(ask(get("/archive.gz")).body, "itself");
  EXPECT_EQ(ask(get("/app.js.gz")).status, 404);
}

TEST_F(StaticFilesTest, NamesWithAHashBelowAssetsAreKeptForEver) {
  write("assets/index-DiwrgTda.js", "1");
  write("assets/a-b-DiwrgT_a.module.css", "1");
  write("assets/logo.svg", "1");
  write("assets/short-DiwrgTd.js", "1");
  write("index-DiwrgTda.js", "1");
  serve();
  const auto cached = [&](const std::string& path) { return ask(get(path)).header("Cache-Control"); };
  EXPECT_EQ(cached("/assets/index-DiwrgTda.js"), "public, max-age=31536000, immutable");
  EXPECT_EQ(cached("/assets/a-b-DiwrgT_a.module.css"), "public, max-age=31536000, immutable");
  EXPECT_EQ(cached("/assets/logo.svg"), "no-cache");
  EXPECT_EQ(cached("/assets/short-DiwrgTd.js"), "no-cache");
  EXPECT_EQ(cached("/index-DiwrgTda.js"), "no-cache");
}

TEST_F(StaticFilesTest, PagesOfTheWebClientAreItsIndex) {
  write("index.html", "<p>app");
  write("assets/a.js", "1");
  serve("/", true, web_client_policy("ws://127.0.0.1:8081"));
  for (const char* path : {"/", "/alice", "/alice/123?x=1", "/topic/caf%C3%A9"}) {
    const Reply page = ask(get(path));
    EXPECT_EQ(page.body, "<p>app") << path;
    EXPECT_THAT(page.header("Content-Security-Policy"), HasSubstr("connect-src 'self' ws://127.0.0.1:8081;"));
    EXPECT_THAT(page.header("Content-Security-Policy"), HasSubstr("frame-ancestors 'none'"));
  }
  EXPECT_EQ(ask(get("/assets/gone.js")).status, 404);
  EXPECT_EQ(ask("POST / HTTP/1.1\r\nHost: localhost\r\n\r\n").status, 405);
}

TEST_F(StaticFilesTest, NothingOutsideOfTheFolderIsReached) {
  tests::TempFolder outside;
  std::ofstream(outside / "secret.txt") << "secret";
  write("inside.txt", "inside");
  write(".env", "secret");
  write(".git/config.txt", "secret");
  write("back\\slash.txt", "secret");
  fs::create_symlink(outside / "secret.txt", folder_ / "link.txt");
  fs::create_directory_symlink(outside.path(), folder_ / "folder");
  fs::create_symlink("nowhere", folder_ / "dangling.txt");
  fs::create_symlink("inside.txt", folder_ / "alias.txt");
  // A neighbour whose name begins as the folder's does.
  fs::create_directory(folder_.path().string() + "-next");
  std::ofstream(folder_.path().string() + "-next/secret.txt") << "secret";
  fs::create_symlink(folder_.path().string() + "-next/secret.txt", folder_ / "next.txt");
  serve("/s/");
  fs::remove_all(folder_.path().string() + "-next");
  const std::string up = outside.path().filename().string();
  for (const std::string& path :
       {"/s/../" + up + "/secret.txt", "/s/%2e%2e/" + up + "/secret.txt", "/s/..%2f" + up + "/secret.txt",
        "/s/..%5c" + up + "/secret.txt", "/s//" + (outside / "secret.txt").string(),
        "/s/" + (outside / "secret.txt").string(), std::string("/s/link.txt"), std::string("/s/folder/secret.txt"),
        std::string("/s/dangling.txt"), std::string("/s/.env"), std::string("/s/.git/config.txt"),
        std::string("/s/back%5cslash.txt"), std::string("/s/next.txt"), std::string("/s/./inside.txt"),
        std::string("/s//inside.txt")}) {
    const Reply answer = ask(get(path));
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_THAT(answer.body, testing::Not(HasSubstr("secret")));
  }
  EXPECT_EQ(ask(get("/s/inside.txt%00.html")).status, 400);
  EXPECT_EQ(ask(get("/s/inside.txt")).body, "inside");
  EXPECT_EQ(ask(get("/s/alias.txt")).body, "inside");
  EXPECT_EQ(files_->size(), 2U);
}

TEST_F(StaticFilesTest, FolderIsReadOnceAndAsAWhole) {
  write("a.txt", "before");
  serve();
  write("a.txt", "after");
  write("b.txt", "new");
  EXPECT_EQ(ask(get("/a.txt")).body, "before");
  EXPECT_EQ(ask(get("/b.txt")).status, 404);
}

TEST_F(StaticFilesTest, FolderThatIsTooLargeOrNotThereIsNamed) {
  write("a.txt", "12345");
  write("b.txt", "67890");
  StaticFilesOptions options;
  options.folder = folder_.path();
  options.most_bytes = 10;
  EXPECT_TRUE(StaticFiles::read(options));
  options.most_bytes = 9;
  const auto large = StaticFiles::read(options);
  ASSERT_FALSE(large);
  EXPECT_THAT(large.error().message, HasSubstr(folder_.path().string()));
  EXPECT_THAT(large.error().message, HasSubstr("9 bytes"));
  options.folder = folder_ / "missing";
  const auto missing = StaticFiles::read(options);
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("missing"));
}

}  // namespace
}  // namespace buzzer::http
