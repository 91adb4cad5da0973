import os from "node:os";

/** Processes that ran or waited, over the last minute; always 0 on Windows. */
export const load = () => os.loadavg()[0];

export const machine = () => {
  const processors = os.cpus();
  return {
    cores: processors.length,
    processor: processors[0]?.model.trim() ?? "unknown",
    memory: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.platform()} ${os.arch()}`,
    node: process.version,
  };
};
