// Loaded before an example: it makes this machine look like the service, so that the example's own text can run.
// The database is at the default port, and time passes when it is told to.
import net from "node:net";

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...given) {
  const [first, ...rest] = given;
  return first === 5432 ? connect.call(this, Number(process.env.EMULATOR_PORT), ...rest) : connect.apply(this, given);
};

let passed = 0;
const wall = Date.now;
const monotonic = performance.now.bind(performance);
Date.now = () => wall() + passed;
performance.now = () => monotonic() + passed;
globalThis.passTime = (ms) => {
  passed += ms;
};
