const DAY_MS = 86_400_000;

/** Days from today, by the calendar of whoever looks, to a day (YYYY-MM-DD). */
export function daysUntil(day: string, now = new Date()): number {
  const today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
  return Math.round((Date.parse(`${day}T00:00:00Z`) - today) / DAY_MS);
}
