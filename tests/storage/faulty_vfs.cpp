#include "storage/faulty_vfs.hpp"

#include <sqlite3.h>

#include <new>
#include <stdexcept>

namespace dwarpal::test {

namespace {

// SQLite calls back without a way to pass an object along, hence the one disk.
struct Disk {
  int left = std::numeric_limits<int>::max();
  int code = SQLITE_OK;
  bool failed = false;
} disk;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): see above

sqlite3_vfs* real_vfs() {
  static sqlite3_vfs* const real = sqlite3_vfs_find(nullptr);
  return real;
}

/// SQLITE_OK, or the failure that is due.
int spend_one() {
  if (disk.left > 0) {
    --disk.left;
    return SQLITE_OK;
  }
  disk.failed = true;
  return disk.code;
}

/// What SQLite hands around; the real file follows it in the same memory.
struct FaultyFile {
  sqlite3_file base;
  sqlite3_file* real;
};

sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<FaultyFile*>(file)->real; }

int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
  if (const int code = spend_one(); code != SQLITE_OK) {
    // A disk that fails may have written a part.
    if (count > 1) (void)real(file)->pMethods->xWrite(real(file), bytes, count / 2, offset);
    return code;
  }
  return real(file)->pMethods->xWrite(real(file), bytes, count, offset);
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (const int code = spend_one(); code != SQLITE_OK) return code;
  return real(file)->pMethods->xTruncate(real(file), size);
}

int sync(sqlite3_file* file, int flags) {
  if (const int code = spend_one(); code != SQLITE_OK) return code;
  return real(file)->pMethods->xSync(real(file), flags);
}

const sqlite3_io_methods kMethods = {
    .iVersion = 2,  // with shared memory, without memory-mapped reading
    .xClose =
        [](sqlite3_file* file) {
          auto* const behind = real(file);
          return behind->pMethods == nullptr ? SQLITE_OK : behind->pMethods->xClose(behind);
        },
    .xRead = [](sqlite3_file* file, void* bytes, int count,
                sqlite3_int64 offset) { return real(file)->pMethods->xRead(real(file), bytes, count, offset); },
    .xWrite = write,
    .xTruncate = truncate,
    .xSync = sync,
    .xFileSize = [](sqlite3_file* file,
                    sqlite3_int64* size) { return real(file)->pMethods->xFileSize(real(file), size); },
    .xLock = [](sqlite3_file* file, int level) { return real(file)->pMethods->xLock(real(file), level); },
    .xUnlock = [](sqlite3_file* file, int level) { return real(file)->pMethods->xUnlock(real(file), level); },
    .xCheckReservedLock = [](sqlite3_file* file,
                             int* held) { return real(file)->pMethods->xCheckReservedLock(real(file), held); },
    .xFileControl = [](sqlite3_file* file, int operation,
                       void* argument) { return real(file)->pMethods->xFileControl(real(file), operation, argument); },
    .xSectorSize = [](sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); },
    .xDeviceCharacteristics =
        [](sqlite3_file* file) { return real(file)->pMethods->xDeviceCharacteristics(real(file)); },
    .xShmMap =
        [](sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
          return real(file)->pMethods->xShmMap(real(file), page, size, extend, memory);
        },
    .xShmLock = [](sqlite3_file* file, int offset, int count,
                   int flags) { return real(file)->pMethods->xShmLock(real(file), offset, count, flags); },
    .xShmBarrier = [](sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); },
    .xShmUnmap = [](sqlite3_file* file, int remove) { return real(file)->pMethods->xShmUnmap(real(file), remove); },
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open(sqlite3_vfs* /*vfs*/, sqlite3_filename name, sqlite3_file* file, int flags, int* flags_out) {
  auto* const faulty = new (file) FaultyFile{};
  faulty->real = reinterpret_cast<sqlite3_file*>(faulty + 1);
  const int code = real_vfs()->xOpen(real_vfs(), name, faulty->real, flags, flags_out);
  faulty->base.pMethods = code == SQLITE_OK ? &kMethods : nullptr;
  return code;
}

sqlite3_vfs& faulty_vfs() {
  static sqlite3_vfs vfs = [] {
    sqlite3_vfs copy = *real_vfs();
    copy.zName = "faulty";
    copy.szOsFile += static_cast<int>(sizeof(FaultyFile));
    copy.xOpen = open;
    return copy;
  }();
  return vfs;
}

}  // namespace

FaultyVfs::FaultyVfs() {
  mend();
  if (sqlite3_vfs_register(&faulty_vfs(), 1) != SQLITE_OK) throw std::runtime_error("sqlite3_vfs_register");
}

FaultyVfs::~FaultyVfs() { sqlite3_vfs_register(real_vfs(), 1); }

void FaultyVfs::fail_after(int count, int code) { disk = {.left = count, .code = code, .failed = false}; }

bool FaultyVfs::has_failed() const { return disk.failed; }

}  // namespace dwarpal::test
