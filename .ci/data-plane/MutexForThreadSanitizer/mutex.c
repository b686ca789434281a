// Tells ThreadSanitizer about the slow path of Swift's Mutex.
//
// The fast path of Synchronization.Mutex is compiled into its callers and instrumented with them.
// The slow path, taken when two threads meet at the lock, stands in libswiftSynchronization.so,
// which is not: the sanitizer would see no order between the two holders and report a race that
// there is not. These two functions stand before the library's own, call them, and say what they
// did. In a build without the sanitizer this file is empty.

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))
#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

void __tsan_acquire(void *address);
void __tsan_release(void *address);

SWIFT void mutex_lock_slow(uint32_t thread, SELF void *mutex) __asm__(LOCK_SLOW);
SWIFT void mutex_unlock_slow(SELF void *mutex) __asm__(UNLOCK_SLOW);

SWIFT void mutex_lock_slow(uint32_t thread, SELF void *mutex) {
    SWIFT void (*lock)(uint32_t, SELF void *) = dlsym(RTLD_NEXT, LOCK_SLOW);
    lock(thread, mutex);
    __tsan_acquire(mutex);
}

SWIFT void mutex_unlock_slow(SELF void *mutex) {
    SWIFT void (*unlock)(SELF void *) = dlsym(RTLD_NEXT, UNLOCK_SLOW);
    __tsan_release(mutex);
    unlock(mutex);
}

#endif
#endif
