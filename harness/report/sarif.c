#include "report/sarif.h"

#include "report/failure.h"
#include "report/place.h"
#include "report/sarif_rules.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct writer {
    struct sley_symbolizer *symbolizer;
    const char *root;
};

/* The path as a URI reference: whatever is not unreserved is escaped (RFC 3986, section 2). */
static void
uri_of(const char *path, char *uri, size_t size)
{
    size_t at = 0;
    for (; *path && at + 4 < size; path++) {
        unsigned char c = (unsigned char)*path;
        if (isalnum(c) || strchr("-._~/", c)) {
            uri[at++] = (char)c;
        } else {
            at += (size_t)snprintf(uri + at, size - at, "%%%02X", c);
        }
    }
    uri[at] = '\0';
}

static json_t *
artifact(const struct writer *writer, const char *file)
{
    char uri[2048], whole[2060];
    size_t length = strlen(writer->root);
    bool below = strncmp(file, writer->root, length) == 0 && file[length] == '/';
    uri_of(below ? file + length + 1 : file, uri, sizeof uri);
    if (below || file[0] != '/') {
        return json_pack("{s:s, s:s}", "uri", uri, "uriBaseId", "SRCROOT");
    }
    snprintf(whole, sizeof whole, "file://%s", uri);
    return json_pack("{s:s}", "uri", whole);
}

/* The place that the return address pc returns to; NULL if it is unknown. */
static json_t *
location_of(const struct writer *writer, uintptr_t pc)
{
    struct sley_place place;
    if (pc == 0 || !writer->symbolizer ||
        !sley_symbolizer_place(writer->symbolizer, pc - 1, &place) || place.line == 0) {
        return NULL;
    }
    json_t *location =
        json_pack("{s:{s:o, s:{s:i}}}", "physicalLocation", "artifactLocation",
                  artifact(writer, place.file), "region", "startLine", (int)place.line);
    if (place.function[0]) {
        json_object_set_new(location, "logicalLocations",
                            json_pack("[{s:s, s:s}]", "name", place.function, "kind", "function"));
    }
    return location;
}

static void
add_related(json_t *list, json_t *location, const char *text)
{
    if (location) {
        json_object_set_new(location, "id", json_integer((json_int_t)json_array_size(list) + 1));
        json_object_set_new(location, "message", json_pack("{s:s}", "text", text));
        json_array_append_new(list, location);
    }
}

/* What the second place of a failure is. */
static const char *
second_word(const struct sley_failure *failure)
{
    switch (failure->verdict) {
    case SLEY_VERDICT_HEAP:
        return sley_failure_after_free(failure) ? "freed" : "allocated";
    case SLEY_VERDICT_RACE:
        return "the other access, unordered";
    case SLEY_VERDICT_INVERSION:
        return "in the other order";
    case SLEY_VERDICT_LOST_WAKEUP:
    case SLEY_VERDICT_ORPHANED_LOCK:
    case SLEY_VERDICT_BLOCKED:
        return "taken";
    case SLEY_VERDICT_CRASH:
    case SLEY_VERDICT_STACK_OVERFLOW:
    case SLEY_VERDICT_OUT_OF_MEMORY:
    case SLEY_VERDICT_EXIT:
    case SLEY_VERDICT_STUCK:
    case SLEY_VERDICT_ASSERTION:
    case SLEY_VERDICT_DEADLOCK_SELF:
    case SLEY_VERDICT_DEADLOCK_CYCLE:
    case SLEY_VERDICT_LIVELOCK:
    case SLEY_VERDICT_STEP_BOUND:
    case SLEY_VERDICT_MISUSE:
    case SLEY_VERDICT_LEAK:
    case SLEY_VERDICT_NONDETERMINISM:
    case SLEY_VERDICT_DISCARDED:
    case SLEY_VERDICT_COUNT:
        break;
    }
    return "the other place";
}

