/* The command line's flags. */
#ifndef SLEY_CLI_OPTIONS_H
#define SLEY_CLI_OPTIONS_H

#include <sley/status.h>

#include <stdbool.h>
#include <stdint.h>

enum { SLEY_FILTERS_MAX = 256 };

/* What every command may be told; a command refuses the flags that it does not know. */
struct sley_options {
    const char *filters[SLEY_FILTERS_MAX]; /* arguments that are no flags */
    int filter_count;
    const char *model;    /* NULL: all */
    const char *fault;    /* NULL: none */
    const char *strategy; /* NULL: the property's own way */
    char points;          /* enum sley_points; 0: the command's own way */
    uint64_t runs;        /* 0: not given */
    uint64_t time_ms;     /* 0: not given */
    uint64_t seed;
    uint32_t jobs;
    const char *out; /* directory for what must survive */
    bool out_given;
    bool json;
    bool tap;             /* run: as the Test Anything Protocol */
    const char *sarif;    /* run: write failures to this file; NULL: not given */
    bool ctest;           /* list: as a ctest include file */
    bool models;          /* list: the models */
    bool faults;          /* list: the faults that can be planted */
    bool claims;          /* list: the claims */
    bool compiler;        /* list: the letter of the compiler family only */
    const char *evidence; /* list: what findings rest on; NULL: anything */
    bool stop_alike;      /* unless all: set by commands, as sley_campaign_options says */
    bool quiet;           /* print nothing of single campaigns: set by commands, not by a flag */
    bool verbose;
    bool all;         /* explain: every step */
    const char *html; /* explain: write the run as a page to this file; report: the
                       dashboard to this directory; NULL: not given */
    bool markdown;    /* explain: as text for an issue tracker */
    uint32_t at;      /* replay --gdb: stop at this step; 0: not given */
    bool gdb;         /* replay: under gdb */
    bool here;        /* replay: in this process, which gdb watches */
    bool original;    /* explain: not shrunk */
    bool choices;     /* replay --explicit: print the choice form */
    bool until_event;
    const char *progress; /* auto, plain or none; NULL: auto */
    bool help;
};

/* The flags that a command knows, as letters: m model, s strategy, n runs, t time, S seed, j jobs,
 * o out, J json, T tap, R sarif, c ctest, C compiler, M models, k faults, f fault, v verbose, a
 * all, e explicit, O original, g gdb, w html, I markdown, A at, H here, u until-event, p progress,
 * E evidence, L claims, P points.
 */
enum sley_status sley_options_parse(struct sley_options *options, const char *known, int argc,
                                    char **argv, struct sley_error *error);

#endif
