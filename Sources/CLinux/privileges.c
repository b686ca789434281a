#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int clinux_find_user(const char *name, uint32_t *user, uint32_t *group) {
    char buffer[16384];
    struct passwd entry, *found = NULL;
    int result = getpwnam_r(name, &entry, buffer, sizeof buffer, &found);
    if (result != 0) return -result;
    if (found == NULL) return -ENOENT;
    *user = entry.pw_uid;
    *group = entry.pw_gid;
    return 0;
}

// capget and capset are in no header of glibc; the first of the two elements has capabilities 0 to 31.
static int keep_only(uint32_t wanted) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct data[2];
    if (syscall(SYS_capget, &header, data) < 0) return -errno;
    uint32_t kept = data[0].permitted & wanted;
    memset(data, 0, sizeof data);
    data[0].permitted = kept;
    data[0].effective = kept;
    return syscall(SYS_capset, &header, data) < 0 ? -errno : 0;
}

int clinux_become_user(const char *name, uint32_t user, uint32_t group) {
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0) return -errno;
    if (initgroups(name, group) < 0) return -errno;
    if (setresgid(group, group, group) < 0) return -errno;
    if (setresuid(user, user, user) < 0) return -errno;
    // Ports below 1024, which a later table may name, and nothing else.
    int result = keep_only(1u << CAP_NET_BIND_SERVICE);
    if (result < 0) return result;
    if (prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) < 0) return -errno;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return -errno;
    // The way back must be shut.
    return setresuid((uid_t)-1, 0, (uid_t)-1) == 0 ? -EPERM : 0;
}
