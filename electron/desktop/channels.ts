/** The two channels between window and main process; the names stand here and nowhere else. */
export const CALL_CHANNEL = 'patchbay:call';
export const EVENT_CHANNEL = 'patchbay:event';
