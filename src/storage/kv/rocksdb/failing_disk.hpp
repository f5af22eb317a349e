// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A disk in memory whose power fails at the operation that a test names: for tests alone. Every append, sync, sync of a
// folder, rename, creation, deletion and truncation is one operation. There is one folder. A file's content survives up to its last sync, and a
// name (created, renamed, deleted) from the next sync of the folder on; a new file's also from its own first sync on, as
// journalling file systems have it and RocksDB expects it. What becomes of the rest is the kind of loss.
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/system_clock.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/prng.hpp"

namespace hanse::kv {

enum class Loss : std::uint8_t {
  none,        // only the process died: the system still writes everything
  unsynced,    // everything that was not synced
  torn,        // half of the last write
  tails,       // of each file a random part of what was not synced
  names,       // as before, and a random part of the changes of names that were not synced
  zeros,       // files have their new lengths, but from some sector on not their content
};
constexpr Loss kLosses[] = {Loss::none, Loss::unsynced, Loss::torn, Loss::tails, Loss::names, Loss::zeros};

class FailingDisk final : public rocksdb::FileSystemWrapper {
 public:
  FailingDisk() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  static const char* kClassName() { return "FailingDisk"; }
  const char* Name() const override { return kClassName(); }

  std::uint64_t operations() const { return counted_; }
  void fail_at(std::uint64_t operation) { fail_at_ = operation; }     // 0: never
  bool is_off() const { return off_; }
  void refuse_reads(std::string_view of) { unreadable_ = of; }        // of tables with that in their names

  // After the last user has gone: what the disk holds when the power is back.
  void restart(Loss loss, Prng& prng) {
    const std::lock_guard lock(mutex_);
    for (const Change& change : changes_)
      if (loss != Loss::unsynced && (loss != Loss::names || prng.chance(1, 2))) apply(change, durable_);
    changes_.clear();
    std::map<std::shared_ptr<File>, std::size_t> kept;
    for (const auto& [name, file] : durable_) kept.try_emplace(file, kept_of(*file, loss, prng));
    for (auto& [file, size] : kept) {
      if (loss == Loss::zeros && size > file->synced) std::fill(file->data.begin() + zeros_from(*file, prng), file->data.end(), '\0');
      else file->data.resize(size);
      file->synced = file->data.size();
    }
    names_ = durable_;
    last_written_.reset();
    counted_ = fail_at_ = 0;
    off_ = false;
  }

  // Whole disks, to be changed and put into another one.
  std::map<std::string, std::string> files() const {
    const std::lock_guard lock(mutex_);
    std::map<std::string, std::string> out;
    for (const auto& [name, file] : names_) out[name] = file->data;
    return out;
  }
  void put(const std::string& name, std::string data) {
    const std::size_t size = data.size();
    const std::lock_guard lock(mutex_);
    names_[name] = durable_[name] = std::make_shared<File>(File{std::move(data), size});
  }

  // ---- what RocksDB asks
  using Status = rocksdb::IOStatus;
  using Options = rocksdb::IOOptions;
  using Context = rocksdb::IODebugContext;

