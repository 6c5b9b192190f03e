/** The samples that a newcomer is offered, of the folder `samples`: with a text layer each, so that nothing has to be set up to read them. */
export const OFFERED_SAMPLES = ["download-3.pdf", "brief.pdf", "ABT_report_final_v2.pdf"];
