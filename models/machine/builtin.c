/* The profiles that are always there. */
#include "models/machine/profile.h"

#include <stdbool.h>
#include <string.h>

/* The text files of models/machine/profiles, made into arrays by the build. */
extern const char sley_profile_text_c[], sley_profile_text_cpython[];

/* Nothing but the work itself costs anything: exact formulas hold. */
static const struct sley_profile ideal = {
    .name = "ideal",
    .note = "ideal: nothing but the work itself takes time",
};

static const struct sley_profile *added;

static const struct sley_profile *
parsed(struct sley_profile *profile, const char *name, const char *text)
{
    if (profile->name[0]) {
        return profile;
    }
    enum sley_status status = sley_profile_parse(profile, text, strlen(text), name, NULL);
    return status == SLEY_OK ? profile : NULL;
}

void
sley_profile_add(const struct sley_profile *profile)
{
    added = profile;
}

const struct sley_profile *
sley_profile_find(const char *name)
{
    static struct sley_profile c, cpython;
    if (added && strcmp(name, added->name) == 0) {
        return added;
    }
    if (strcmp(name, "c") == 0) {
        return parsed(&c, "c.profile", sley_profile_text_c);
    }
    if (strcmp(name, "cpython") == 0) {
        return parsed(&cpython, "cpython.profile", sley_profile_text_cpython);
    }
    return strcmp(name, "ideal") == 0 ? &ideal : NULL;
}
