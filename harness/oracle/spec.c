/* Ready-made sequential specifications. */
#include <sley/history.h>

#include <stddef.h>
#include <string.h>

static bool
pending(const struct sley_call *call)
{
    return call->end == UINT64_MAX;
}

/* NULL if the call's result is the one given, or not known. */
static const char *
expect(const struct sley_call *call, int64_t result, const char *why)
{
    return pending(call) || call->result == result ? NULL : why;
}

static void
init_empty(const struct sley_spec *spec, struct sley_spec_state *state)
{
    (void)spec;
    state->count = 0;
}

static void
init_value(const struct sley_spec *spec, struct sley_spec_state *state)
{
    state->count = 1;
    state->item[0] = spec->parameter;
}

/* --- queue and stack --- */

static const char *
append(const struct sley_spec *spec, struct sley_spec_state *state, const struct sley_call *call)
{
    int64_t capacity = spec->parameter > 0 && spec->parameter < SLEY_SPEC_ITEMS_MAX
                           ? spec->parameter
                           : SLEY_SPEC_ITEMS_MAX;
    bool full = state->count >= capacity;
    if (!pending(call) && call->result == SLEY_NONE) {
        return full ? NULL : "there is room";
    }
    if (full) {
        /* A pending call waits, or found no room. */
        return "it is full";
    }
    state->item[state->count++] = call->argument;
    return NULL;
}

/* Takes the item at index, the first or the last. */
static const char *
take(struct sley_spec_state *state, const struct sley_call *call, int64_t index, const char *why)
{
    if (!pending(call) && call->result == SLEY_NONE) {
        return state->count == 0 ? NULL : "it is not empty";
    }
    if (state->count == 0) {
        return "it is empty";
    }
    const char *wrong = expect(call, state->item[index], why);
    state->count--;
    memmove(&state->item[index], &state->item[index + 1],
            (size_t)(state->count - index) * sizeof state->item[0]);
    return wrong;
}

static const char *
fifo_apply(const struct sley_spec *spec, struct sley_spec_state *state,
           const struct sley_call *call)
{
    return call->op == SLEY_PUT ? append(spec, state, call)
                                : take(state, call, 0, "another item is the first");
}

/* Whether some call yet to come may put the item. */
static bool
may_come(int64_t item, const struct sley_call *calls, uint32_t call_count, uint64_t done)
{
    for (uint32_t i = 0; i < call_count; i++) {
        if (!(done >> i & 1) && calls[i].op == SLEY_PUT && calls[i].argument == item) {
            return true;
        }
    }
    return false;
}

/* Whether some get yet to come may take the item before that get. */
static bool
may_go(int64_t item, const struct sley_call *before, const struct sley_call *calls,
       uint32_t call_count, uint64_t done)
{
    for (uint32_t i = 0; i < call_count; i++) {
        bool takes = calls[i].op == SLEY_GET && (pending(&calls[i]) || calls[i].result == item);
        if (!(done >> i & 1) && takes && &calls[i] != before && before->end > calls[i].begin) {
            return true;
        }
    }
    return false;
}

/* A get waits for an item that nobody puts, or for one behind another that nobody takes in time:
 * the order of concurrent puts is settled by that of the gets. */
static bool
fifo_hopeless(const struct sley_spec_state *state, const struct sley_call *calls,
              uint32_t call_count, uint64_t done)
{
    for (uint32_t i = 0; i < call_count; i++) {
        const struct sley_call *get = &calls[i];
        if ((done >> i & 1) || get->op != SLEY_GET || pending(get) || get->result == SLEY_NONE ||
            may_come(get->result, calls, call_count, done)) {
            continue;
        }
        int64_t count = 0, at = -1;
        for (int64_t k = 0; k < state->count; k++) {
            count += state->item[k] == get->result;
            at = state->item[k] == get->result ? k : at;
        }
        if (count == 0 ||
            (count == 1 && at > 0 && !may_go(state->item[at - 1], get, calls, call_count, done))) {
            return true;
        }
    }
    return false;
}

static const char *
stack_apply(const struct sley_spec *spec, struct sley_spec_state *state,
            const struct sley_call *call)
{
    return call->op == SLEY_PUSH ? append(spec, state, call)
                                 : take(state, call, state->count - 1, "another item is the last");
}

/* --- register and counter --- */

static const char *
register_apply(const struct sley_spec *spec, struct sley_spec_state *state,
               const struct sley_call *call)
{
    (void)spec;
    int64_t value = state->item[0];
    if (call->op == SLEY_READ) {
        return expect(call, value, "it has another value");
    }
    if (call->op == SLEY_WRITE) {
        state->item[0] = call->argument;
        return NULL;
    }
    bool equal = value == call->argument;
    if (equal) {
        state->item[0] = call->second;
    }
    return expect(call, equal, equal ? "it has the expected value" : "it has another value");
}

