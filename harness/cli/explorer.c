#include "cli/explorer.h"

#include "cli/commands.h"
#include "cli/lane.h"

#include "report/page.h"

#include <errno.h>
#include <string.h>

void
sley_explorer_command(const struct sley_session *session, const char *token, char *text,
                      size_t size)
{
    snprintf(text, size, "%s replay %s%s", session->program, token, sley_lane_suffix());
}

/* Puts the captured run before those that the page has. */
static void
add_run(const struct sley_session *session, json_t *runs, const char *title, const char *token)
{
    char command[SLEY_TOKEN_TEXT_MAX + 8192];
    if (runs) {
        sley_explorer_command(session, token, command, sizeof command);
        json_array_insert_new(runs, 0,
                              sley_page_run(session->symbolizer, session->capture, title, command));
    }
}

enum sley_status
sley_explorer_shrink(struct sley_session *session, const struct sley_target *target,
                     const char *token, bool original, struct sley_shrunk *shrunk, json_t *runs,
                     struct sley_error *error)
{
    enum sley_status status = SLEY_OK;
    *shrunk = (struct sley_shrunk){0};
    add_run(session, runs, "the run as it was found", token);
    if (!original) {
        status = sley_shrink_captured(session, target, shrunk, error);
    }
    if (status == SLEY_OK && shrunk->token[0]) {
        add_run(session, runs, "shrunk: the least that fails in the same way", shrunk->token);
    }
    return status;
}

enum sley_status
sley_explorer_write(const struct sley_target *target, json_t *runs, const char *path,
                    struct sley_error *error)
{
    const struct sley_property *property = target->property;
    char claim[160];
    snprintf(claim, sizeof claim, "%s%s%s", property->program ? "none: a program" : property->claim,
             property->program ? "" : ", ", property->program ? "" : property->source);
    struct sley_page_head head = {
        .property = property->name,
        .says = property->says,
        .claim = claim,
        .model = target->model->name,
        .version = "sley " SLEY_VERSION ", built with " __VERSION__,
    };
    FILE *file = fopen(path, "w");
    if (!file) {
        return sley_error_set(error, SLEY_ERROR_IO, "cannot write '%s': %s", path, strerror(errno));
    }
    bool written = sley_page_write(file, &head, runs);
    if (fclose(file) != 0 || !written) {
        return sley_error_set(error, SLEY_ERROR_IO, "cannot write '%s'", path);
    }
    return SLEY_OK;
}

enum sley_status
sley_explorer_make(struct sley_session *session, const struct sley_target *target,
                   const char *token, const char *path, struct sley_error *error)
{
    static struct sley_token parsed;
    struct sley_recipe recipe;
    struct sley_shrunk shrunk;
    json_t *runs = json_array();
    enum sley_status status = sley_token_parse(&parsed, token, error);
    if (status == SLEY_OK) {
        status = sley_recipe_of_token(&recipe, &parsed, error);
    }
    if (status == SLEY_OK) {
        status = sley_session_capture(session, target, &recipe, error);
    }
    if (status == SLEY_OK) {
        status = sley_explorer_shrink(session, target, token, false, &shrunk, runs, error);
    }
    if (status == SLEY_OK) {
        status = sley_explorer_write(target, runs, path, error);
    }
    json_decref(runs);
    return status;
}
