// Time that passes at once, in this runtime and at the emulator.
let shift = 0;
const [wall, monotonic] = [Date.now, performance.now.bind(performance)];
for (const [object, now] of [[Date, wall], [performance, monotonic]]) {
  Object.defineProperty(object, "now", { value: () => now() + shift, configurable: true, writable: true });
}

/** Tells the emulator what to do. */
export async function control(url, action, given = {}) {
  const response = await fetch(`${url}/_emulator/${action}`, { method: "POST", body: JSON.stringify(given) });
  if (!response.ok) throw new Error(`the emulator, of ${action}: ${response.status}`);
}

export async function pass(seconds, controlUrl) {
  shift += seconds * 1000;
  await control(controlUrl, "clock", { advance: seconds });
}
