/* Tokens: one line of text that replays one run.
 *
 * Seed form:   s1CP/PROPERTY/MODEL/STRATEGY/SEED/RUN/POINTS/HASHES
 * Choice form: s1CP/PROPERTY/MODEL/-/POINTS/HASHES/CHOICES
 * C names the compiler family of the code under test (c clang, g gcc), P which accesses are points:
 * a every one, y none that is plain (synchronisation only), s and five digits those to shared data,
 * as runs before the first one showed it (campaign/survey.h); the digits are of what they showed.
 * Numbers are in base 62; HASHES is five digits of the run's hash and one digit for
 * each prefix hash at points 16, 64, 256, ... that the run reached. CHOICES lists the decisions
 * other than 0, comma separated: KIND TASK.POINT OPERATION VALUE without the blanks, decimal. */
#ifndef SLEY_CAMPAIGN_TOKEN_H
#define SLEY_CAMPAIGN_TOKEN_H

#include "engine/engine.h"

enum {
    SLEY_TOKEN_CHOICES_MAX = 4096,
    SLEY_TOKEN_TEXT_MAX = 512,      /* a longer token is written to a file and named @FILE */
    SLEY_TOKEN_BYTES_MAX = 1 << 17, /* of a token's text, file included */
    SLEY_SURVEY_BOUND = 916132832,  /* 62^5 */
};

/* Which accesses are scheduling points, as the letter of a token's head. */
enum sley_points {
    SLEY_POINTS_ALL = 'a',    /* every access */
    SLEY_POINTS_SHARED = 's', /* plain ones where several tasks were seen to touch one location */
    SLEY_POINTS_SYNC = 'y',   /* no plain ones */
};

static const uint64_t sley_seed_max = ((uint64_t)1 << 48) - 1;

struct sley_token {
    char property[96];
    char model[32];
    char strategy[SLEY_STRATEGY_TEXT]; /* as sley_strategy_parse reads it; "" in choice form */
    char compiler;                     /* 'c' or 'g' */
    char points;                       /* enum sley_points; 0: SLEY_POINTS_ALL */
    uint32_t survey; /* with SLEY_POINTS_SHARED: what was learned, below SLEY_SURVEY_BOUND */
    uint64_t seed;
    uint64_t run;
    uint32_t point_count;
    char hashes[5 + SLEY_PREFIXES_MAX + 1];
    uint32_t choice_count;
    struct sley_choice choices[SLEY_TOKEN_CHOICES_MAX];
};

/* The compiler family that built this program's code under test. */
char sley_token_compiler(void);

/* Fills the hashes of token from a finished run. */
void sley_token_stamp(struct sley_token *token, const struct sley_run_result *result);

/* Writes the token's text; returns its length as snprintf does. */
int sley_token_print(char *text, size_t size, const struct sley_token *token);

/* Reads a token, or the file named by "@FILE". SLEY_ERROR_USAGE: malformed, the text says where;
 * SLEY_ERROR_STALE: of another version or compiler family; SLEY_ERROR_IO: the file. */
enum sley_status sley_token_parse(struct sley_token *token, const char *text,
                                  struct sley_error *error);

/* Whether a run is the one that the token names. If not, fills text with between which two points
 * they part. */
bool sley_token_matches(const struct sley_token *token, const struct sley_run_result *result,
                        char *text, size_t text_size);

#endif
