#include "cli/session.h"

#include "cli/catalogue.h"
#include "cli/falsifier.h"
#include "cli/fault.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void
on_symbol(void *context, const char *name, uintptr_t address, size_t size)
{
    (void)context;
    sley_world_symbol(name, address, size);
}

static enum sley_progress
progress_of(const struct sley_session *session)
{
    const char *wanted = session->options->progress ? session->options->progress : "auto";
    if (strcmp(wanted, "plain") == 0) {
        return SLEY_PROGRESS_PLAIN;
    }
    bool line = session->terminal && strcmp(wanted, "auto") == 0;
    return line ? SLEY_PROGRESS_LINE : SLEY_PROGRESS_NONE;
}

enum sley_status
sley_session_init(struct sley_session *session, const struct sley_options *options,
                  const char *program, bool keeps, struct sley_error *error)
{
    *session = (struct sley_session){.options = options, .program = program, .out = stdout};
    session->terminal = isatty(STDOUT_FILENO) && !options->json && !options->tap;
    session->color = session->terminal && !getenv("NO_COLOR");
    session->progress = progress_of(session);
    struct winsize size;
    bool sized = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40;
    session->width = session->terminal && sized ? size.ws_col : 100;
    enum sley_status status = sley_fault_select(options, error);
    if (status == SLEY_OK) {
        sley_fault_announce(options);
        status = sley_catalogue_check(error);
    }
    if (status == SLEY_OK) {
        status = sley_falsifier_check(error);
    }
    if (status == SLEY_OK) {
        status = sley_engine_init(error);
    }
    if (status == SLEY_OK) {
        status = sley_symbolizer_create(&session->symbolizer, error);
    }
    if (status == SLEY_OK) {
        uintptr_t low = sley_engine.globals_low;
        status = sley_symbolizer_globals(session->symbolizer, low, low + sley_engine.globals_size,
                                         on_symbol, NULL);
        sley_symbolizer_close(session->symbolizer); /* until a failure is told of */
    }
    /* What a broken model shows is no finding: it is not kept among those that are. */
    if (status == SLEY_OK && keeps && !options->fault) {
        status = sley_store_open(&session->store, options->out, options->out_given, error);
    }
    if (status == SLEY_OK && !(session->capture = sley_capture_create())) {
        status = sley_error_set(error, SLEY_ERROR_SYSTEM, "no memory for a trace");
    }
    return status;
}

void
sley_session_deinit(struct sley_session *session)
{
    sley_capture_destroy(session->capture);
    sley_store_close(session->store);
    if (session->symbolizer) {
        sley_symbolizer_destroy(session->symbolizer);
    }
}

enum sley_status
sley_session_token(struct sley_session *session, const struct sley_token *token, char *text,
                   size_t text_size, struct sley_error *error)
{
    int length = sley_token_print(text, text_size, token);
    if (length <= SLEY_TOKEN_TEXT_MAX && (size_t)length < text_size) {
        return SLEY_OK;
    }
    struct sley_store *store = session->store;
    enum sley_status status = SLEY_OK;
    if (!store) {
        status = sley_store_open(&session->store, session->options->out, true, error);
        store = session->store;
    }
    char *whole = malloc(SLEY_TOKEN_BYTES_MAX);
    if (!whole) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "no memory for a token");
    }
    FILE *file = NULL;
    if (status == SLEY_OK && whole) {
        char name[64];
        sley_token_print(whole, SLEY_TOKEN_BYTES_MAX, token);
        snprintf(name, sizeof name, "%s-%u-%s", token->model, token->point_count, token->hashes);
        text[0] = '@';
        status = sley_store_file(store, "tokens", name, &file, text + 1, text_size - 1, error);
    }
    if (file) {
        bool written = fprintf(file, "%s\n", whole) > 0;
        if (fclose(file) != 0 || !written) {
            status = sley_error_set(error, SLEY_ERROR_IO, "cannot write '%s'", text + 1);
        }
    }
    free(whole);
    return status;
}

enum sley_status
sley_session_capture(struct sley_session *session, const struct sley_target *target,
                     const struct sley_recipe *recipe, struct sley_error *error)
{
    return sley_capture_run(session->capture, target, recipe, error);
}

static uint64_t
digest_text(uint64_t digest, const char *text)
{
    for (; *text; text++) {
        digest = sley_mix64(digest ^ (unsigned char)*text);
    }
    return sley_mix64(digest ^ 0x100);
}

static uint64_t
digest_place(const struct sley_session *session, uintptr_t pc)
{
    struct sley_place place;
    if (pc == 0 || !sley_symbolizer_place(session->symbolizer, pc - 1, &place)) {
        return 0;
    }
    const char *base = strrchr(place.file, '/');
    uint64_t digest = digest_text(place.line, place.function);
    return digest_text(digest, base ? base + 1 : place.file);
}

void
sley_session_failure_name(const struct sley_session *session, const struct sley_target *target,
                          const struct sley_failure *failure, char name[17])
{
    uint64_t digest = digest_text(failure->verdict + 1u, target->property->name);
    digest = digest_text(digest, target->model->name);
    if (failure->verdict == SLEY_VERDICT_EXIT && failure->pc[0] == 0) {
        digest += sley_mix64(failure->detail);
    } else if (failure->cycle_count > 0) {
        /* A sum: the same cycle may be closed at any of its tasks. */
        for (uint32_t i = 0; i < failure->cycle_count; i++) {
            digest += sley_mix64(digest_place(session, failure->cycle[i].wait_pc));
        }
    } else {
        digest += sley_mix64(digest_place(session, failure->pc[0])) +
                  sley_mix64(digest_place(session, failure->pc[1]));
    }
    snprintf(name, 17, "%016" PRIx64, sley_mix64(digest));
}

const char *
sley_session_paint(const struct sley_session *session, const char *sequence)
{
    return session->color ? sequence : "";
}
