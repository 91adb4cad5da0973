import { invalidParameter } from "./errors.js";

const LARGEST = 100;

/** One page of a list. The token names the place where the next page begins, and nothing else may be made of it. */
export function page(all, query) {
  const size = query.has("page_size") ? Number(query.get("page_size")) : LARGEST;
  if (!Number.isInteger(size) || size < 0) throw invalidParameter("page_size must be a whole number of at least 0.");
  const start = query.get("page_token") ? startOf(query.get("page_token"), all.length) : 0;
  const end = start + (size === 0 ? LARGEST : Math.min(size, LARGEST));
  return { items: all.slice(start, end), next: end < all.length ? tokenOf(end) : undefined };
}

const tokenOf = (index) => Buffer.from(`page:${index}`).toString("base64url");

function startOf(token, length) {
  const index = Number(/^page:(\d+)$/.exec(Buffer.from(token, "base64url").toString())?.[1] ?? Number.NaN);
  if (!(index < length)) throw invalidParameter("page_token is not valid.");
  return index;
}
