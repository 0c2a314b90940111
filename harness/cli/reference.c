#include "cli/reference.h"

#include "cli/catalogue.h"

enum sley_status
sley_reference_run(struct sley_campaign *reference, struct sley_campaign *campaign,
                   struct sley_error *error)
{
    const struct sley_property *property = campaign->target.property;
    *reference = (struct sley_campaign){0};
    if (property->quantifier != SLEY_OUTCOMES || !property->outcomes.of_model) {
        return SLEY_OK;
    }
    struct sley_target target = {.property = property};
    enum sley_status status =
        sley_catalogue_model_of(property->outcomes.of_model, &target.model, error);
    if (status != SLEY_OK) {
        return status;
    }
    struct sley_campaign_options options = campaign->options;
    options.listener = (struct sley_campaign_listener){0};
    options.resume = NULL;
    status = sley_campaign_run(reference, &target, &options, error);
    campaign->reference = reference;
    return status;
}
