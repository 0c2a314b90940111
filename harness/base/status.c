#include <sley/status.h>

#include <stdarg.h>
#include <stdio.h>

enum sley_status
sley_error_set(struct sley_error *error, enum sley_status status, const char *format, ...)
{
    if (!error) {
        return status;
    }
    error->status = status;
    va_list args;
    va_start(args, format);
    vsnprintf(error->text, sizeof error->text, format, args);
    va_end(args);
    for (char *c = error->text; *c; c++) {
        if ((unsigned char)*c < ' ') {
            *c = '?'; /* what a user wrote is quoted, and the text stays one line */
        }
    }
    return status;
}
