// What others wrote, made fit to be shown.

const LONGEST = 300;

/**
 * Text of a workspace's answer: nothing but text, not endless, and without the characters that move or hide others.
 */
export function shown(value) {
  if (typeof value !== "string") return undefined;
  const text = value.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\uFFFD");
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** `1 table`, `2 tables`. */
export const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
export const timeOfDay = (date) => clock.format(date);

/** `59:07`. */
export function minutesAndSeconds(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** `59 minutes`, and seconds when there are no more minutes: what is read out. */
export function inWords(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return seconds < 60 ? plural(seconds, "second") : plural(Math.floor(seconds / 60), "minute");
}
