/* How long a heartbeat is kept waiting by what another task does (F14). */
#include <sley/machine.h>
#include <sley/sley.h>

enum { PERIOD_US = 2000 };

static uint64_t
gap_us(void (*work)(uint32_t duration_us), uint32_t duration_us)
{
    sley_machine_set(2, "ideal");
    sley_heartbeat_start(PERIOD_US);
    sley_io_us(3 * PERIOD_US); /* it beats */
    work(duration_us);
    sley_io_us(3 * PERIOD_US);
    return sley_heartbeat_gap_us();
}

static void
no_work(uint32_t duration_us)
{
    (void)duration_us;
}

static void
call_python(uint32_t duration_us)
{
    sley_call_us(duration_us, true);
}

static uint32_t
drawn_us(void)
{
    return (uint32_t)sley_draw(2, 300) * 1000;
}

static void
idle(void)
{
    sley_check(gap_us(no_work, 0) == PERIOD_US);
}

static void
computing_blocks(void)
{
    uint32_t duration_us = drawn_us();
    sley_check(gap_us(sley_compute_us, duration_us) >= duration_us);
}

static void
blocking_call_blocks(void)
{
    uint32_t duration_us = drawn_us();
    sley_check(gap_us(sley_block_us, duration_us) >= duration_us);
}

static void
released_call_blocks(void)
{
    uint32_t duration_us = drawn_us();
    sley_check(gap_us(call_python, duration_us) >= duration_us);
}

static void
waiting_keeps_it_going(void)
{
    sley_check(gap_us(sley_io_us, drawn_us()) == PERIOD_US);
}

static const char other_thread[] = "the heartbeat is a thread of its own, on a core of its own";

const struct sley_property sley_scenario_speed_loop[] = {
    {
        .name = "heartbeat.idle",
        .claim = "contract",
        .source = "sley/machine.h",
        .says = "a heartbeat that nothing keeps waiting beats at its period",
        .falsifier = "fault:gil-kept",
        .quantifier = SLEY_ALWAYS,
        .body = idle,
        .timed = true,
        .runs = 50,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""},
                   {"gil:py2", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "heartbeat.computing",
        .claim = "loop-cpu-blocks",
        .source = "001:69",
        .says = "a computation without an await keeps every other task waiting to its end",
        .quantifier = SLEY_ALWAYS,
        .body = computing_blocks,
        .timed = true,
        .runs = 200,
        .expect = {{"thread", SLEY_REFUTED, other_thread},
                   {"coroutine", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_REFUTED, "others have their turn after an interval"},
                   {"gil:py310", SLEY_REFUTED, "others have their turn after an interval"},
                   {"gil:per-interpreter", SLEY_REFUTED,
                    "others have their turn after an interval"},
                   {"gil:free", SLEY_REFUTED, other_thread},
                   {"process", SLEY_REFUTED, other_thread}},
    },
    {
        .name = "heartbeat.blocking-call",
        .claim = "loop-sync-io-blocks-despite-gil-release",
        .source = "000:336",
        .says = "a blocking call keeps every other task waiting to its end",
        .quantifier = SLEY_ALWAYS,
        .body = blocking_call_blocks,
        .timed = true,
        .runs = 200,
        .expect = {{"thread", SLEY_REFUTED, other_thread},
                   {"coroutine", SLEY_CONFIRMED, ""},
                   {"gil:py2", SLEY_REFUTED, "a blocking call lets go of the lock"},
                   {"gil:py32", SLEY_REFUTED, "a blocking call lets go of the lock"},
                   {"gil:py310", SLEY_REFUTED, "a blocking call lets go of the lock"},
                   {"gil:per-interpreter", SLEY_REFUTED, "a blocking call lets go of the lock"},
                   {"gil:free", SLEY_REFUTED, other_thread},
                   {"process", SLEY_REFUTED, other_thread}},
    },
    {
        .name = "heartbeat.released-call",
        .claim = "loop-cpu-blocks",
        .source = "001:69",
        .says = "C code that releases the interpreter lock keeps every other task waiting to its "
                "end",
        .quantifier = SLEY_ALWAYS,
        .body = released_call_blocks,
        .timed = true,
        .runs = 200,
        .expect = {{"thread", SLEY_REFUTED, other_thread},
                   {"coroutine", SLEY_CONFIRMED, ""},
                   {"gil:py2", SLEY_REFUTED, "the call lets go of the lock"},
                   {"gil:py32", SLEY_REFUTED, "the call lets go of the lock"},
                   {"gil:py310", SLEY_REFUTED, "the call lets go of the lock"},
                   {"gil:per-interpreter", SLEY_REFUTED, "the call lets go of the lock"},
                   {"gil:free", SLEY_REFUTED, other_thread},
                   {"process", SLEY_REFUTED, other_thread}},
    },
    {
        .name = "heartbeat.waiting",
        .claim = "coro-gather-overlaps-waits",
        .source = "002:172",
        .says = "a task that waits as the model does it keeps nobody waiting",
        .falsifier = "fault:gil-kept",
        .quantifier = SLEY_ALWAYS,
        .body = waiting_keeps_it_going,
        .timed = true,
        .runs = 200,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""},
                   {"gil:py2", SLEY_CONFIRMED, ""},
                   {"gil:py32", SLEY_CONFIRMED, ""},
                   {"gil:py310", SLEY_CONFIRMED, ""},
                   {"gil:per-interpreter", SLEY_CONFIRMED, ""},
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""}},
    },
    {0},
};
