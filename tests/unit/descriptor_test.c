/* The table of descriptors, and waiting for them (harness/descriptor), called as code under test
 * calls them. */
#include "descriptor/front.h"
#include "descriptor/table.h"
#include "descriptor/wait.h"
#include "pthread/front.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>

#define SAME_TYPE(name)                                                                            \
    _Static_assert(__builtin_types_compatible_p(__typeof__(name) *, __typeof__(sley_##name) *),    \
                   #name);
ssize_t __read_chk(int, void *, size_t, size_t);
ssize_t __recv_chk(int, void *, size_t, size_t, int);
ssize_t __recvfrom_chk(int, void *restrict, size_t, size_t, int, struct sockaddr *restrict,
                       socklen_t *restrict);
int __poll_chk(struct pollfd *, nfds_t, int, size_t);
int fcntl64(int, int, ...);
#define SLEY_REDIRECT(name) SAME_TYPE(name)
#include "descriptor/redirect.def"
#undef SLEY_REDIRECT

/* Stays with the current task while that can run, else takes the lowest. */
static void
stay_begin(void *state, const struct sley_parameters *parameters, uint64_t seed, uint64_t run)
{
    (void)state;
    (void)parameters;
    (void)seed;
    (void)run;
}

static void
stay_pick(void *state, const struct sley_view *view, struct sley_pick *pick)
{
    (void)state;
    *pick = (struct sley_pick){view->default_index, 1, false};
}

static uint32_t
zero_value(void *state, const struct sley_value_query *query)
{
    (void)state;
    (void)query;
    return 0;
}

static const struct sley_strategy_ops stay = {
    .name = "stay", .begin = stay_begin, .pick = stay_pick, .value = zero_value};

static struct sley_run_result result;
static int ends[2], others[2];
static long got[8];
static int values[1];
static pthread_t id;

static void
run(void *(*entry)(void *))
{
    struct sley_run_options options = {
        .source.ops = &stay, .entry = entry, .task_end = sley_pthread_task_end};
    memset(got, 0, sizeof got);
    sley_engine_run(&options, &result);
}

static void *
follow_copies(void *argument)
{
    sley_pipe(ends);
    struct sley_description *in = sley_descriptor_own(ends[0]);
    struct sley_description *out = sley_descriptor_own(ends[1]);
    if (!in || !out) {
        return argument; /* got[0] stays 0 */
    }
    got[0] = in != out && in->channel == out->channel;
    int copy = sley_dup(ends[0]);
    got[1] = sley_descriptor_own(copy) == in && in->references == 2;
    sley_close(ends[0]);
    got[2] = !sley_descriptor_own(ends[0]) && in->references == 1;
    got[3] = sley_dup2(ends[1], copy) == copy && sley_descriptor_own(copy) == out;
    got[4] = in->references == 0 && out->references == 2;
    sley_close(copy);
    sley_close(ends[1]);
    got[5] = out->references == 0;
    return argument;
}

static void
the_table_follows_copies_and_closes(void **state)
{
    (void)state;
    run(follow_copies);
    assert_int_equal(result.verdicts, 0);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(got[i], 1);
    }
}

static uintptr_t first_name;

static void *
name_pipes(void *argument)
{
    sley_pipe(ends);
    first_name = sley_descriptor_own(ends[0])->channel->name;
    sley_pipe(others);
    got[0] = (long)(sley_descriptor_own(others[1])->channel->name - first_name);
    got[1] = (long)sley_object_key(first_name);
    for (int i = 0; i < 2; i++) {
        sley_close(ends[i]);
        sley_close(others[i]);
    }
    return argument;
}

static void
an_object_has_the_same_name_and_key_in_every_run(void **state)
{
    (void)state;
    char text[32];
    run(name_pipes);
    uint64_t hash = result.hash;
    long key = got[1];
    assert_int_equal(got[0], 1);
    assert_true(sley_channel_text(first_name, text, sizeof text));
    assert_string_equal(text, "pipe 1");
    assert_true(sley_channel_text(first_name + 1, text, sizeof text));
    assert_string_equal(text, "pipe 2");
    assert_false(sley_channel_text((uintptr_t)text, text, sizeof text));
    run(name_pipes);
    assert_int_equal(got[1], key);
    assert_true(result.hash == hash);
}

static void *
find_others(void *argument)
{
    int file = open("/dev/null", O_RDWR | O_CLOEXEC);
    int same = open("/dev/null", O_RDWR | O_CLOEXEC);
    got[0] = !sley_descriptor_own(file);
    got[1] = sley_descriptor_channel(file, 0) == sley_descriptor_channel(same, 0);
    got[2] = sley_descriptor_channel(file, 0) != sley_descriptor_channel(1, 0);
    got[3] = sley_descriptor_channel(SLEY_DESCRIPTORS_MAX + 1, 0)->kind == SLEY_CHANNEL_NUMBERS;
    got[4] = sley_descriptor_channel(-1, 0)->kind == SLEY_CHANNEL_NUMBERS;
    close(file);
    close(same);
    return argument;
}

static void
what_the_run_did_not_make_is_known_by_what_the_system_says_of_it(void **state)
{
    (void)state;
    run(find_others);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(got[i], 1);
    }
}

static void *
fill_table(void *argument)
{
    for (int i = 0; i < SLEY_CHANNELS_MAX; i++) { /* the table itself is one object */
        got[0] = i;
        if (sley_pipe(ends) != 0) {
            break;
        }
        sley_close(ends[0]);
        sley_close(ends[1]);
    }
    return argument;
}

static void
a_full_table_ends_the_run(void **state)
{
    (void)state;
    run(fill_table);
    assert_int_equal(result.verdicts, SLEY_BIT(OUT_OF_MEMORY));
    assert_int_equal(got[0], SLEY_CHANNELS_MAX - 1);
    close(ends[0]); /* the last one was made, and not entered */
    close(ends[1]);
}

static void *
fill_ends(void *argument)
{
    for (int i = 0; i < 2 * SLEY_CHANNELS_MAX + 1; i++) {
        got[0] = i;
        got[1] = sley_socket(AF_UNIX, SOCK_DGRAM, 0);
        sley_close((int)got[1]);
    }
    return argument;
}

static void
too_many_ends_end_the_run(void **state)
{
    (void)state;
    run(fill_ends);
    assert_int_equal(result.verdicts, SLEY_BIT(OUT_OF_MEMORY));
    assert_int_equal(got[0], 2 * SLEY_CHANNELS_MAX);
    close((int)got[1]);
}

static void *
send_datagram(void *argument)
{
    (void)argument;
    values[0] = 7;
    sley_send(ends[1], "d", 1, 0);
    return NULL;
}

/* Two sockets of one pair that connect made: what was written before is seen. */
static void *
exchange_datagrams(void *argument)
{
    char byte;
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    socklen_t size = sizeof name;
    ends[0] = sley_socket(AF_UNIX, SOCK_DGRAM, 0);
    ends[1] = sley_socket(AF_UNIX, SOCK_DGRAM, 0);
    sley_bind(ends[0], (struct sockaddr *)&name, sizeof name.sun_family);
    sley_getsockname(ends[0], (struct sockaddr *)&name, &size);
    got[0] = sley_connect(ends[1], (struct sockaddr *)&name, size);
    sley_pthread_create(&id, NULL, send_datagram, NULL);
    got[1] = sley_recv(ends[0], &byte, 1, 0);
    got[2] = values[0];
    sley_pthread_join(id, NULL);
    sley_close(ends[0]);
    sley_close(ends[1]);
    return argument;
}

static void
datagrams_between_tasks_are_waited_for(void **state)
{
    (void)state;
    run(exchange_datagrams);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(got[0], 0);
    assert_int_equal(got[1], 1);
    assert_int_equal(got[2], 7);
    assert_false(result.outside);
}

static void *
read_one(void *argument)
{
    char byte = 0;
    got[0] = sley_read(ends[0], &byte, 1);
    got[1] = (unsigned char)byte;
    return argument;
}

/* The reader waits already: it keeps what it waits for, whatever the number leads to next. */
static void *
close_under_a_reader(void *argument)
{
    sley_pipe(ends);
    sley_pthread_create(&id, NULL, read_one, NULL);
    while (sley_engine.task_table[1].state != SLEY_TASK_BLOCKED) {
        sley_usleep(1);
    }
    sley_close(ends[0]);
    sley_pipe(others);
    got[2] = others[0] == ends[0];
    sley_write(others[1], "n", 1);
    got[3] = sley_write(ends[1], "o", 1);
    sley_pthread_join(id, NULL);
    sley_close(ends[1]);
    sley_close(others[0]);
    sley_close(others[1]);
    return argument;
}

static void
a_close_does_not_wake_who_waits_already(void **state)
{
    (void)state;
    run(close_under_a_reader);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(got[0], 1);
    assert_int_equal(got[1], 'o');
    assert_int_equal(got[2], 1);
    assert_int_equal(got[3], 1);
}

static void *
poll_many(void *argument)
{
    static struct pollfd files[1030];
    sley_pipe(ends);
    for (int i = 0; i < 1030; i++) {
        files[i] = (struct pollfd){.fd = i == 1029 ? ends[0] : -1, .events = POLLIN};
    }
    got[0] = sley_poll(files, 1030, 1000);
    sley_write(ends[1], "x", 1);
    got[1] = sley_poll(files, 1030, -1);
    got[2] = files[1029].revents;
    sley_close(ends[0]);
    sley_close(ends[1]);
    return argument;
}

static void
a_list_longer_than_the_copy_is_waited_for_where_it_lies(void **state)
{
    (void)state;
    run(poll_many);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(got[0], 0);
    assert_int_equal(got[1], 1);
    assert_int_equal(got[2], POLLIN);
    assert_true(result.clock_ns >= 1000000000);
}

static void *
wait_for_nothing(void *argument)
{
    sley_pipe(ends);
    sley_read(ends[0], got, 1);
    return argument;
}

static void
a_wait_without_a_writer_names_the_pipe(void **state)
{
    (void)state;
    char text[32];
    run(wait_for_nothing);
    assert_int_equal(result.verdicts, SLEY_BIT(BLOCKED));
    assert_true(sley_channel_text(result.failure[0].address, text, sizeof text));
    assert_string_equal(text, "pipe 1");
    assert_string_equal(result.failure[0].text, "waits for something to read for ever");
    close(ends[0]);
    close(ends[1]);
}

static int outside[2];

static void *
read_outside(void *argument)
{
    char byte;
    got[0] = sley_read(outside[0], &byte, 1);
    return argument;
}

static void
what_is_outside_is_waited_for_in_real_time_and_not_for_ever(void **state)
{
    (void)state;
    unsigned patience = sley_descriptor_patience_ms;
    assert_int_equal(pipe(outside), 0);
    sley_descriptor_patience_ms = 20;
    run(read_outside);
    assert_int_equal(result.verdicts, SLEY_BIT(STUCK));
    assert_string_equal(result.failure[0].text, "nothing came from outside the program for 20 ms");
    assert_true(result.outside);
    sley_descriptor_patience_ms = patience;
    assert_int_equal(write(outside[1], "x", 1), 1);
    run(read_outside);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(got[0], 1);
    assert_true(result.outside);
    close(outside[0]);
    close(outside[1]);
}

static void *
too_many_streams(void *argument)
{
    static FILE *files[257];
    sley_pipe(ends);
    for (int i = 0; i < 256; i++) {
        files[i] = sley_fdopen(sley_dup(ends[1]), "w");
        got[0] += files[i] != NULL;
    }
    files[256] = sley_fdopen(ends[1], "w");
    got[1] = !files[256] && errno == EMFILE;
    for (int i = 0; i < 256; i++) {
        got[2] += fclose(files[i]) == 0;
    }
    files[256] = sley_fdopen(ends[1], "w");
    got[3] = files[256] && sley_fileno(files[256]) == ends[1];
    got[4] = fclose(files[256]) == 0 && !sley_descriptor_own(ends[1]);
    sley_close(ends[0]);
    return argument;
}

static void
streams_have_a_table_of_256(void **state)
{
    (void)state;
    run(too_many_streams);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(got[0], 256);
    assert_int_equal(got[1], 1);
    assert_int_equal(got[2], 256);
    assert_int_equal(got[3], 1);
    assert_int_equal(got[4], 1);
}

static void
outside_a_run_every_call_is_the_system_s_own(void **state)
{
    (void)state;
    char byte = 0;
    assert_int_equal(sley_pipe(ends), 0);
    assert_null(sley_descriptor_own(ends[0]));
    assert_int_equal(fcntl(ends[0], F_GETFL) & O_NONBLOCK, 0);
    assert_int_equal(sley_write(ends[1], "z", 1), 1);
    assert_int_equal(sley_read(ends[0], &byte, 1), 1);
    assert_int_equal(byte, 'z');
    assert_int_equal(sley_close(ends[0]) | sley_close(ends[1]), 0);
}

static int
engine_begin(void **state)
{
    (void)state;
    return sley_engine_init(NULL) == SLEY_OK ? 0 : -1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_follows_copies_and_closes),
        cmocka_unit_test(an_object_has_the_same_name_and_key_in_every_run),
        cmocka_unit_test(what_the_run_did_not_make_is_known_by_what_the_system_says_of_it),
        cmocka_unit_test(a_full_table_ends_the_run),
        cmocka_unit_test(too_many_ends_end_the_run),
        cmocka_unit_test(datagrams_between_tasks_are_waited_for),
        cmocka_unit_test(a_close_does_not_wake_who_waits_already),
        cmocka_unit_test(a_list_longer_than_the_copy_is_waited_for_where_it_lies),
        cmocka_unit_test(a_wait_without_a_writer_names_the_pipe),
        cmocka_unit_test(what_is_outside_is_waited_for_in_real_time_and_not_for_ever),
        cmocka_unit_test(streams_have_a_table_of_256),
        cmocka_unit_test(outside_a_run_every_call_is_the_system_s_own),
    };
    return cmocka_run_group_tests(tests, engine_begin, NULL);
}
