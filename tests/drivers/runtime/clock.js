// Time that passes at once, in this runtime and at the emulator.
let shift = 0;
const [wall, monotonic] = [Date.now, performance.now.bind(performance)];
for (const [object, now] of [[Date, wall], [performance, monotonic]]) {
  Object.defineProperty(object, "now", { value: () => now() + shift, configurable: true, writable: true });
}

export async function pass(seconds, controlUrl) {
  shift += seconds * 1000;
  const response = await fetch(`${controlUrl}/_emulator/clock`, { method: "POST", body: JSON.stringify({ advance: seconds }) });
  if (!response.ok) throw new Error(`the emulator's clock: ${response.status}`);
}
