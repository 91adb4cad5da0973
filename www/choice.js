// Which database is chosen stands in the address, so that Back works and a reload shows the same. It is no secret.

/** `instances/orders` to `#/instances/orders`. */
export const addressOf = (key) => `#/${key.split("/").map(encodeURIComponent).join("/")}`;

/** The key in the address, or undefined. */
export function chosenKey() {
  try {
    return location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent).join("/") || undefined;
  } catch {
    return undefined;
  }
}