static json_t *
related_of(const struct writer *writer, const struct sley_failure *failure)
{
    json_t *list = json_array();
    char text[SLEY_OBJECT_TEXT + 64], object[SLEY_OBJECT_TEXT];
    if (failure->task[1] < SLEY_TASKS_MAX) {
        snprintf(text, sizeof text, "%s by task %u", second_word(failure), failure->task[1]);
    } else {
        snprintf(text, sizeof text, "%s", second_word(failure));
    }
    add_related(list, location_of(writer, failure->pc[1]), text);
    for (uint32_t i = 0; i < failure->cycle_count; i++) {
        sley_object_text(writer->symbolizer, failure->cycle[i].object, 0, object, sizeof object);
        snprintf(text, sizeof text, "task %u waits for %s", failure->cycle[i].task, object);
        add_related(list, location_of(writer, failure->cycle[i].wait_pc), text);
        snprintf(text, sizeof text, "where %s was taken", object);
        add_related(list, location_of(writer, failure->cycle[i].taken_pc), text);
    }
    return list;
}

static char *
message_of(const struct writer *writer, const struct sley_sarif_failure *source)
{
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    if (memory) {
        sley_failure_print(memory, writer->symbolizer, source->failure);
        fprintf(memory, "Property %s in the execution model %s. Replay: %s", source->property,
                source->model, source->command);
        fclose(memory);
    }
    return text;
}

json_t *
sley_sarif_result(struct sley_symbolizer *symbolizer, const char *root,
                  const struct sley_sarif_failure *source)
{
    const struct writer writer = {symbolizer, root};
    const struct sley_failure *failure = source->failure;
    char *text = message_of(&writer, source);
    json_t *result =
        json_pack("{s:s, s:i, s:{s:s}, s:{s:s}, s:{s:s, s:s, s:s, s:s, s:s}}", "ruleId",
                  sley_verdict_word(failure->verdict), "ruleIndex", (int)failure->verdict,
                  "message", "text", text ? text : "", "partialFingerprints", "sleyFailure/v1",
                  source->name, "properties", "property", source->property, "claim", source->claim,
                  "model", source->model, "token", source->token, "replay", source->command);
    free(text);
    uintptr_t pc = failure->pc[0];
    json_t *location =
        location_of(&writer, pc || failure->cycle_count == 0 ? pc : failure->cycle[0].wait_pc);
    json_t *related = related_of(&writer, failure);
    if (result && location) {
        json_object_set_new(result, "locations", json_pack("[o]", location));
    }
    if (result && json_array_size(related) > 0) {
        json_object_set(result, "relatedLocations", related);
    }
    json_decref(related);
    return result;
}

static json_t *
rules(void)
{
    json_t *list = json_array();
    for (int v = 0; v < SLEY_VERDICT_COUNT; v++) {
        enum sley_verdict verdict = (enum sley_verdict)v;
        const char *help = sley_sarif_help(verdict);
        json_array_append_new(list,
                              json_pack("{s:s, s:{s:s}, s:{s:s}, s:{s:s}, s:{s:[s]}}", "id",
                                        sley_verdict_word(verdict), "shortDescription", "text",
                                        sley_verdict_text(verdict), "fullDescription", "text", help,
                                        "help", "text", help, "properties", "tags", "concurrency"));
    }
    return list;
}

bool
sley_sarif_write(FILE *out, const char *version, const char *root, json_t *results)
{
    char path[2048], uri[2080];
    uri_of(root, path, sizeof path);
    snprintf(uri, sizeof uri, "file://%s/", path);
    json_t *document = json_pack(
        "{s:s, s:s, s:[{s:{s:{s:s, s:s, s:o}}, s:{s:{s:s}}, s:s, s:O}]}", "$schema",
        "https://json.schemastore.org/sarif-2.1.0.json", "version", "2.1.0", "runs", "tool",
        "driver", "name", "sley", "version", version, "rules", rules(), "originalUriBaseIds",
        "SRCROOT", "uri", uri, "columnKind", "unicodeCodePoints", "results", results);
    bool written = document && json_dumpf(document, out, JSON_INDENT(2)) == 0;
    fputc('\n', out);
    json_decref(document);
    return written && !ferror(out);
}
