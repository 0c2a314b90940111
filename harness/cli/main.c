#include "campaign/finding.h"
#include "scenarios/registry.h"
#include "models/registry.h"
#include <stdio.h>
#include <string.h>
#include <stdlib.h>
static enum sley_status on_failure(void *c, const struct sley_campaign *k, const struct sley_distinct *d, const struct sley_token *t, struct sley_error *e)
{ (void)c;(void)e;(void)k; char text[1000]; sley_token_print(text, sizeof text, t); if (d->index < SLEY_FAILURES_MAX) printf("  new %s task %u/%u pc %lx/%lx %s run %lu\n   %s\n", sley_verdict_text(d->result.failure[d->index].verdict), d->result.failure[d->index].task[0],d->result.failure[d->index].task[1], d->result.failure[d->index].pc[0], d->result.failure[d->index].pc[1],d->result.failure[d->index].text, d->first_run, text); return SLEY_OK; }
int main(int argc, char **argv)
{
    for (const struct sley_property *const *s = sley_scenarios; *s; s++)
        for (const struct sley_property *p = *s; p->name; p++)
            for (const struct sley_model *const *m = sley_models; *m; m++) {
                if ((*m)->missing || !sley_finding_expectation(p, (*m)->name) || (argc > 1 && !strstr(p->name, argv[1]))) continue;
                struct sley_target target = {p, *m};
                struct sley_campaign_options o = {.jobs = 2, .strategy = argc > 2 ? argv[2] : NULL, .runs = argc > 3 ? strtoul(argv[3],0,10):0, .listener = {.failure = on_failure}};
                struct sley_campaign c; struct sley_error e; struct sley_judgement j;
                if (sley_campaign_run(&c, &target, &o, &e) != SLEY_OK) { printf("ERROR %s\n", e.text); continue; }
                sley_finding_judge(&j, &c);
                printf("%s %s: %s (%s) %s [%lu ms]\n", p->name, (*m)->name, sley_finding_word(j.finding), j.expected ? "expected" : "UNEXPECTED", j.text, c.elapsed_ms);
                sley_campaign_deinit(&c);
            }
    return 0;
}
