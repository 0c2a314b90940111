/* A program that starts processes, and its start method: a forked child goes on with its parent's
 * module, a spawned one imports the module anew (002:43). The programs are those of the documents,
 * which have no `if __name__ == "__main__"` (003:31-36, 000:314-317, 000:187-192, 000:221). */
#include <sley/process.h>
#include <sley/shared.h>

#include <stdlib.h>

enum form {
    JOINED,     /* two processes, started and joined: 003:31-36 */
    NOT_JOINED, /* two processes, started: 000:314-317 */
    MAPPED,     /* a pool that maps a list: 000:187-192 */
    PREPARED,   /* a pool that is made here and used later: 000:221 */
    FORM_COUNT
};

enum { CHILDREN_MAX = 3, RUNTIME_ERROR = 1 };

/* The program, and what its children hand back: in shared memory, as a spawned child has no other.
 */
struct program {
    enum form form;
    bool guarded;
    int input;
    long results[CHILDREN_MAX];
};

struct target {
    struct program *program;
    int index;
};

static bool imported; /* this process has run the module's top level */
static bool starting; /* multiprocessing: it is doing so as a child, and may start no process */

static void top_level(struct program *program, bool is_main);

static long
heavy_computation(int data)
{
    long sum = 0;
    for (int i = 1; i <= data; i++) {
        sum += (long)i * i;
    }
    return sum;
}

/* What runs in a child, first the start method's part. */
static void *
child(void *argument)
{
    struct target *target = argument;
    struct program *program = target->program;
    if (!imported) {
        starting = true;
        top_level(program, false);
        starting = false;
    }
    program->results[target->index] = heavy_computation(program->input + target->index);
    return NULL;
}

/* Process.start: "An attempt has been made to start a new process before the current process has
 * finished its bootstrapping phase." */
static uintptr_t
start_process(struct program *program, int index)
{
    if (starting) {
        exit(RUNTIME_ERROR);
    }
    struct target *target = sley_shared_allocate(sizeof *target);
    *target = (struct target){program, index};
    return sley_spawn(child, target);
}

static void
run_processes(struct program *program, int count)
{
    uintptr_t children[CHILDREN_MAX];
    for (int i = 0; i < count; i++) {
        children[i] = start_process(program, i);
    }
    for (int i = 0; i < count; i++) {
        sley_join(children[i]);
    }
}

static int
children_of(const struct program *program)
{
    return program->form == MAPPED ? 3 : program->form == PREPARED ? 1 : 2;
}

/* The module's code. What it starts and does not join is joined at the program's exit, and a pool
 * starts nothing before it is used, in a function that only the main program calls. */
static void
top_level(struct program *program, bool is_main)
{
    imported = true;
    bool main_only = program->guarded || program->form == PREPARED;
    if (main_only && !is_main) {
        return;
    }
    run_processes(program, children_of(program));
}

static bool
gets_its_work_done(struct program *program)
{
    bool done = true;
    top_level(program, true);
    for (int i = 0; i < children_of(program); i++) {
        done = done && program->results[i] == heavy_computation(program->input + i);
    }
    return done;
}

static struct program *
draw_program(enum form last, bool guarded)
{
    struct program *program = sley_shared_allocate(sizeof *program);
    program->form = (enum form)sley_draw(JOINED, (int)last);
    program->guarded = guarded;
    program->input = sley_draw(1, 2);
    return program;
}

static void
without_guard(void)
{
    sley_check(!gets_its_work_done(draw_program(MAPPED, false)));
}

static void
with_guard(void)
{
    sley_check(gets_its_work_done(draw_program(MAPPED, true)));
}

static void
work_without_guard(void)
{
    sley_check(gets_its_work_done(draw_program(MAPPED, false)));
}

static void
pool_prepared(void)
{
    struct program *program = draw_program(JOINED, false);
    program->form = PREPARED;
    sley_check(gets_its_work_done(program));
}

static const char copy_goes_on[] = "a forked child has the module already, and runs none of it";
static const char runtime_error[] = "each child runs into the RuntimeError of its bootstrapping";

#define GUARD                                                                                      \
    .claim = "proc-main-guard", .quantifier = SLEY_ALWAYS, .also = SLEY_BIT(EXIT),                 \
    .exhaustive = true

const struct sley_property sley_scenario_start_method[] = {
    {
        .name = "proc-main-guard",
        GUARD,
        .source = "003:31",
        .says = "three programs that start processes without the guard do not get their work done",
        .body = without_guard,
        .expect = {{"thread", SLEY_NOT_APPLICABLE, "a thread imports nothing"},
                   {"process", SLEY_REFUTED, copy_goes_on},
                   {"process:spawn", SLEY_CONFIRMED, runtime_error},
                   {"coroutine", SLEY_NOT_APPLICABLE, "a coroutine imports nothing"}},
    },
    {
        .name = "proc-main-guard.guarded",
        GUARD,
        .source = "002:43",
        .says = "the same three programs with the guard get their work done",
        .twin = true,
        .falsifier = "proc-main-guard.unguarded",
        .body = with_guard,
        .expect = {{"process:spawn", SLEY_CONFIRMED, ""}, {"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "proc-main-guard.unguarded",
        GUARD,
        .source = "000:187",
        .says = "three programs that start processes without the guard get their work done",
        .twin = true,
        .body = work_without_guard,
        .expect = {{"process", SLEY_CONFIRMED, copy_goes_on},
                   {"process:spawn", SLEY_REFUTED, runtime_error}},
    },
    {
        .name = "proc-main-guard.pool-at-import",
        GUARD,
        .source = "000:221",
        .says = "a module that makes a pool when it is imported, and uses it in a function of the "
                "main program, needs no guard for that",
        .twin = true,
        .falsifier = "proc-main-guard.unguarded",
        .body = pool_prepared,
        .expect = {{"process:spawn", SLEY_CONFIRMED, ""}, {"process", SLEY_CONFIRMED, ""}},
    },
    {0},
};