  Status NewWritableFile(const std::string& name, const rocksdb::FileOptions&, std::unique_ptr<rocksdb::FSWritableFile>* out,
                         Context*) override {
    const std::lock_guard lock(mutex_);
    if (!counts()) return power_failed();
    const auto file = std::make_shared<File>();
    change({name, file, {}});
    *out = std::make_unique<Writing>(*this, file);
    return Status::OK();
  }
  Status ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                            std::unique_ptr<rocksdb::FSWritableFile>* out, Context* context) override {
    std::unique_lock lock(mutex_);
    const auto at = names_.find(name);
    if (at == names_.end()) return lock.unlock(), NewWritableFile(name, options, out, context);
    *out = std::make_unique<Writing>(*this, at->second);
    return Status::OK();
  }
  Status NewSequentialFile(const std::string& name, const rocksdb::FileOptions&,
                           std::unique_ptr<rocksdb::FSSequentialFile>* out, Context*) override {
    return open<Sequential>(name, *out);
  }
  Status NewRandomAccessFile(const std::string& name, const rocksdb::FileOptions&,
                             std::unique_ptr<rocksdb::FSRandomAccessFile>* out, Context*) override {
    return open<Random>(name, *out);
  }
  Status NewRandomRWFile(const std::string&, const rocksdb::FileOptions&, std::unique_ptr<rocksdb::FSRandomRWFile>*,
                         Context*) override {
    return Status::NotSupported("random writes");
  }
  Status ReuseWritableFile(const std::string&, const std::string&, const rocksdb::FileOptions&,
                           std::unique_ptr<rocksdb::FSWritableFile>*, Context*) override {
    return Status::NotSupported("recycled logs");
  }
  Status NewDirectory(const std::string&, const Options&, std::unique_ptr<rocksdb::FSDirectory>* out, Context*) override {
    *out = std::make_unique<Folder>(*this);
    return Status::OK();
  }
  Status FileExists(const std::string& name, const Options&, Context*) override {
    const std::lock_guard lock(mutex_);
    return names_.contains(name) ? Status::OK() : Status::NotFound(name);
  }
  Status GetChildren(const std::string& folder, const Options&, std::vector<std::string>* out, Context*) override {
    const std::lock_guard lock(mutex_);
    out->clear();
    for (const auto& [name, file] : names_)
      if (name.starts_with(folder + "/")) out->push_back(name.substr(folder.size() + 1));
    return Status::OK();
  }
  Status GetChildrenFileAttributes(const std::string& folder, const Options& options,
                                   std::vector<rocksdb::FileAttributes>* out, Context* context) override {
    return FileSystem::GetChildrenFileAttributes(folder, options, out, context);
  }
  Status DeleteFile(const std::string& name, const Options&, Context*) override {
    const std::lock_guard lock(mutex_);
    if (!names_.contains(name)) return Status::NotFound(name);
    if (!counts()) return power_failed();
    change({{}, nullptr, name});
    return Status::OK();
  }
  Status RenameFile(const std::string& from, const std::string& to, const Options&, Context*) override {
    const std::lock_guard lock(mutex_);
    const auto at = names_.find(from);
    if (at == names_.end()) return Status::NotFound(from);
    const bool powered = counts();
    change({to, at->second, from});                      // under way when the power fails: done or not
    return powered ? Status::OK() : power_failed();
  }
  Status Truncate(const std::string& name, std::size_t size, const Options&, Context*) override {
    const std::lock_guard lock(mutex_);
    const auto at = names_.find(name);
    if (at == names_.end()) return Status::NotFound(name);
    if (!counts()) return power_failed();
    at->second->data.resize(size);
    at->second->synced = std::min(at->second->synced, size);
    return Status::OK();
  }
  Status GetFileSize(const std::string& name, const Options&, std::uint64_t* size, Context*) override {
    const std::lock_guard lock(mutex_);
    const auto at = names_.find(name);
    if (at == names_.end()) return Status::NotFound(name);
    *size = at->second->data.size();
    return Status::OK();
  }
  Status GetFileModificationTime(const std::string&, const Options&, std::uint64_t* time, Context*) override {
    *time = 0;
    return Status::OK();
  }
  Status IsDirectory(const std::string&, const Options&, bool* is, Context*) override { return *is = false, Status::OK(); }
  Status CreateDir(const std::string&, const Options&, Context*) override { return Status::OK(); }
  Status CreateDirIfMissing(const std::string&, const Options&, Context*) override { return Status::OK(); }
  Status DeleteDir(const std::string&, const Options&, Context*) override { return Status::OK(); }
  Status LinkFile(const std::string&, const std::string&, const Options&, Context*) override {
    return Status::NotSupported("links");
  }
  Status LockFile(const std::string& name, const Options&, rocksdb::FileLock** out, Context*) override {
    const std::lock_guard lock(mutex_);
    if (!locked_.insert(name).second) return Status::IOError("lock " + name);
    *out = new Lock(name);
    return Status::OK();
  }
  Status UnlockFile(rocksdb::FileLock* held, const Options&, Context*) override {
    const std::lock_guard lock(mutex_);
    locked_.erase(static_cast<Lock*>(held)->name);
    delete held;
    return Status::OK();
  }

