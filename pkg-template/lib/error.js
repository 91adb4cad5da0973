export class LakebaseError extends Error {
  static {
    this.prototype.name = "LakebaseError";
  }

  constructor({ name, message, cause, ...fields }) {
    super(message, cause === undefined ? undefined : { cause });
    if (name) Object.defineProperty(this, "name", { value: name, configurable: true, writable: true });
    Object.assign(this, fields);
  }

  // Without the cause: a driver's error or an abort reason may hold anything.
  toJSON() {
    return { name: this.name, message: this.message, ...this };
  }
}

// For the arguments that no WebAssembly is reached with.
export function invalidArgument(option, reason, hint) {
  const code = "INVALID_ARGUMENT";
  return new LakebaseError({ code, message: `${code}: ${reason}. ${hint}`, hint, retryable: false, option });
}
