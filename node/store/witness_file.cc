#include "node/store/witness_file.h"

#include "node/store/key_schema.h"

namespace buzzer::store {
namespace {

using rocksdb::IOStatus;

IOStatus sync_folder_of(rocksdb::FileSystem& files, const std::string& path) {
  std::unique_ptr<rocksdb::FSDirectory> folder;
  IOStatus done = files.NewDirectory(path.substr(0, path.rfind('/')), {}, &folder, nullptr);
  if (done.ok()) done = folder->Fsync({}, nullptr);
  return done;
}

}  // namespace

IOStatus WitnessFile::read(rocksdb::FileSystem& files, const std::string& path,
                           std::optional<std::uint64_t>& sequence) {
  sequence.reset();
  IOStatus exists = files.FileExists(path, {}, nullptr);
  if (exists.IsNotFound()) return IOStatus::OK();
  if (!exists.ok()) return exists;
  std::string content;
  if (IOStatus done = rocksdb::ReadFileToString(&files, path, &content); !done.ok()) return done;
  sequence = decode_number(content);
  if (!sequence) return IOStatus::Corruption(path + " has " + std::to_string(content.size()) + " bytes instead of 8");
  return IOStatus::OK();
}

IOStatus WitnessFile::replace(rocksdb::FileSystem& files, const std::string& path, std::uint64_t sequence) {
  const auto bytes = encode_number(sequence);
  const std::string scratch = path + ".new";
  IOStatus done = rocksdb::WriteStringToFile(&files, {bytes.data(), bytes.size()}, scratch, /*should_sync=*/true);
  if (done.ok()) done = files.RenameFile(scratch, path, {}, nullptr);
  if (done.ok()) done = sync_folder_of(files, path);
  return done;
}

IOStatus WitnessFile::open(rocksdb::FileSystem& files, const std::string& path, std::unique_ptr<WitnessFile>& opened) {
  std::unique_ptr<rocksdb::FSRandomRWFile> file;
  IOStatus done = files.NewRandomRWFile(path, {}, &file, nullptr);
  if (done.ok()) opened = std::make_unique<WitnessFile>(std::move(file));
  return done;
}

WitnessFile::~WitnessFile() {
  file_->Fsync({}, nullptr).PermitUncheckedError();
  file_->Close({}, nullptr).PermitUncheckedError();
}

IOStatus WitnessFile::write(std::uint64_t sequence) {
  const auto bytes = encode_number(sequence);
  return file_->Write(0, {bytes.data(), bytes.size()}, {}, nullptr);
}

}  // namespace buzzer::store