static const char *
counter_apply(const struct sley_spec *spec, struct sley_spec_state *state,
              const struct sley_call *call)
{
    (void)spec;
    int64_t value = state->item[0];
    if (call->op == SLEY_ADD) {
        state->item[0] = (int64_t)((uint64_t)value + (uint64_t)call->argument);
    }
    return expect(call, value, "it has another value");
}

/* --- set and map: a state is that of one key --- */

static int64_t
part_key(const struct sley_call *call)
{
    return call->argument;
}

static const char *
set_apply(const struct sley_spec *spec, struct sley_spec_state *state, const struct sley_call *call)
{
    (void)spec;
    bool in = state->count == 1;
    state->item[0] = call->argument;
    if (call->op == SLEY_INSERT) {
        state->count = 1;
        return expect(call, !in, in ? "the key is in" : "the key is not in");
    }
    if (call->op == SLEY_REMOVE) {
        state->count = 0;
    }
    return expect(call, in, in ? "the key is in" : "the key is not in");
}

static const char *
map_apply(const struct sley_spec *spec, struct sley_spec_state *state, const struct sley_call *call)
{
    (void)spec;
    int64_t before = state->count == 1 ? state->item[0] : SLEY_NONE;
    if (call->op == SLEY_SET) {
        state->count = 1;
        state->item[0] = call->second;
    } else if (call->op == SLEY_DROP) {
        state->count = 0;
    }
    return expect(call, before,
                  before == SLEY_NONE ? "the key is not in" : "the key has another value");
}

/* --- lock: one item for each acquire that is not released, the owner's number --- */

static const char *
lock_apply(const struct sley_spec *spec, struct sley_spec_state *state,
           const struct sley_call *call)
{
    bool own = state->count > 0 && state->item[0] == (int64_t)call->task;
    bool free = state->count == 0 || (own && spec->parameter);
    if (call->op == SLEY_RELEASE) {
        state->count -= own;
        return own ? NULL : "the task does not hold it";
    }
    if (call->op == SLEY_TRY && !pending(call) && call->result == 0) {
        return free ? "it is free" : NULL;
    }
    if (!free || state->count == SLEY_SPEC_ITEMS_MAX) {
        return "it is held";
    }
    state->item[state->count++] = call->task;
    return NULL;
}

static const struct sley_spec_ops fifo_ops = {.name = "FIFO queue",
                                              .ops = {"put", "get"},
                                              .arguments = {1},
                                              .silent = {true},
                                              .init = init_empty,
                                              .apply = fifo_apply,
                                              .hopeless = fifo_hopeless};
static const struct sley_spec_ops stack_ops = {.name = "stack",
                                               .ops = {"push", "pop"},
                                               .arguments = {1},
                                               .silent = {true},
                                               .init = init_empty,
                                               .apply = stack_apply};
static const struct sley_spec_ops register_ops = {.name = "register",
                                                  .ops = {"read", "write", "replace"},
                                                  .arguments = {0, 1, 2},
                                                  .silent = {false, true},
                                                  .init = init_value,
                                                  .apply = register_apply};
static const struct sley_spec_ops counter_ops = {.name = "counter",
                                                 .ops = {"count", "add"},
                                                 .arguments = {0, 1},
                                                 .init = init_value,
                                                 .apply = counter_apply};
static const struct sley_spec_ops set_ops = {.name = "set",
                                             .ops = {"insert", "remove", "has"},
                                             .arguments = {1, 1, 1},
                                             .init = init_empty,
                                             .apply = set_apply,
                                             .part = part_key};
static const struct sley_spec_ops map_ops = {.name = "map",
                                             .ops = {"set", "look", "drop"},
                                             .arguments = {2, 1, 1},
                                             .init = init_empty,
                                             .apply = map_apply,
                                             .part = part_key};
static const struct sley_spec_ops lock_ops = {.name = "lock",
                                              .ops = {"acquire", "release", "try"},
                                              .silent = {true, true},
                                              .init = init_empty,
                                              .apply = lock_apply};

struct sley_spec
sley_spec_fifo(int64_t capacity)
{
    return (struct sley_spec){&fifo_ops, capacity};
}

struct sley_spec
sley_spec_stack(int64_t capacity)
{
    return (struct sley_spec){&stack_ops, capacity};
}

struct sley_spec
sley_spec_register(int64_t first)
{
    return (struct sley_spec){&register_ops, first};
}

struct sley_spec
sley_spec_counter(int64_t first)
{
    return (struct sley_spec){&counter_ops, first};
}

struct sley_spec
sley_spec_set(void)
{
    return (struct sley_spec){&set_ops, 0};
}

struct sley_spec
sley_spec_map(void)
{
    return (struct sley_spec){&map_ops, 0};
}

struct sley_spec
sley_spec_lock(bool reentrant)
{
    return (struct sley_spec){&lock_ops, reentrant};
}
