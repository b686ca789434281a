#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

// The kernel cuts it to net.core.somaxconn.
static const int backlog = 4096;

static int stream(int family) {
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return fd < 0 ? -errno : fd;
}

static void enable(int fd, int level, int option) {
    int one = 1;
    (void)setsockopt(fd, level, option, &one, sizeof one);
}

static int closing(int fd) {
    int error = errno;
    close(fd);
    return -error;
}

static struct sockaddr_in ipv4(uint32_t address, uint16_t port) {
    struct sockaddr_in result;
    memset(&result, 0, sizeof result);
    result.sin_family = AF_INET;
    result.sin_port = htons(port);
    result.sin_addr.s_addr = htonl(address);
    return result;
}

// What stays on this machine meets no congestion, and the pacing of BBR, the default of some systems,
// costs a timer for each send. Every kernel has reno, for everybody.
static void spare_pacing(int fd, uint32_t address) {
    static const char reno[] = "reno";
    if (address >> 24 == IN_LOOPBACKNET) (void)setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, reno, sizeof reno);
}

static int unix_path(const char *path, struct sockaddr_un *result) {
    memset(result, 0, sizeof *result);
    result->sun_family = AF_UNIX;
    if (strlen(path) >= sizeof result->sun_path) return -ENAMETOOLONG;
    strcpy(result->sun_path, path);
    return 0;
}

int clinux_listen_ipv4(uint32_t address, uint16_t port, int shared) {
    int fd = stream(AF_INET);
    if (fd < 0) return fd;
    enable(fd, SOL_SOCKET, SO_REUSEADDR);
    if (shared) enable(fd, SOL_SOCKET, SO_REUSEPORT);
    enable(fd, IPPROTO_TCP, TCP_NODELAY);  // Accepted sockets inherit it, and the next.
    spare_pacing(fd, address);
    struct sockaddr_in name = ipv4(address, port);
    if (bind(fd, (struct sockaddr *)&name, sizeof name) < 0) return closing(fd);
    if (listen(fd, backlog) < 0) return closing(fd);
    return fd;
}

void clinux_defer_accept(int listener) {
    enable(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT);
}

int clinux_listen_unix(const char *path) {
    struct sockaddr_un name;
    int failure = unix_path(path, &name);
    if (failure < 0) return failure;
    int fd = stream(AF_UNIX);
    if (fd < 0) return fd;
    // A chmod after bind would leave a moment in which others may connect.
    mode_t mask = umask(0177);
    int result = bind(fd, (struct sockaddr *)&name, sizeof name);
    int error = errno;
    umask(mask);
    errno = error;
    if (result < 0 || listen(fd, backlog) < 0) return closing(fd);
    return fd;
}

int clinux_local_port(int fd) {
    struct sockaddr_in name;
    socklen_t size = sizeof name;
    if (getsockname(fd, (struct sockaddr *)&name, &size) < 0) return -errno;
    return ntohs(name.sin_port);
}

int clinux_accept(int listener, uint32_t *address) {
    struct sockaddr_storage name;
    socklen_t size = sizeof name;
    int fd = accept4(listener, (struct sockaddr *)&name, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return -errno;
    *address = name.ss_family == AF_INET ? ntohl(((struct sockaddr_in *)&name)->sin_addr.s_addr) : 0;
    return fd;
}

static int start(int fd, const struct sockaddr *name, socklen_t size, int *result) {
    if (connect(fd, name, size) == 0) {
        *result = fd;
        return 0;
    }
    if (errno != EINPROGRESS) return closing(fd);
    *result = fd;
    return 1;
}

int clinux_connect_ipv4(uint32_t address, uint16_t port, int *fd) {
    int socket = stream(AF_INET);
    if (socket < 0) return socket;
    enable(socket, IPPROTO_TCP, TCP_NODELAY);
    spare_pacing(socket, address);
    struct sockaddr_in name = ipv4(address, port);
    return start(socket, (struct sockaddr *)&name, sizeof name, fd);
}

int clinux_connect_unix(const char *path, int *fd) {
    struct sockaddr_un name;
    int failure = unix_path(path, &name);
    if (failure < 0) return failure;
    int socket = stream(AF_UNIX);
    if (socket < 0) return socket;
    return start(socket, (struct sockaddr *)&name, sizeof name, fd);
}

int clinux_socket_error(int fd) {
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0) return errno;
    return error;
}

