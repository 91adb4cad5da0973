import os from "node:os";

export const machine = () => {
  const processors = os.cpus();
  return {
    cores: processors.length,
    processor: processors[0]?.model.trim() ?? "unknown",
    memory: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.platform()} ${os.arch()}`,
    node: process.version,
    load: os.loadavg()[0], // always 0 on Windows
  };
};
