// Expiry times are the workspace's. A person's clock may be hours off, which must change nothing that is shown.

let offset = 0;

/** Takes the time from a `Date` header. A few seconds are the way of the answer, and no wrong clock. */
export function setClockBy(date) {
  // It is cut to whole seconds; rather a second too little is shown than one too much.
  const difference = Date.parse(date ?? "") + 1_000 - Date.now();
  offset = Math.abs(difference) > 10_000 ? difference : 0;
}

/** The time as servers have it, in ms since the epoch. */
export const serverNow = () => Date.now() + offset;
