#include "report/dashboard.h"

#include "report/template.h"

static const unsigned char page[] = {
#include "dashboard_page.inc"
};

bool
sley_dashboard_write(FILE *out, const json_t *data)
{
    return sley_template_write(out, page, sizeof page, data);
}
