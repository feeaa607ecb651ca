/*
 * GETs at a fixed rate, each timed from the moment it was due, whatever happened to those before it.
 *
 * One thread and one epoll, so that the generator takes as little as it can from the machine that it measures: a thread for
 * each connection, as in Load.java, takes three times the CPU. Connections are for one request at a time; when none is free,
 * requests wait for one, and that is in their latency.
 *
 * Arguments: port; file of "path, tab, key"; connections; requests a second; seconds of warm-up; seconds of measurement.
 * It warms up, says READY, waits for a line on standard input, measures, says RESULT with JSON, and ends when standard input
 * does, so that its CPU time can be read. Every request that it began is answered before it ends.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* An answer of a member with his contacts has about 1 kB. */
enum { ANSWER = 32 * 1024, STATUSES = 600 };

struct connection {
    int fd;
    double due;
    size_t filled;
    char answer[ANSWER];
};

static char **requests;
static size_t request_count, next_request;
static struct connection *connections;
static int connection_count, *idle, idle_count, poller;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static void *grown(void *memory, size_t size)
{
    memory = realloc(memory, size);
    if (!memory)
        err(1, "memory");
    return memory;
}

static void read_requests(const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    if (!file)
        err(1, "%s", path);
    while ((length = getline(&line, &size, file)) > 0) {
        line[strcspn(line, "\n")] = 0;
        char *key = strchr(line, '\t'), *request;
        if (key)
            *key++ = 0;
        if (asprintf(&request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s%s%s\r\n", line,
                     key ? "Authorization: Bearer " : "", key ? key : "", key ? "\r\n" : "") < 0)
            err(1, "memory");
        requests = grown(requests, (request_count + 1) * sizeof *requests);
        requests[request_count++] = request;
    }
    if (!request_count)
        errx(1, "%s: no request", path);
    free(line);
    fclose(file);
}

static void connect_all(int port)
{
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int yes = 1;
    poller = epoll_create1(0);
    connections = grown(NULL, connection_count * sizeof *connections);
    idle = grown(NULL, connection_count * sizeof *idle);
    for (int i = 0; i < connection_count; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        if (fd < 0 || connect(fd, (struct sockaddr *)&server, sizeof server) || epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event)
            || setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes))
            err(1, "connection %d", i);
        connections[i].fd = fd;
        idle[idle_count++] = i;
    }
}

static void send_one(double due)
{
    int i = idle[--idle_count];
    struct connection *c = &connections[i];
    char *request = requests[next_request++ % request_count];
    size_t length = strlen(request);
    c->due = due;
    c->filled = 0;
    if (write(c->fd, request, length) != (ssize_t)length)
        err(1, "connection %d", i);
}

/* The status of an answer that is complete, or 0. */
static int receive(struct connection *c)
{
    ssize_t count = read(c->fd, c->answer + c->filled, ANSWER - 1 - c->filled);
    if (count <= 0)
        errx(1, "a connection was closed by the server, or an answer is beyond %d bytes", ANSWER);
    c->filled += count;
    c->answer[c->filled] = 0;
    char *end = strstr(c->answer, "\r\n\r\n");
    if (!end)
        return 0;
    char *length = strcasestr(c->answer, "\r\ncontent-length:");
    if (!length || length > end)
        errx(1, "an answer without a length: %.60s", c->answer);
    if (c->answer + c->filled < end + 4 + atol(length + 17))
        return 0;
    int status = atoi(c->answer + 9);
    return status > 0 && status < STATUSES ? status : STATUSES - 1;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* In milliseconds; 0 without any. */
static double quantile(const double *sorted, long count, double part)
{
    long at = (long)(part * count);
    return count ? sorted[at < count ? at : count - 1] * 1e3 : 0;
}

static void run(double rate, double seconds, int say)
{
    long total = (long)(rate * seconds), sent = 0, answered = 0, waited = 0;
    double *latency = grown(NULL, (total + 1) * sizeof *latency), *late = grown(NULL, (total + 1) * sizeof *late);
    long statuses[STATUSES] = {0};
    struct epoll_event events[64];
    double start = now() + 0.001;
    int slept = 0;
    while (answered < total) {
        for (double t = now(); sent < total && idle_count && start + sent / rate <= t; t = now()) {
            /* Only what this generator itself came too late, not what it waited for a connection. */
            if (slept)
                late[waited++] = t - (start + sent / rate);
            send_one(start + sent++ / rate);
        }
        struct timespec wait = {1, 0};
        slept = 0;
        if (sent < total && idle_count) {
            double left = start + sent / rate - now();
            wait = (struct timespec){left > 0 ? (time_t)left : 0, left > 0 ? (long)((left - (time_t)left) * 1e9) : 0};
            slept = left > 0;
        }
        int count = epoll_pwait2(poller, events, 64, &wait, NULL);
        for (int i = 0; i < count; i++) {
            struct connection *c = &connections[events[i].data.u32];
            int status = receive(c);
            if (status) {
                latency[answered++] = now() - c->due;
                statuses[status]++;
                idle[idle_count++] = events[i].data.u32;
            }
        }
    }
    double took = now() - start;
    if (say) {
        qsort(latency, total, sizeof *latency, ascending);
        qsort(late, waited, sizeof *late, ascending);
        printf("RESULT {\"n\":%ld,\"secs\":%.6f,\"p50\":%.3f,\"p90\":%.3f,\"p99\":%.3f,\"p999\":%.3f,\"max\":%.3f,"
               "\"late_p99\":%.3f,\"late_max\":%.3f,\"broken\":0,\"statuses\":{",
               total, took, quantile(latency, total, .5), quantile(latency, total, .9), quantile(latency, total, .99),
               quantile(latency, total, .999), quantile(latency, total, 1), quantile(late, waited, .99),
               quantile(late, waited, 1));
        char *between = "";
        for (int status = 0; status < STATUSES; status++)
            if (statuses[status]) {
                printf("%s\"%d\":%ld", between, status, statuses[status]);
                between = ",";
            }
        printf("}}\n");
    }
    free(latency);
    free(late);
}

int main(int count, char **arguments)
{
    if (count != 7)
        errx(2, "port, file of requests, connections, requests a second, seconds of warm-up, seconds of measurement");
    double rate = atof(arguments[4]);
    connection_count = atoi(arguments[3]);
    if (rate <= 0 || connection_count <= 0)
        errx(2, "the rate and the number of connections must be positive");
    setvbuf(stdout, NULL, _IOLBF, 0);
    read_requests(arguments[2]);
    connect_all(atoi(arguments[1]));
    run(rate, atof(arguments[5]), 0);
    printf("READY\n");
    if (getchar() == EOF)
        return 0;
    run(rate, atof(arguments[6]), 1);
    while (getchar() != EOF) {
        /* until the reader has seen what it needs of this process */
    }
    return 0;
}