 private:
  struct File {
    std::string data;
    std::size_t synced = 0;
  };
  using Names = std::map<std::string, std::shared_ptr<File>>;
  struct Change {                                        // of names: one appears, or one goes, or both
    std::string name;
    std::shared_ptr<File> file;
    std::string gone;
  };
  struct Lock final : rocksdb::FileLock {
    explicit Lock(std::string given) : name(std::move(given)) {}
    const std::string name;
  };

  static Status power_failed() { return Status::IOError("the power failed"); }
  // False: the power fails in this operation, or is off.
  bool counts() {
    if (off_ || ++counted_ == fail_at_) off_ = true;
    return !off_;
  }
  void change(Change one) {
    apply(one, names_);
    changes_.push_back(std::move(one));
  }
  // Names become durable in the order in which they changed.
  void sync_names(std::size_t count) {
    const auto last = changes_.begin() + static_cast<std::ptrdiff_t>(count);
    for (auto change = changes_.begin(); change != last; ++change) apply(*change, durable_);
    changes_.erase(changes_.begin(), last);
  }
  // What is known to the folder decides: a name that never became durable cannot be renamed.
  static void apply(const Change& one, Names& names) {
    if (!one.gone.empty() && names.erase(one.gone) == 0) return;
    if (one.file) names[one.name] = one.file;
  }
  std::size_t kept_of(const File& file, Loss loss, Prng& prng) const {
    const std::size_t unsynced = file.data.size() - file.synced;
    if (loss == Loss::unsynced) return file.synced;
    if (loss == Loss::torn) return file.data.size() - (&file == last_written_.get() ? std::min(unsynced, last_size_ - last_size_ / 2) : 0);
    if (loss == Loss::tails || loss == Loss::names) return file.synced + prng.below(unsynced + 1);
    return file.data.size();
  }
  static std::ptrdiff_t zeros_from(const File& file, Prng& prng) {
    const std::size_t sector = (file.synced + prng.below(file.data.size() - file.synced) + 511) / 512 * 512;
    return static_cast<std::ptrdiff_t>(std::min(sector, file.data.size()));
  }

  class Writing final : public rocksdb::FSWritableFile {
   public:
    Writing(FailingDisk& disk, std::shared_ptr<File> file) : disk_(disk), file_(std::move(file)) {}
    using FSWritableFile::Append;
    Status Append(const rocksdb::Slice& data, const Options&, Context*) override {
      const std::lock_guard lock(disk_.mutex_);
      if (disk_.off_) return power_failed();
      file_->data.append(data.data(), data.size());      // also when the power fails in it: part of it may be there
      disk_.last_written_ = file_;
      disk_.last_size_ = data.size();
      return disk_.counts() ? Status::OK() : power_failed();
    }
    Status Sync(const Options&, Context*) override {
      const std::lock_guard lock(disk_.mutex_);
      if (!disk_.counts()) return power_failed();
      file_->synced = file_->data.size();
      const auto creation = std::ranges::find(disk_.changes_, file_, &Change::file);
      if (creation != disk_.changes_.end()) disk_.sync_names(static_cast<std::size_t>(creation - disk_.changes_.begin()) + 1);
      return Status::OK();
    }
    Status Truncate(std::uint64_t size, const Options&, Context*) override {
      const std::lock_guard lock(disk_.mutex_);
      if (!disk_.counts()) return power_failed();
      file_->data.resize(size);
      file_->synced = std::min<std::size_t>(file_->synced, size);
      return Status::OK();
    }
    Status Close(const Options&, Context*) override { return Status::OK(); }
    Status Flush(const Options&, Context*) override { return Status::OK(); }
    bool IsSyncThreadSafe() const override { return true; }
    std::uint64_t GetFileSize(const Options&, Context*) override {
      const std::lock_guard lock(disk_.mutex_);
      return file_->data.size();
    }

