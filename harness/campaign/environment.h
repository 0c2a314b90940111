/* The environment variables of a process, as its runs find them. */
#ifndef SLEY_CAMPAIGN_ENVIRONMENT_H
#define SLEY_CAMPAIGN_ENVIRONMENT_H

#include <stdbool.h>

/* Notes the variables, and keeps them where a run may change them. */
void sley_environment_note(void);

/* Takes back what a run changed of them, if it did (look is not used). Returns whether it did. */
bool sley_environment_restore(bool look);

#endif
