/* The findings of many campaigns as one HTML file: claims, filters, plots. */
#ifndef SLEY_REPORT_DASHBOARD_H
#define SLEY_REPORT_DASHBOARD_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* Writes the page; nothing is loaded from elsewhere. data (borrowed) is {models: [name],
 * findings: [{property, claim, source, says, quantifier, model, finding, expected, expectedFinding,
 * reason, evidence, text, runs, token, page, firstRun}], plots: [{title, unit, bars: [[label,
 * number]]}], version}. page: file of the explorer, or ""; firstRun: run that decides, from 0, or
 * -1. False: no memory, or the file cannot be written. */
bool sley_dashboard_write(FILE *out, const json_t *data);

#endif
