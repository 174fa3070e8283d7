/* Preloaded into a process, it makes the system fail one call of a kind, or that call and
 * all after it, on files below one folder. Environment:
 *   CHARLA_FAULT_FOLDER  the folder
 *   CHARLA_FAULT_KIND    write, sync, open, or kill (SIGKILL at a write or sync)
 *   CHARLA_FAULT_AT      which call, from 1
 *   CHARLA_FAULT_ERRNO   what the call says
 *   CHARLA_FAULT_STAYS   1 where all later calls fail too
 * At its end the process says on standard error how many calls of the kind there were. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST_FILES 4096

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char watched[MOST_FILES];
static long calls;

static const char *value(const char *name) {
  const char *text = getenv(name);
  return text ? text : "";
}

static int is_kind(const char *kind) {
  const char *wanted = value("CHARLA_FAULT_KIND");
  if (strcmp(wanted, "kill") == 0)
    return strcmp(kind, "open") != 0;
  return strcmp(wanted, kind) == 0;
}

/* Whether this call is to fail; sets errno then. */
static int fails(const char *kind) {
  if (!is_kind(kind))
    return 0;
  pthread_mutex_lock(&lock);
  long call = ++calls;
  pthread_mutex_unlock(&lock);
  long at = atol(value("CHARLA_FAULT_AT"));
  int stays = strcmp(value("CHARLA_FAULT_STAYS"), "1") == 0;
  if (call != at && !(stays && call > at && at > 0))
    return 0;
  if (strcmp(value("CHARLA_FAULT_KIND"), "kill") == 0)
    kill(getpid(), SIGKILL);
  errno = atoi(value("CHARLA_FAULT_ERRNO"));
  return 1;
}

static int is_watched_path(const char *path) {
  const char *folder = value("CHARLA_FAULT_FOLDER");
  return path && *folder && strncmp(path, folder, strlen(folder)) == 0;
}

static int is_watched(int file) {
  return file >= 0 && file < MOST_FILES && watched[file];
}

static int note(int file, const char *path) {
  if (file >= 0 && file < MOST_FILES)
    watched[file] = (char)is_watched_path(path);
  return file;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static mode_t mode_of(int flags, va_list rest) {
  return flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(rest, int) : 0;
}

#define OPEN(name)                                                             \
  int name(const char *path, int flags, ...) {                                 \
    va_list rest;                                                              \
    va_start(rest, flags);                                                     \
    mode_t mode = mode_of(flags, rest);                                        \
    va_end(rest);                                                              \
    if (is_watched_path(path) && fails("open"))                                \
      return -1;                                                               \
    return note(REAL(name)(path, flags, mode), path);                          \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                           \
  int name(int folder, const char *path, int flags, ...) {                     \
    va_list rest;                                                              \
    va_start(rest, flags);                                                     \
    mode_t mode = mode_of(flags, rest);                                        \
    va_end(rest);                                                              \
    if (is_watched_path(path) && fails("open"))                                \
      return -1;                                                               \
    return note(REAL(name)(folder, path, flags, mode), path);                  \
  }
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int file, const void *data, size_t size) {
  return is_watched(file) && fails("write") ? -1 : REAL(write)(file, data, size);
}

ssize_t pwrite(int file, const void *data, size_t size, off_t at) {
  return is_watched(file) && fails("write") ? -1 : REAL(pwrite)(file, data, size, at);
}

ssize_t pwrite64(int file, const void *data, size_t size, off64_t at) {
  return is_watched(file) && fails("write") ? -1 : REAL(pwrite64)(file, data, size, at);
}

int ftruncate(int file, off_t size) {
  return is_watched(file) && fails("write") ? -1 : REAL(ftruncate)(file, size);
}

int ftruncate64(int file, off64_t size) {
  return is_watched(file) && fails("write") ? -1 : REAL(ftruncate64)(file, size);
}

int fsync(int file) {
  return is_watched(file) && fails("sync") ? -1 : REAL(fsync)(file);
}

int fdatasync(int file) {
  return is_watched(file) && fails("sync") ? -1 : REAL(fdatasync)(file);
}

__attribute__((destructor)) static void report(void) {
  fprintf(stderr, "calls %ld\n", calls);
}