// send(2) and recv(2) of the C library are cancellation points, which costs each call some ninety
// instructions in a process with threads; nobody here cancels one.
ssize_t clinux_receive(int fd, void *buffer, size_t count) {
    long result = syscall(SYS_recvfrom, fd, buffer, count, 0, NULL, NULL);
    return result < 0 ? -errno : result;
}

ssize_t clinux_peek(int fd) {
    char byte;
    long result = syscall(SYS_recvfrom, fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT, NULL, NULL);
    return result < 0 ? -errno : result;
}

ssize_t clinux_send(int fd, const void *bytes, size_t count) {
    long result = syscall(SYS_sendto, fd, bytes, count, MSG_NOSIGNAL, NULL, 0);
    return result < 0 ? -errno : result;
}

int clinux_splice_pipe(int *reader, int *writer, int bytes) {
    int ends[2];
    if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) < 0) {
        return -errno;
    }
    // A user's pipes may be short of room; then this one keeps what it has.
    (void)fcntl(ends[1], F_SETPIPE_SZ, bytes);
    *reader = ends[0];
    *writer = ends[1];
    return fcntl(ends[1], F_GETPIPE_SZ);
}

ssize_t clinux_splice(int from, int to, size_t count) {
    ssize_t result = splice(from, NULL, to, NULL, count, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    return result < 0 ? -errno : result;
}

void clinux_shutdown_send(int fd) {
    (void)shutdown(fd, SHUT_WR);
}

void clinux_reset_on_close(int fd) {
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

int clinux_peer_user(int fd, uint32_t *user) {
    struct ucred credentials;
    socklen_t size = sizeof credentials;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) < 0) return -errno;
    *user = credentials.uid;
    return 0;
}

int clinux_local_address(int fd, uint32_t *address, uint16_t *port) {
    struct sockaddr_storage name;
    socklen_t size = sizeof name;
    if (getsockname(fd, (struct sockaddr *)&name, &size) < 0) return -errno;
    if (name.ss_family != AF_INET) return -EAFNOSUPPORT;
    *address = ntohl(((struct sockaddr_in *)&name)->sin_addr.s_addr);
    *port = ntohs(((struct sockaddr_in *)&name)->sin_port);
    return 0;
}

int clinux_is_listening(int fd) {
    int listens = 0;
    socklen_t size = sizeof listens;
    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens;
}

int clinux_duplicate(int fd) {
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    return copy < 0 ? -errno : copy;
}

// One byte carries one descriptor at most, so that reading a byte can never merge two of them.
union ancillary {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr alignment;
};

int clinux_send_descriptor(int fd, uint8_t byte, int descriptor) {
    struct iovec piece = {&byte, 1};
    union ancillary ancillary;
    memset(&ancillary, 0, sizeof ancillary);
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    if (descriptor >= 0) {
        message.msg_control = &ancillary;
        message.msg_controllen = sizeof ancillary;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof descriptor);
        memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    }
    return sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? -errno : 0;
}

int clinux_receive_descriptor(int fd, uint8_t *byte, int *descriptor) {
    struct iovec piece = {byte, 1};
    union ancillary ancillary;
    struct msghdr message = {
        .msg_iov = &piece,
        .msg_iovlen = 1,
        .msg_control = &ancillary,
        // CMSG_SPACE has room for the padding, which a peer could fill with one more.
        .msg_controllen = CMSG_LEN(sizeof *descriptor),
    };
    *descriptor = -1;
    ssize_t count = recvmsg(fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (count < 0) return -errno;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
        memcpy(descriptor, CMSG_DATA(header), sizeof *descriptor);
    return (int)count;
}
