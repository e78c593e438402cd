/* Keeps a server that has no setting for it off the network: preloaded, it turns a bind to the
 * wildcard address into a bind to the loopback address. Everything else passes through. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

typedef int (*bind_fn)(int, const struct sockaddr *, socklen_t);

int bind(int socket, const struct sockaddr *address, socklen_t length) {
    bind_fn next = (bind_fn)dlsym(RTLD_NEXT, "bind");
    struct sockaddr_storage copy;

    if (address == NULL || length > sizeof copy) {
        return next(socket, address, length);
    }
    memset(&copy, 0, sizeof copy);
    memcpy(&copy, address, length);

    if (copy.ss_family == AF_INET) {
        struct sockaddr_in *v4 = (struct sockaddr_in *)&copy;
        if (v4->sin_addr.s_addr == htonl(INADDR_ANY)) {
            v4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        }
    } else if (copy.ss_family == AF_INET6) {
        struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&copy;
        if (IN6_IS_ADDR_UNSPECIFIED(&v6->sin6_addr)) {
            /* ::ffff:127.0.0.1, so that clients reach it at 127.0.0.1 */
            memset(&v6->sin6_addr, 0, sizeof v6->sin6_addr);
            memset(&v6->sin6_addr.s6_addr[10], 0xff, 2);
            v6->sin6_addr.s6_addr[12] = 127;
            v6->sin6_addr.s6_addr[15] = 1;
        }
    }
    return next(socket, (struct sockaddr *)&copy, length);
}