   private:
    FailingDisk& disk_;
    std::shared_ptr<File> file_;
  };

  class Folder final : public rocksdb::FSDirectory {
   public:
    explicit Folder(FailingDisk& disk) : disk_(disk) {}
    Status Fsync(const Options&, Context*) override {
      const std::lock_guard lock(disk_.mutex_);
      if (!disk_.counts()) return power_failed();
      disk_.sync_names(disk_.changes_.size());
      return Status::OK();
    }
    std::size_t GetUniqueId(char*, std::size_t) const override { return 0; }

   private:
    FailingDisk& disk_;
  };

  // Readers see what was written, synced or not, as a page cache shows it.
  struct Reading {
    Status read(std::uint64_t offset, std::size_t size, rocksdb::Slice* out, char* scratch) const {
      const std::lock_guard lock(disk.mutex_);
      if (!disk.unreadable_.empty() && name.find(disk.unreadable_) != name.npos)
        return Status::IOError("while reading " + name, "Input/output error");
      const std::size_t from = std::min<std::size_t>(offset, file->data.size());
      *out = rocksdb::Slice(scratch, file->data.copy(scratch, size, from));
      return Status::OK();
    }
    FailingDisk& disk;
    std::shared_ptr<File> file;
    std::string name;
  };
  class Random final : public rocksdb::FSRandomAccessFile {
   public:
    explicit Random(Reading reading) : reading_(std::move(reading)) {}
    Status Read(std::uint64_t offset, std::size_t size, const Options&, rocksdb::Slice* out, char* scratch,
                Context*) const override {
      return reading_.read(offset, size, out, scratch);
    }

   private:
    Reading reading_;
  };
  class Sequential final : public rocksdb::FSSequentialFile {
   public:
    explicit Sequential(Reading reading) : reading_(std::move(reading)) {}
    Status Read(std::size_t size, const Options&, rocksdb::Slice* out, char* scratch, Context*) override {
      const Status read = reading_.read(at_, size, out, scratch);
      at_ += out->size();
      return read;
    }
    Status Skip(std::uint64_t size) override { return at_ += size, Status::OK(); }

   private:
    Reading reading_;
    std::uint64_t at_ = 0;
  };
  template <class As, class Interface>
  Status open(const std::string& name, std::unique_ptr<Interface>& out) {
    const std::lock_guard lock(mutex_);
    const auto at = names_.find(name);
    if (at == names_.end()) return Status::PathNotFound(name);
    out = std::make_unique<As>(Reading{*this, at->second, name});
    return Status::OK();
  }

  mutable std::mutex mutex_;
  Names names_, durable_;
  std::vector<Change> changes_;                          // of names, not yet synced, in order
  std::set<std::string> locked_;
  std::string unreadable_;
  std::shared_ptr<File> last_written_;
  std::size_t last_size_ = 0;
  std::uint64_t counted_ = 0, fail_at_ = 0;
  bool off_ = false;
};

// RocksDB's background threads sleep a second after each error; a test has no time for that.
class FailingEnv final : public rocksdb::EnvWrapper {
 public:
  explicit FailingEnv(const std::shared_ptr<FailingDisk>& disk) : EnvWrapper(rocksdb::NewCompositeEnv(disk)) {
    file_system_ = disk;
    system_clock_ = std::make_shared<Sleepless>();
  }
  static const char* kClassName() { return "FailingEnv"; }
  const char* Name() const override { return kClassName(); }

 private:
  struct Sleepless final : rocksdb::SystemClockWrapper {
    Sleepless() : SystemClockWrapper(rocksdb::SystemClock::Default()) {}
    const char* Name() const override { return "Sleepless"; }
    void SleepForMicroseconds(int) override { std::this_thread::yield(); }
  };
};

}  // namespace hanse::kv
